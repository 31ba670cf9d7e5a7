"""常用筛选: named sets of filters of the list of cases, as chips above it; they work without JavaScript."""

from collections.abc import Iterable
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form, Request, Response, status
from fastapi.responses import RedirectResponse

from handlers.intents import Intent
from handlers.saved_views import LONGEST_NAME, MOST_VIEWS, RemoveView, RenameView, SaveView
from models.access_desk import View
from models.rules.refusals import Refusal
from web.doors import NotHere
from web.entrance import Entrance, visitor_of
from web.guard import Guard
from web.pages import Pages
from web.typed import number_in

KEPT = ("group", "area", "category", "urgent", "words")
"""What of an address makes a view; where a page begins is none of it."""
LONGEST_VALUE = 60
Field = Annotated[str, Form(max_length=1000)]


def query_of(address: str) -> str:
    """The filters of an address, in one order, so that the same filters are the same words.

    >>> query_of("urgent=1&group=overdue&before=7&page=2")
    'group=overdue&urgent=1'
    """
    asked = dict(parse_qsl(address[:2000]))
    return urlencode({name: asked[name][:LONGEST_VALUE] for name in KEPT if asked.get(name)})


def chips_of(views: Iterable[View], query: str) -> list[tuple[View, bool]]:
    """The views, and which of them stands on the page."""
    return [(view, view.query == query) for view in views]


def saved_view_routes(entrance: Entrance, pages: Pages, guard: Guard) -> APIRouter:
    """``/views``: the own ones; ``/views/save``, ``/views/7/rename``, ``/views/7/remove``."""
    routes = APIRouter()

    def show(request: Request, query: str, typed: str, wrong: str = "", code: int = 200) -> Response:
        views = entrance.office.access.views(visitor_of(request).actor.person)
        shown = {
            "views": views, "query": query, "typed": typed, "wrong": wrong, "most": MOST_VIEWS, "longest": LONGEST_NAME,
        }  # fmt: skip
        return pages.show(request, "views.html", shown, code)

    def do(request: Request, csrf: str, intent: Intent, query: str, typed: str) -> Response:
        key = guard.check(request, csrf)
        try:
            entrance.do(intent, visitor_of(request).actor, key)
        except Refusal as refused:
            return show(request, query, typed, pages.sentence(refused), pages.code_of(refused))
        return RedirectResponse(f"/cases?{query}" if query else "/views", status.HTTP_303_SEE_OTHER)

    @routes.get("/views")
    def listed(request: Request) -> Response:
        return show(request, query_of(request.url.query), "")

    @routes.post("/views/save")
    def save(request: Request, csrf: Field, name: Field = "", query: Field = "") -> Response:
        kept = query_of(query)
        return do(request, csrf, SaveView(name, kept), kept or "group=open", name)

    @routes.post("/views/{view}/{act}")
    def change(request: Request, view: str, act: str, csrf: Field, name: Field = "") -> Response:
        number = number_in(view)
        if number is None or act not in {"rename", "remove"}:
            raise NotHere("no such view")
        return do(
            request, csrf, RemoveView(number) if act == "remove" else RenameView(number, name), "", name
        )

    return routes
