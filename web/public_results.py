"""``/r/<token>``: a month's results of a place for everybody (办理公开), as somebody approved them."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from models.rules.report_periods import period_coded
from web.pages import Pages
from web.residents import FOR_ALL, Residents, is_token, kept


def result_routes(residents: Residents, pages: Pages) -> APIRouter:
    """The page of one edition."""
    routes = APIRouter(prefix="/r")

    @routes.get("/{token}")
    def one(request: Request, token: str, big: str = "") -> Response:
        found = residents.results.opened(token) if is_token(token) else None
        town = residents.town()
        frame = {"here": request.url.path, "large": bool(big), "contact": town.contact}
        if found is not None and found[2]:
            return RedirectResponse(f"/r/{found[2]}{'?big=1' if big else ''}")
        if found is None or found[1] is None or found[0].area not in town.areas:
            known = {"withdrawn": found is not None}
            return pages.show(request, "results_gone.html", {**frame, **known}, 410 if found else 404)
        edition, content, _ = found
        shown = {
            "place": town.areas[edition.area].name, "month": period_coded(edition.period).title, "content": content,
            "at": edition.at, "now": residents.clock(), "signed": town.name,
        }  # fmt: skip
        return kept(request, pages.show(request, "results.html", {**frame, **shown}), FOR_ALL)

    return routes
