"""诉求: the list of one's own areas with its filters, and one case with all that happened and all that may be done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, Response, status
from fastapi.responses import RedirectResponse

from handlers.claims import ClaimCase, ContactCase
from handlers.corrections import CorrectCase
from handlers.escalation import EscalateCase, ReturnCase, TransferCase
from handlers.intents import Intent
from handlers.merging import MergeCase
from handlers.results import ReopenCase, ResolveCase
from models.case_desk import CaseFile, CaseFilter
from models.rules.case_life import OPEN_STATES, State
from models.rules.ids import CaseNo
from models.rules.permissions import Permission
from models.rules.refusals import Refusal
from models.rules.town import Town
from web.doors import NotHere
from web.entrance import Entrance, Visitor, visitor_of
from web.guard import Guard
from web.pages import Pages

GROUP_WORDS = {
    "open": "在办",
    "overdue": "超期",
    "unclaimed": "没人接",
    "unhappy": "重办",
    "done": "办好",
    "all": "全部",
}
LONGEST_NO = len("999999999")


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that may be done with a case. ``field`` asks for words (empty: none are needed)."""

    name: str
    button: str
    says: str
    """What pressing it brings about."""
    may: Permission
    states: frozenset[State]
    make: Callable[[CaseNo, str], Intent]
    field: str = ""


def _merge(no: CaseNo, words: str) -> MergeCase:
    other = _number(words)
    return MergeCase(no, CaseNo(other) if other is not None else None)


HELD = frozenset({State.NEW, State.CLAIMED, State.IN_PROGRESS})
OVER = frozenset({State.RESOLVED, State.CLOSED})
ACTS = (
    Act("claim", "我来接", "居民会看到有人接了。", Permission.CASE_CLAIM, frozenset({State.NEW}), lambda no, _: ClaimCase(no)),
    Act("contact", "联系过居民了", "记下第一次联系的时间。", Permission.CASE_RESOLVE, HELD, lambda no, _: ContactCase(no)),
    Act("resolve", "办好了", "居民会收到结果，并请他评价。", Permission.CASE_RESOLVE, OPEN_STATES, ResolveCase, "怎么办好的"),
    Act("transfer", "转给别人", "那个人会收到，时间从头算。", Permission.CASE_TRANSFER, HELD, TransferCase, "转给谁（岗位加姓）"),
    Act(
        "whistle", "吹哨叫上级", "上一级会收到，几个小时内要到。", Permission.CASE_ESCALATE, HELD,
        lambda no, words: EscalateCase(no, words, whistle="1"), "需要上级做什么",
    ),
    Act("return", "退回", "回到派单的人那里，居民听不到。", Permission.CASE_TRANSFER, HELD, ReturnCase, "为什么不归我办"),
    Act("correct", "改类别", "下次遇到同样的话会学着点。", Permission.CASE_RESOLVE, OPEN_STATES, CorrectCase, "应该是什么类"),
    Act("merge", "并到另一件", "报过的人都跟着那一件走。", Permission.CASE_RESOLVE, OPEN_STATES, _merge, "并到几号"),
    Act("reopen", "没解决，重办", "回到原来的人手里，时间从头算。", Permission.CASE_RESOLVE, OVER, ReopenCase, "哪里没解决"),
)  # fmt: skip
ACT_NAMED: Mapping[str, Act] = {act.name: act for act in ACTS}


