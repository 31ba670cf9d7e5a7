"""亮牌 in the console: which of one's own areas have a board, and each board as a poster to print (seeds A17, C04)."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, status
from fastapi.responses import RedirectResponse

from handlers.boards import AgreeToBoard, MakeBoard, StopBoard, WithdrawFromBoard
from handlers.intents import Intent
from models.boards import BoardReader
from models.rules.audiences import long_path_of
from models.rules.boards import Shown, board_of
from models.rules.pacing import shanghai_date
from models.rules.permissions import Permission
from models.rules.refusals import Refusal
from web.area_view import area_asked
from web.doors import NotHere
from web.entrance import Entrance, visitor_of
from web.guard import Guard
from web.pages import Pages
from web.public_boards import draw_board
from web.status import qr_svg

MOST_LISTED = 60
LONGEST_WORDS = 20


@dataclass(frozen=True)
class BoardPages:
    """Draws the list and the posters."""

    entrance: Entrance
    boards: BoardReader
    pages: Pages

    def listed(self, request: Request, wanted: str) -> Response:
        """One's own areas whose names hold the words looked for, those above before those below."""
        who, town = visitor_of(request), self.entrance.dispatch.current_town()
        words = wanted.strip()[:LONGEST_WORDS]
        found = [node for node in who.scope.areas_of(town) if words in long_path_of(node.id, town)]
        shown = found[:MOST_LISTED]
        today = shanghai_date(self.entrance.clock())
        people = {node.id: [line for line in board_of(town, node.id, today) if line.seat] for node in shown}
        drawn = {
            "areas": [(node.id, long_path_of(node.id, town), people[node.id]) for node in shown], "words": words,
            "up": self.boards.tokens(node.id for node in shown), "left": len(found) - len(shown),
            "may": Permission.NOTICE_SEND in who.actor.permissions,
        }  # fmt: skip
        return self.pages.show(request, "boards.html", drawn)

    def poster(self, request: Request, area: int, words: str, code: int) -> Response:
        """The board of one area as it will be printed, and what may be done with it."""
        who, dispatch = visitor_of(request), self.entrance.dispatch
        town, today = dispatch.current_town(), shanghai_date(self.entrance.clock())
        token, here = self.boards.tokens([area]).get(area, ""), dispatch.standing.public_url
        address = f"{here}/b/{token}" if here and token else ""
        me = who.actor.person
        mine = me is not None and any(
            line.seat and line.seat.person == me for line in board_of(town, area, today)
        )
        agreed = self.boards.agreed([me]).get(me) if mine and me is not None else None
        shown = {
            "board": draw_board(self.boards, town, area, today, dispatch.standing.pace), "area": area, "up": bool(token),
            "address": address, "code": qr_svg(address) if address else "", "reachable": bool(here),
            "may": Permission.NOTICE_SEND in who.actor.permissions, "words": words, "signed": town.name, "today": today,
            "mine": mine, "name_on": agreed is not None and agreed.name, "phone_on": agreed is not None and agreed.phone,
        }  # fmt: skip
        return self.pages.show(request, "board_poster.html", shown, code)

    def area_of(self, request: Request, area: str) -> int:
        """The area of that id.

        Raises:
            NotHere: there is none in this person's reach.
        """
        return area_asked(visitor_of(request).scope, self.entrance.dispatch.known_town(), area)


def board_desk_routes(entrance: Entrance, boards: BoardReader, pages: Pages, guard: Guard) -> APIRouter:
    """``/boards``, ``/boards/7`` and its buttons."""
    routes, draw = APIRouter(), BoardPages(entrance, boards, pages)

    @routes.get("/boards")
    def listed(request: Request, words: str = "") -> Response:
        return draw.listed(request, words)

    @routes.get("/boards/{area}")
    def poster(request: Request, area: str) -> Response:
        return draw.poster(request, draw.area_of(request, area), "", status.HTTP_200_OK)

    @routes.post("/boards/{area}/{act}")
    def do(request: Request, area: str, act: str, csrf: Annotated[str, Form()]) -> Response:
        key, who = guard.check(request, csrf), visitor_of(request)
        here = draw.area_of(request, area)
        intent = _asked(act, here)
        try:
            entrance.do(intent, who.actor, key)
        except Refusal as refused:
            return draw.poster(request, here, pages.sentence(refused), pages.code_of(refused))
        return RedirectResponse(f"/boards/{here}", status.HTTP_303_SEE_OTHER)

    return routes


def _asked(act: str, area: int) -> Intent:
    """What a button asks for. Raises NotHere: there is no such button."""
    acts: dict[str, Intent] = {
        "make": MakeBoard(area),
        "stop": StopBoard(area),
        "name-on": AgreeToBoard(name=Shown.NAME),
        "name-off": WithdrawFromBoard(name=Shown.NAME),
        "phone-on": AgreeToBoard(phone=Shown.PHONE),
        "phone-off": WithdrawFromBoard(phone=Shown.PHONE),
    }
    if act not in acts:
        raise NotHere("no such act")
    return acts[act]
