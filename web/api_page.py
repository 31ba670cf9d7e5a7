"""接口 in the console: how a programmer begins, and which programs may come in: made, listed and stopped here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from handlers.api_tokens import MakeToken, StopToken
from handlers.intents import Intent
from models.rules.api_tokens import ACTS, DAYS, LONGEST_NAME, MOST_DAYS, Token, acts_of, caller_of
from models.rules.audiences import long_path_of
from models.rules.pacing import shanghai_date
from models.rules.permissions import THE_OPERATOR, Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.town import Town
from web.api.app import AT
from web.api_door import ApiDoor
from web.doors import NotHere
from web.entrance import Entrance, Visitor, visitor_of
from web.guard import Guard
from web.pages import Pages
from web.typed import number_in

ACT_WORDS = {
    "open": "登记新的诉求",
    "claim": "接单",
    "resolve": "记联系、办结、改类别、并件",
    "transfer": "转派、退回",
    "escalate": "吹哨、上报",
}
FIELDS = ("name", "area", "days", "person")
MOST_PLACES = 300
Field = Annotated[str, Form(max_length=100)]


@dataclass(frozen=True, slots=True)
class Said:
    """What was answered to the last form, and what was typed into it."""

    wrong: str = ""
    done: str = ""
    token: str = ""
    """A token that was made a moment ago; it is shown this once."""
    typed: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(FIELDS, ""))
    ticked: tuple[str, ...] = ()
    code: int = 200


NOTHING_SAID = Said()


@dataclass(frozen=True, slots=True)
class Listed:
    """A token in the list, in words."""

    token: Token
    place: str
    lender: str
    acts: tuple[str, ...]
    valid: bool


@dataclass(frozen=True)
class ApiPages:
    """Draws the one page."""

    entrance: Entrance
    door: ApiDoor
    pages: Pages

    def show(self, request: Request, said: Said = NOTHING_SAID) -> Response:
        """How to begin; and for whoever may let programs in, the tokens of the own places."""
        who, town = visitor_of(request), self.entrance.dispatch.current_town()
        may = Permission.PROGRAM_ADMIT in who.actor.permissions
        now = self.entrance.clock()
        shown = {
            "may": may, "said": said, "tokens": self._listed(who, town) if may else [], "now": now, "at": AT,
            "places": places_of(who, town)[:MOST_PLACES] if may else [], "acts": ACT_WORDS,
            "lendable": lendable(who, town), "operator": is_operator(who), "days": DAYS, "most_days": MOST_DAYS,
            "longest_name": LONGEST_NAME,
        }  # fmt: skip
        return self.pages.show(request, "api.html", shown, said.code)

    def _listed(self, who: Visitor, town: Town) -> list[Listed]:
        """Tokens of places that this person may make tokens for; those in use first."""
        now = self.entrance.clock()
        today = shanghai_date(now)
        own = {place for place, _ in places_of(who, town)}
        mine = [t for t in self.door.tokens.listed() if is_operator(who) or t.area in own]
        found = [
            Listed(
                token, long_path_of(token.area, town) if token.area is not None else "全部",
                _called(town, token.seat), tuple(ACT_WORDS[act] for act in token.may),
                caller_of(token, town, now, today) is not None,
            )
            for token in mine
        ]  # fmt: skip
        return sorted(found, key=lambda one: not one.valid)


def api_page_routes(entrance: Entrance, door: ApiDoor, pages: Pages, guard: Guard) -> APIRouter:
    """``/api`` and its two forms."""
    routes, draw = APIRouter(), ApiPages(entrance, door, pages)

    @routes.get("/api")
    def begin(request: Request) -> Response:
        return draw.show(request)

    @routes.post("/api/tokens")
    def make(
        request: Request, csrf: Field, name: Field = "", area: Field = "", days: Field = "", person: Field = "",
        act: Annotated[list[str], Form()] = [],  # noqa: B006 - read, never changed
    ) -> Response:  # fmt: skip
        key = guard.check(request, csrf)
        typed = {"name": name, "area": area, "days": days, "person": person}
        who, ticked = visitor_of(request), tuple(one for one in act if one in ACTS)
        try:
            intent = _asked(typed, ticked, operator=is_operator(who))
            reply = entrance.do(intent, who.actor, key).reply
        except Refusal as refused:
            said = Said(pages.sentence(refused), typed=typed, ticked=ticked, code=pages.code_of(refused))
            return draw.show(request, said)
        token = str(reply.blanks["token"]) if reply is not None else ""
        return draw.show(request, Said(done=f"“{name.strip()}”的令牌做好了。", token=token))

    @routes.post("/api/tokens/{token}/stop")
    def stop(request: Request, token: str, csrf: Field) -> Response:
        key, number = guard.check(request, csrf), number_in(token)
        if number is None:
            raise NotHere("no such token")
        outcome = entrance.do(StopToken(number), visitor_of(request).actor, key)
        return draw.show(request, Said(done=pages.reply(outcome)))

    return routes


def _asked(typed: Mapping[str, str], ticked: tuple[str, ...], *, operator: bool) -> Intent:
    """What the form asks for. Raises Refusal: the place or the days are no number."""
    area, days = number_in(typed["area"]), number_in(typed["days"])
    if area is None and not (operator and typed["area"] == ""):
        raise Refusal(RefusalKind.NOT_FOUND, "API_TOKEN_NO_AREA")
    if days is None:
        raise Refusal(RefusalKind.NOT_CLEAR, "API_TOKEN_DAYS", most=MOST_DAYS)
    return MakeToken(typed["name"], area, acts=ticked, person=typed["person"].strip(), days=days)


def is_operator(who: Visitor) -> bool:
    """Whether somebody runs the server."""
    return who.actor.permissions == THE_OPERATOR


def places_of(who: Visitor, town: Town) -> list[tuple[int, str]]:
    """The areas somebody may let programs into: those of the own posts that have the right, and all below."""
    if is_operator(who):
        nodes = who.scope.areas_of(town)
        return [(node.id, long_path_of(node.id, town)) for node in nodes]
    own = (town.seats[seat] for seat in who.actor.seats)
    below = {
        area for seat in own if Permission.PROGRAM_ADMIT in town.permissions((seat,))
        for area in town.downward(seat.area)
    }  # fmt: skip
    nodes = sorted((town.areas[area] for area in below), key=lambda node: (node.rank, node.id))
    return [(node.id, long_path_of(node.id, town)) for node in nodes]


def lendable(who: Visitor, town: Town) -> frozenset[str]:
    """What somebody's own posts can lend to a program; the operator lends in others' names."""
    if is_operator(who):
        return frozenset(ACTS)
    return frozenset(act for seat in who.actor.seats for act in acts_of(town.seats[seat], town))


def _called(town: Town, seat: int | None) -> str:
    found = town.seats.get(seat) if seat is not None else None
    return f"{found.title}{found.surname}" if found else ""
