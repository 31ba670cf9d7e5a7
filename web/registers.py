"""不公开的内容: which private cases there are in the own places, and opening one thing of one case with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, status

from handlers.registers import OpenRegister, can_open
from models.rules.ids import CaseNo
from models.rules.permissions import Permission
from models.rules.refusals import Refusal
from models.rules.registers import LONGEST_REASON, Register
from models.rules.scope import areas_with, below
from models.rules.town import Town
from web.audit_words import REGISTERS
from web.doors import NotHere
from web.entrance import Entrance, Visitor, visitor_of
from web.guard import Guard
from web.pages import Pages
from web.typed import number_in

SHOWN_S = 180
"""So many seconds what was opened stands on the screen; then the browser goes on by itself."""
NAMED: Mapping[str, Register] = {
    "phone": Register.CASE_PHONE, "home": Register.CASE_HOME, "words": Register.CASE_WORDS,
}  # fmt: skip
REASONS: Mapping[Register, tuple[str, ...]] = {
    Register.CASE_PHONE: ("打电话问清情况", "约时间上门", "告知办理结果", "电话回访"),
    Register.CASE_HOME: ("约好了上门", "现场看情况", "送东西上门", "联系不上，去看看"),
    Register.CASE_WORDS: ("超期了，要督办", "上级要求核实", "有人反映办得不对", "有危险，要多方协调"),
}


@dataclass(frozen=True)
class RegisterPages:
    """Draws the list, the question for a reason, and the answer."""

    entrance: Entrance
    pages: Pages

    def listed(self, request: Request, before: str) -> Response:
        """Private cases of places for which one has the right, and what one opened oneself."""
        who, town = visitor_of(request), self.entrance.dispatch.known_town()
        areas = below(areas_with(Permission.REGISTER_OPEN, who.actor.seats, town), town)
        closed, older = self.entrance.office.registers.closed(who.scope, areas, before=number_in(before))
        shown = {
            "closed": closed, "older": older, "above": bool(areas), "own": self.entrance.office.registers.own(who.scope.person),
            "words": REGISTERS, "now": self.entrance.clock(), "first": not before,
            "state": lambda state: self.pages.render(f"STATE_{state}"), "called": lambda seat: _called(town, seat),
        }  # fmt: skip
        return self.pages.show(request, "registers.html", shown)

    def found(self, who: Visitor, no: str, kind: str) -> tuple[Register, CaseNo]:
        """What is to be opened.

        Raises:
            NotHere: there is none, or it is not theirs to open.
        """
        number, register = number_in(no), NAMED.get(kind)
        if number is None or register is None:
            raise NotHere("no such register")
        if not self.entrance.look(lambda work: can_open(work, register, CaseNo(number)), who.actor):
            raise NotHere("no such register")
        return register, CaseNo(number)

    def ask(
        self, request: Request, what: tuple[Register, CaseNo], *, wrong: str = "", reason: str = "", code: int = 200
    ) -> Response:  # fmt: skip
        """Why?"""
        return self._show(request, what, {"wrong": wrong, "reason": reason, "content": ""}, code)

    def answer(self, request: Request, what: tuple[Register, CaseNo], content: str) -> Response:
        """What was opened, for a short while."""
        page = self._show(request, what, {"wrong": "", "reason": "", "content": content}, 200)
        page.headers["Refresh"] = f"{SHOWN_S}; url={self._back(request, what[1])}"
        return page

    def _show(
        self, request: Request, what: tuple[Register, CaseNo], more: Mapping[str, str], code: int
    ) -> Response:
        register, no = what
        kind = next(name for name, one in NAMED.items() if one is register)
        shown = {
            "no": no, "kind": kind, "title": REGISTERS[register], "reasons": REASONS[register], "minutes": SHOWN_S // 60,
            "back_to": self._back(request, no), "is_phone": register is Register.CASE_PHONE,
            "is_home": register is Register.CASE_HOME, "most": LONGEST_REASON, **more,
        }  # fmt: skip
        return self.pages.show(request, "register.html", shown, code)

    def _back(self, request: Request, no: CaseNo) -> str:
        """The page of the case where one may see it, else the list."""
        seen = self.entrance.cases.one(visitor_of(request).scope, no) is not None
        return f"/cases/{no}" if seen else "/registers"


def register_routes(entrance: Entrance, pages: Pages, guard: Guard) -> APIRouter:
    """``/registers``, ``/registers/23/phone``, ``/registers/23/home``, ``/registers/23/words``."""
    routes, draw = APIRouter(), RegisterPages(entrance, pages)

    @routes.get("/registers")
    def listed(request: Request, before: str = "") -> Response:
        return draw.listed(request, before)

    @routes.get("/registers/{no}/{kind}")
    def ask(request: Request, no: str, kind: str) -> Response:
        return draw.ask(request, draw.found(visitor_of(request), no, kind))

    @routes.post("/registers/{no}/{kind}")
    def show(
        request: Request, no: str, kind: str, csrf: Annotated[str, Form()],
        chosen: Annotated[str, Form(max_length=100)] = "", reason: Annotated[str, Form(max_length=300)] = "",
    ) -> Response:  # fmt: skip
        key, who = guard.check(request, csrf), visitor_of(request)
        what = draw.found(who, no, kind)
        why = reason.strip() or (chosen if chosen in REASONS[what[0]] else "")
        try:
            outcome = entrance.do(OpenRegister(*what, why), who.actor, key)
        except Refusal as refused:
            words = pages.sentence(refused)
            return draw.ask(request, what, wrong=words, reason=reason, code=pages.code_of(refused))
        said = outcome.reply
        if said is None or "words" not in said.blanks:
            return draw.ask(request, what, wrong=pages.reply(outcome), code=status.HTTP_429_TOO_MANY_REQUESTS)
        return draw.answer(request, what, str(said.blanks["words"]))

    return routes


def _called(town: Town, seat: int | None) -> str:
    found = town.seats.get(seat) if seat is not None else None
    return f"{found.title}{found.surname}" if found else ""
