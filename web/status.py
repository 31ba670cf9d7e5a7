"""Whether the program hears and speaks: the status page with its QR code, and ``/healthz`` for machines."""

import segno
from fastapi import APIRouter, Request, Response, status
from fastapi.responses import JSONResponse
from markupsafe import Markup

from models.rules.message import LinkState
from models.rules.scope import Scope
from web.doors import AccountView, Doors, StatusView
from web.entrance import visitor_of
from web.pages import Pages
from web.wording import LINK_ADVICE, LINK_WORDS, WAITING_WORDS

TROUBLES = frozenset({LinkState.LOGGED_OUT, LinkState.DEAF, LinkState.MUTE, LinkState.OFFLINE})


def status_routes(doors: Doors, pages: Pages) -> APIRouter:
    """``/status`` and ``/healthz``."""
    routes = APIRouter()

    @routes.get("/status")
    def show(request: Request) -> Response:
        view = doors.status(visitor_of(request).scope)
        codes = {one.name: qr_svg(one.qrcode) for one in view.accounts if one.qrcode}
        words = {"link_words": LINK_WORDS, "link_advice": LINK_ADVICE, "waiting_words": WAITING_WORDS}
        shown = {"view": view, "codes": codes, "troubles": _troubled(view), "Trouble": TROUBLES}
        return pages.show(request, "status.html", {**shown, **words})

    @routes.get("/healthz")
    def health() -> JSONResponse:
        view = doors.status(Scope(whole=True))
        well = all(one.state is LinkState.ONLINE for one in view.accounts)
        body = {
            "ok": well,
            "at": view.now.isoformat(),
            "accounts": {one.name: one.state.value for one in view.accounts},
            "outbox": dict(view.depth),
        }
        return JSONResponse(body, status.HTTP_200_OK if well else status.HTTP_503_SERVICE_UNAVAILABLE)

    return routes


def qr_svg(content: str) -> Markup:
    """A QR code as inline SVG, black on white with the quiet zone that phones need."""
    code = segno.make(content, error="m", micro=False)
    svg = code.svg_inline(scale=6, border=4, dark="#000", light="#fff", omitsize=True)
    return Markup(svg)  # noqa: S704 - drawn by segno from modules, the content itself is not in it


def _troubled(view: StatusView) -> list[AccountView]:
    return [one for one in view.accounts if one.state in TROUBLES]
