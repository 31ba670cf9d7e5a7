"""Whether the program hears and speaks: the status page with its QR code."""

import segno
from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from models.rules.health import Grade
from models.rules.message import LinkState
from web.doors import Doors
from web.entrance import visitor_of
from web.pages import Pages
from web.wording import GRADE_WORDS, LINK_ADVICE, LINK_WORDS, WAITING_WORDS

TROUBLES = frozenset({LinkState.LOGGED_OUT, LinkState.DEAF, LinkState.MUTE, LinkState.OFFLINE})


def status_routes(doors: Doors, pages: Pages) -> APIRouter:
    """``/status``."""
    routes = APIRouter()

    @routes.get("/status")
    def show(request: Request) -> Response:
        view = doors.status(visitor_of(request).scope)
        codes = {one.name: qr_svg(one.qrcode) for one in view.accounts if one.qrcode}
        shows = sum(sign.grade >= Grade.ILL for sign in view.signs)
        starting = any(one.state is LinkState.STARTING and not one.by_hand for one in view.accounts)
        words = {"link_words": LINK_WORDS, "link_advice": LINK_ADVICE, "waiting_words": WAITING_WORDS}
        shown = {
            "view": view,
            "codes": codes,
            "Trouble": TROUBLES,
            "Grade": Grade,
            "grade_words": GRADE_WORDS,
        }
        shown |= {"hidden": view.ill > shows, "starting": starting}
        return pages.show(request, "status.html", {**shown, **words})

    return routes


def qr_svg(content: str) -> Markup:
    """A QR code as inline SVG, black on white with the quiet zone that phones need."""
    code = segno.make(content, error="m", micro=False)
    svg = code.svg_inline(scale=6, border=4, dark="#000", light="#fff", omitsize=True)
    return Markup(svg)  # noqa: S704 - drawn by segno from modules, the content itself is not in it
