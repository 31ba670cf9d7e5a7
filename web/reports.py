"""报表: figures, register, open problems and the month's material of a period and an area; exports; frozen editions."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, status
from fastapi.responses import RedirectResponse

from handlers.report_editions import FreezeReport
from models.rules.permissions import Permission
from models.rules.refusals import Refusal
from web.doors import NotHere
from web.entrance import Entrance, visitor_of
from web.guard import Guard
from web.pages import Pages
from web.report_asked import Asked, read_asked
from web.report_export import Exporter
from web.report_making import Makings
from web.report_pages import ReportPages, report_pages
from web.typed import number_in


def report_routes(entrance: Entrance, pages: Pages, guard: Guard) -> APIRouter:
    """``/reports`` and what hangs on it."""
    routes = APIRouter()
    draw = report_pages(entrance, pages)
    out = Exporter(draw, Makings(entrance.office.exports, entrance.clock))

    def asked_by(request: Request, **typed: str) -> Asked:
        who = visitor_of(request)
        if Permission.CASE_RESOLVE not in who.actor.permissions:
            raise NotHere("no reports for this post")
        return read_asked(who, entrance.dispatch.known_town(), entrance.clock(), typed)

    @routes.get("/reports")
    def report(
        request: Request, tab: str = "figures", period: str = "", since: str = "", until: str = "", area: str = "",
        before: str = "",
    ) -> Response:  # fmt: skip
        asked = asked_by(request, tab=tab, period=period, since=since, until=until, area=area)
        code = status.HTTP_422_UNPROCESSABLE_CONTENT if asked.words else status.HTTP_200_OK
        return draw.report(request, asked, before, code)

    @routes.get("/reports/rows")
    def rows(
        request: Request, figure: str, side: str = "over", tab: str = "figures", period: str = "", area: str = "",
        before: str = "",
    ) -> Response:  # fmt: skip
        return draw.behind(
            request, asked_by(request, tab=tab, period=period, area=area), figure, side, before
        )

    _edition_routes(routes, draw, guard, asked_by)
    _export_routes(routes, out, guard, asked_by)
    return routes


def _edition_routes(
    routes: APIRouter, draw: ReportPages, guard: Guard, asked_by: Callable[..., Asked]
) -> None:
    entrance, pages = draw.entrance, draw.pages

    @routes.post("/reports/freeze")
    def freeze(
        request: Request,
        csrf: Annotated[str, Form()],
        area: Annotated[str, Form()],
        period: Annotated[str, Form()],
    ) -> Response:
        key = guard.check(request, csrf)
        asked = asked_by(request, area=area, period=period)
        try:
            entrance.do(FreezeReport(asked.area, asked.period.code), visitor_of(request).actor, key)
        except Refusal as refused:
            return draw.report(request, asked, "", pages.code_of(refused), pages.sentence(refused))
        return RedirectResponse(asked.address(), status.HTTP_303_SEE_OTHER)

    @routes.get("/reports/editions/{edition}")
    def edition(request: Request, edition: str) -> Response:
        return draw.edition(request, _number(edition))

    @routes.get("/reports/editions/{edition}/rows")
    def edition_rows(
        request: Request, edition: str, figure: str, side: str = "over", before: str = ""
    ) -> Response:
        return draw.edition_rows(request, _number(edition), figure, side, before)


def _export_routes(routes: APIRouter, out: Exporter, guard: Guard, asked_by: Callable[..., Asked]) -> None:
    draw = out.draw

    @routes.post("/reports/export")
    def export(
        request: Request, csrf: Annotated[str, Form()], area: Annotated[str, Form()], period: Annotated[str, Form()],
        form: Annotated[str, Form()], tab: Annotated[str, Form()] = "figures",
        reason: Annotated[str, Form(max_length=200)] = "",
    ) -> Response:  # fmt: skip
        key = guard.check_part(request, csrf, form)
        asked = asked_by(request, area=area, period=period, tab=tab)
        try:
            return out.export(request, asked, form, reason.strip(), key)
        except Refusal as refused:
            return draw.report(request, asked, "", draw.pages.code_of(refused), draw.pages.sentence(refused))

    @routes.post("/reports/editions/{edition}/export")
    def frozen(
        request: Request, edition: str, csrf: Annotated[str, Form()],
        reason: Annotated[str, Form(max_length=200)] = "",
    ) -> Response:  # fmt: skip
        return out.frozen(request, _number(edition), reason.strip(), guard.check(request, csrf))

    @routes.get("/reports/exports/{ticket}")
    def making(request: Request, ticket: str) -> Response:
        found = out.making(request, ticket)
        return draw.pages.show(request, "report_making.html", {"making": found, "ticket": ticket})

    @routes.get("/reports/exports/{ticket}/file")
    def hand_out(request: Request, ticket: str) -> Response:
        return out.hand_out(request, ticket)


def _number(words: str) -> int:
    """A number in an address. Raises NotHere: it is none."""
    number = number_in(words)
    if number is None:
        raise NotHere("no such edition")
    return number
