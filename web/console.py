"""The console's first page: what presses today, and what stands around it. It changes nothing."""

from fastapi import APIRouter, Request, Response

from models.rules.message import LinkState
from web.doors import Doors
from web.entrance import visitor_of
from web.pages import Pages
from web.today_view import Around
from web.trend_drawing import trend
from web.wording import LINK_WORDS


def console_routes(doors: Doors, pages: Pages) -> APIRouter:
    """The page ``/console``."""
    routes = APIRouter()

    @routes.get("/console")
    def today(request: Request) -> Response:
        scope = visitor_of(request).scope
        view, accounts = doors.console(scope), doors.status(scope).accounts
        ill = [(one.name, LINK_WORDS[one.state]) for one in accounts if one.state is not LinkState.ONLINE]
        shown = {"view": view, "ill": ill, "accounts": len(accounts), "lines": _lines(view.around)}
        return pages.show(request, "console.html", shown)

    return routes


def _lines(around: Around | None) -> str:
    if around is None:
        return ""
    days = around.days
    return trend([d.day for d in days], [d.opened for d in days], [d.closed for d in days])
