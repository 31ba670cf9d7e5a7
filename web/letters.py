"""《致群众的一封信》: a notice as an A4 letter with a code, and a list of households for each leader to tick (seed D07)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from web.doors import Doors, NotHere
from web.entrance import Entrance
from web.letter_door import LetterView
from web.notice_visitor import sender
from web.pages import Pages
from web.status import qr_svg

MOST_IN_CODE = 150
"""Letters that a code on paper holds so that old telephones still read it."""


def letter_routes(doors: Doors, pages: Pages) -> APIRouter:
    """``/letters/23``: notice 23 as a letter."""
    routes = APIRouter()

    @routes.get("/letters/{no}")
    def letter(request: Request, no: str) -> Response:
        if doors.letter is None or not (no.isascii() and no.isdecimal()) or len(no) > len("999999"):
            raise NotHere("no such letter")
        if doors.entrance is not None:  # its rounds name the households of a village
            _check(request, doors.entrance, int(no))
        view = doors.letter(int(no))
        return pages.show(
            request, "letter.html", {"letter": view, "code": qr_svg(view.address or words_of(view))}
        )

    return routes


def _check(request: Request, entrance: Entrance, no: int) -> None:
    """Whether somebody may send to all the places of a notice. Raises Refusal, NotHere."""
    who, _ = sender(request, entrance)
    if entrance.notices.one(who.scope, no) is None:
        raise NotHere("no such letter")


def words_of(letter: LetterView) -> str:
    """What the code says: the letter itself, as plain text, for there is no address to lead to."""
    words = "\n".join((letter.title, *letter.lines))
    if len(words) > MOST_IN_CODE:
        words = f"{words[:MOST_IN_CODE]}…（全文请看纸面，或问{letter.contact}）"
    return f"{words}\n{letter.signed} {letter.on.isoformat()}"