@dataclass(frozen=True)
class CasePages:
    """Draws the list and the page of one case."""

    entrance: Entrance
    pages: Pages

    def file_of(self, who: Visitor, no: str) -> CaseFile:
        """The case of that number.

        Raises:
            NotHere: there is none that this person may see.
        """
        number = _number(no)
        found = self.entrance.cases.one(who.scope, number) if number is not None else None
        if found is None:
            raise NotHere("no such case")
        return found

    def listed(self, request: Request, asked: Mapping[str, str], before: str) -> Response:
        """Cases that fit what is asked for; nonsense asks for nothing."""
        who, town, now = visitor_of(request), self.entrance.dispatch.known_town(), self.entrance.clock()
        items, desk = self.entrance.dispatch.standing.items, self.entrance.cases
        group, area = asked["group"] if asked["group"] in GROUP_WORDS else "open", _number(asked["area"])
        below = frozenset(town.downward(area)) if area in town.areas else frozenset()
        kinds = frozenset({asked["category"]} & items.keys())
        start = _number(before)
        wanted = CaseFilter(group, below, kinds, urgent=bool(asked["urgent"]))
        page = desk.page(who.scope, wanted, now, before=start)
        link = {name: value for name, value in {**asked, "group": group}.items() if value}
        shown = {
            "page": page, "asked": {**asked, "group": group}, "now": now, "groups": GROUP_WORDS, "items": items,
            "counts": desk.counts(who.scope, now), "areas": _areas(town, who), "state": self.state_word,
            "older": urlencode({**link, "before": str(page.older)}) if page.older else "", "first": start is None,
            "address": lambda **other: "/cases?" + urlencode({**link, **other}),
        }  # fmt: skip
        return self.pages.show(request, "cases.html", shown)

    def one(
        self, request: Request, found: CaseFile, words: str, typed: Mapping[str, str], code: int
    ) -> Response:
        """One case; ``words`` say what was wrong with what was ``typed``."""
        town, who, state = self.entrance.dispatch.known_town(), visitor_of(request), State(found.case.state)
        acts = [act for act in ACTS if act.may in who.actor.permissions and state in act.states]
        shown = {
            "file": found, "case": found.case, "item": self.entrance.dispatch.standing.items[found.case.category],
            "area": _path(town, found.area_id), "acts": acts, "words": words, "typed": typed,
            "now": self.entrance.clock(), "called": lambda seat: _called(town, seat), "open": state in OPEN_STATES,
            "state": self.state_word, "step_word": lambda step: self.pages.render(f"STEP_{step}"),
        }  # fmt: skip
        return self.pages.show(request, "case.html", shown, code)

    def state_word(self, state: str) -> str:
        """How a case stands, in words."""
        return self.pages.render(f"STATE_{state}")


def case_routes(entrance: Entrance, pages: Pages, guard: Guard) -> APIRouter:
    """``/cases``, ``/cases/23`` and its buttons."""
    routes, draw = APIRouter(), CasePages(entrance, pages)

    @routes.get("/cases")
    def listed(
        request: Request, group: str = "open", area: str = "", category: str = "", urgent: str = "", before: str = ""
    ) -> Response:  # fmt: skip
        asked = {"group": group, "area": area, "category": category, "urgent": urgent}
        return draw.listed(request, asked, before)

    @routes.get("/cases/{no}")
    def one(request: Request, no: str) -> Response:
        return draw.one(request, draw.file_of(visitor_of(request), no), "", {}, 200)

    @routes.post("/cases/{no}/{act}")
    def do(
        request: Request, no: str, act: str, csrf: Annotated[str, Form()],
        words: Annotated[str, Form(max_length=1000)] = "",
    ) -> Response:  # fmt: skip
        key, who = guard.check(request, csrf), visitor_of(request)
        found = draw.file_of(who, no)
        if act not in ACT_NAMED:
            raise NotHere("no such act")
        try:
            entrance.do(ACT_NAMED[act].make(CaseNo(found.case.no), words.strip()), who.actor, key)
        except Refusal as refused:
            return draw.one(request, found, pages.sentence(refused), {act: words}, pages.code_of(refused))
        return RedirectResponse(f"/cases/{found.case.no}", status.HTTP_303_SEE_OTHER)

    return routes


def _number(words: str) -> int | None:
    """A number that a row could have."""
    sane = words.isascii() and words.isdecimal() and len(words) <= LONGEST_NO
    return int(words) if sane else None


def _called(town: Town, seat: int | None) -> str:
    found = town.seats.get(seat) if seat is not None else None
    return f"{found.title}{found.surname}" if found else ""


def _path(town: Town, area: int) -> str:
    """``龙凤村一片四组``: without the topmost area, which everybody knows."""
    names = [node.name for node in town.upward(area)] if area in town.areas else []
    return "".join(reversed(names[:-1] or names))


def _areas(town: Town, who: Visitor) -> list[tuple[int, str]]:
    """The areas one may choose from, those above before those below."""
    mine = (
        town.areas.values()
        if who.scope.whole
        else (town.areas[a] for a in who.scope.areas if a in town.areas)
    )
    return [(node.id, _path(town, node.id)) for node in sorted(mine, key=lambda n: (n.rank, n.id))]
