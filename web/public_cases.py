"""``/c/<token>``: how one case stands, for whoever has its link; never more than its group heard, and no name."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response

from models.rules.case_life import State
from models.rules.outgoing import Blocked, guard
from models.rules.pacing import shanghai_date
from models.rules.places import public_place
from models.rules.public_case import OPEN_FOR, RESULT_LETTERS, Progress
from models.rules.recurrence import REOPEN_WITHIN
from models.rules.rejecting import APPEAL_WITHIN
from models.rules.seats import without_full_names
from models.rules.town import Town
from web.pages import Pages
from web.residents import FOR_ONE, Residents, is_token, kept

Next = tuple[tuple[str, str], ...]
"""What can be said to the assistant, and what it brings about."""
_DAY = timedelta(days=1)
_URGE = ("催办 {no}", "催一催，上一级也会知道。")
_ADD = ("补充 {no} 在二单元门口", "补一句没说清楚的。")
_TAKE_BACK = ("撤回 {no}", "不用办了。")
NEXT: Mapping[State, Next] = {
    State.DRAFT: (_ADD, _TAKE_BACK),
    State.NEW: (_URGE, _ADD, _TAKE_BACK),
    State.CLAIMED: (_URGE, _ADD, _TAKE_BACK),
    State.IN_PROGRESS: (_URGE, _ADD, _TAKE_BACK),
    State.WAITING: (_URGE, _ADD, _TAKE_BACK),
    State.RESOLVED: (
        ("{no} 评 5 5 5", "评价：效果、时长、态度，1 到 5 分。"),
        ("{no} 没解决", "没办好，重新办。"),
    ),
    State.CLOSED: (("{no} 没解决", f"没办好，{REOPEN_WITHIN // _DAY} 天内可以重新办。"),),
    State.REJECTED: (("申诉 {no}", f"不服，{APPEAL_WITHIN // _DAY} 天内可以申诉一次。"),),
}
_UNTIL: Mapping[State, timedelta] = {State.CLOSED: REOPEN_WITHIN, State.REJECTED: APPEAL_WITHIN}
"""So long after the end it can be said."""
ASK_PRIVATELY: Next = (("进度 {no}", "私信小助手，能看到更多。"),)


def case_routes(residents: Residents, pages: Pages) -> APIRouter:
    """The page of one case."""
    routes = APIRouter(prefix="/c")

    @routes.get("/{token}")
    def one(request: Request, token: str, big: str = "") -> Response:
        found = residents.cases.find(token) if is_token(token) else None
        town, now = residents.town(), residents.clock()
        frame = {"here": request.url.path, "large": bool(big)}
        if found is None or not found[1].can_be_read(now):
            shown = {"contact": town.contact, "days": OPEN_FOR // _DAY}
            return pages.show(request, "public_case_gone.html", {**frame, **shown}, 404)
        asked, case = found
        more = asked.is_public and case.is_public
        offered = _next(case, now) if more else ASK_PRIVATELY
        shown = {
            "asked": asked.no, "case": case, "more": more, "signed": town.name, "now": now,
            "state": pages.render(f"STATE_{case.state}"),
            # He goes on using the number that he was given.
            "next": [(words.format(no=asked.no), brings) for words, brings in offered],
            **(_told(residents, town, case, now) if more else {}),
        }  # fmt: skip
        return kept(request, pages.show(request, "public_case.html", {**frame, **shown}), FOR_ONE)

    return routes


def _next(case: Progress, now: datetime) -> Next:
    """What the reporter may say now."""
    limit, ended = _UNTIL.get(case.state), case.resolved_at or case.closed_at
    if limit is not None and ended is not None and now - ended > limit:
        return ()
    return NEXT.get(case.state, ())


def _told(residents: Residents, town: Town, case: Progress, now: datetime) -> dict[str, object]:
    """What the group heard as well."""
    seat = case.handler(town, shanghai_date(now))
    here = town.areas[case.area].name if case.area in town.areas else ""
    return {
        "category": residents.dispatch.standing.items[case.category].spoken,
        "place": public_place(case.place) or here,
        "called": f"{seat.title}{seat.surname}" if seat is not None else "",
        "result": _sayable(case.result[:RESULT_LETTERS], town) if case.is_solved else "",
        "late": case.is_open and case.due_resolve_at is not None and case.due_resolve_at < now,
    }


def _sayable(words: str, town: Town) -> str:
    """A leader's words as the group heard them; empty when they shame."""
    said = guard(without_full_names(words, town.seats.values()), in_group=True)
    return "" if isinstance(said, Blocked) else said
