"""诉求: the list of one's own areas with its filters, and one case with all that happened and all that may be done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, Response
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
from web.entrance import Entrance, Visitor
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
    sane = words.isascii() and words.isdecimal() and len(words) <= LONGEST_NO
    return MergeCase(no, CaseNo(int(words)) if sane else None)


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


def case_routes(entrance: Entrance, pages: Pages, guard: Guard) -> APIRouter:
    """``/cases``, ``/cases/23`` and its buttons."""
    routes = APIRouter()
    desk, items = entrance.cases, entrance.dispatch.standing.items

    def file_of(who: Visitor, no: str) -> CaseFile:
        sane = no.isascii() and no.isdecimal() and len(no) <= LONGEST_NO
        found = desk.one(who.scope, int(no)) if sane else None
        if found is None:
            raise NotHere("no such case")
        return found

    def show(request: Request, found: CaseFile, words: str, typed: Mapping[str, str], code: int) -> Response:
        town, who = entrance.dispatch.known_town(), _visitor(request)
        state = State(found.case.state)
        acts = [act for act in ACTS if act.may in who.actor.permissions and state in act.states]
        shown = {
            "file": found, "case": found.case, "item": items[found.case.category], "area": _path(town, found.area_id),
            "acts": acts, "words": words, "typed": typed, "now": entrance.clock(), "State": State,
            "called": lambda seat: _called(town, seat), "open": state in OPEN_STATES, "say": pages.render,
        }  # fmt: skip
        return pages.show(request, "case.html", shown, code)

    @routes.get("/cases")
    def listed(
        request: Request,
        group: str = "open",
        area: str = "",
        category: str = "",
        urgent: str = "",
        before: str = "",
    ) -> Response:
        who, town, now = _visitor(request), entrance.dispatch.known_town(), entrance.clock()
        below = (
            frozenset(town.downward(int(area)))
            if area.isdecimal() and int(area) in town.areas
            else frozenset()
        )
        meant = frozenset(code for code, item in items.items() if category and code.startswith(category))
        wanted = CaseFilter(group if group in GROUP_WORDS else "open", below, meant, bool(urgent))
        start = int(before) if before.isdecimal() and len(before) <= LONGEST_NO else None
        page = desk.page(who.scope, wanted, now, before=start)
        asked = {"group": wanted.group, "area": area, "category": category, "urgent": urgent}
        link = {name: value for name, value in asked.items() if value}
        shown = {
            "page": page, "asked": asked, "now": now, "groups": GROUP_WORDS, "counts": desk.counts(who.scope, now),
            "areas": _areas(town, who), "kinds": _kinds(items), "items": items, "say": pages.render,
            "older": urlencode({**link, "before": str(page.older)}) if page.older else "", "first": start is None,
            "address": lambda **other: "/cases?" + urlencode({**link, **other}),
        }  # fmt: skip
        return pages.show(request, "cases.html", shown)

    @routes.get("/cases/{no}")
    def one(request: Request, no: str) -> Response:
        return show(request, file_of(_visitor(request), no), "", {}, 200)

    @routes.post("/cases/{no}/{act}")
    def do(
        request: Request, no: str, act: str, csrf: Annotated[str, Form()],
        words: Annotated[str, Form(max_length=1000)] = "",
    ) -> Response:  # fmt: skip
        key, who = guard.check(request, csrf), _visitor(request)
        found = file_of(who, no)
        if act not in ACT_NAMED:
            raise NotHere("no such act")
        try:
            entrance.do(ACT_NAMED[act].make(CaseNo(found.case.no), words.strip()), who.actor, key)
        except Refusal as refused:
            return show(request, found, pages.sentence(refused), {act: words}, pages.code_of(refused))
        return RedirectResponse(f"/cases/{found.case.no}", 303)

    return routes


def _visitor(request: Request) -> Visitor:
    who: Visitor = request.state.visitor
    return who


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


def _kinds(items: Mapping[str, object]) -> list[tuple[str, str]]:
    """Letters of categories with what they are called."""
    return [(code, getattr(item, "spoken", code)) for code, item in items.items()]
