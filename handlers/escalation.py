"""Passing a case on: transfer, whistle (上报/吹哨), return to the dispatcher, and the climb of what nobody claimed."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from handlers.case_steps.above import climb_with
from handlers.case_steps.alarm import ring_further
from handlers.case_steps.clocks import CLIMB, claim_due, firing, reminded_at, unplan_clocks
from handlers.case_steps.meaning import acting_seat, case_in_hand
from handlers.case_steps.receipts import hand_card
from handlers.case_steps.steps import (
    called,
    hand_over,
    item_of,
    numbered_case,
    parts_of,
    record,
    room_hears,
    rung_of,
    seat_of,
    tell_case_room,
)
from handlers.case_steps.words import claim_words, due_words, sayable, told_words
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import State, Step, Who
from models.rules.ids import CaseNo
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.sla import Clock, later
from models.rules.town import Found, Seat
from models.rules.urgency import Privacy, Urgency
from models.tables import Case

LEAST_REASON = 4
"""Characters of a reason that says something."""
MOST_TRANSFERS = 2
MOST_RETURNS = 2
RETURN_WORKING_HOURS = 4
"""Hours of service on working days."""
TOP_AGAIN = timedelta(days=1)
"""How often the highest post is asked again to take what nobody took."""


@dataclass(frozen=True, slots=True)
class TransferCase(Intent):
    """Somebody else should do it."""

    no: CaseNo | None = None
    to: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class EscalateCase(Intent):
    """Blow the whistle: it takes the next rung."""

    no: CaseNo | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class ReturnCase(Intent):
    """It is not ours: back to the dispatcher, never to the resident."""

    no: CaseNo | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class ClimbCase(Intent):
    """Nobody claimed it in time."""

    no: CaseNo


@handles(TransferCase, may=Permission.CASE_TRANSFER)
def transfer_case(ask: TransferCase, work: Work) -> Reply | None:
    """At most twice; the third time only the dispatcher decides (Weifang art. 22)."""
    case = case_in_hand(work, ask.no)
    part = parts_of(case, work)
    acting_seat(work, case)
    if case.transfer_count >= MOST_TRANSFERS and Who.DISPATCHER not in part:
        raise Refusal(RefusalKind.NOT_NOW, "TRANSFER_LIMIT_DM", no=case.no)
    target = _person_meant(work, case, ask.to)
    found = Found(target, (), rung_of(work, target))
    hand_over(work, case, found, Step.TRANSFER, reason=ask.words, transfer_count=case.transfer_count + 1)
    hand_card(work, case, target)
    tell_case_room(work, case, "TRANSFERRED", no=case.no, claim=claim_words(work, case), **called(target))
    return None if room_hears(work, case) else Reply("DONE_DM", no=case.no)


def _person_meant(work: Work, case: Case, name: str) -> Seat:
    """The post holder a leader names: by full name, by surname, or by post; the nearest to the case wins."""
    wanted = name.lstrip("@").strip()
    if not wanted:
        raise Refusal(RefusalKind.NOT_CLEAR, "TRANSFER_WHO_DM", no=case.no, name=wanted)
    on = work.today
    seats = [
        s
        for s in work.town.seats.values()
        if s.in_force(on) and s.person not in case.flags.get("accused", ())
    ]
    ways = (
        [s for s in seats if s.name and (s.name == wanted or s.name in wanted)],
        [s for s in seats if wanted in {s.title, work.town.preset.posts[s.post].name}],
        [s for s in seats if s.surname and wanted.startswith(s.surname)],
    )
    for found in ways:
        near = [s for s in found if work.town.related(s.area, case.area_id)] or found
        people = {s.person for s in near}
        if len(people) == 1:
            return work.town.filled(near[0], on, case.flags.get("accused", ()))
        if people:
            break
    raise Refusal(RefusalKind.NOT_CLEAR, "TRANSFER_WHO_DM", no=case.no, name=wanted)


@handles(EscalateCase, may=Permission.CASE_ESCALATE)
def escalate_case(ask: EscalateCase, work: Work) -> Reply | None:
    """The next rung leads; the first responder stays the resident's contact (Beijing 接诉即办 art. 14)."""
    case = case_in_hand(work, ask.no)
    seat = acting_seat(work, case)
    if len(ask.words) < LEAST_REASON:
        act = work.standing.texts.render("ACT_ESCALATE", {})
        raise Refusal(RefusalKind.NOT_CLEAR, "NEED_REASON_DM", act=act, no=case.no)
    start = max(case.rung, rung_of(work, seat)) + 1
    found = climb_with(work, case, start, seat.person)
    if found.seat is None:
        raise Refusal(RefusalKind.NOT_NOW, "TOP_REACHED_DM", no=case.no)
    hand_over(work, case, found, Step.ESCALATE, reason=ask.words)
    hand_card(work, case, found.seat)
    keeper = seat_of(work, case.keeper_id, case) or seat
    reason = sayable(work, ask.words[:30]) if case.privacy == Privacy.P1 else ""
    blanks: dict[str, Any] = {"no": case.no, "level": found.seat.title, **called(keeper)}
    if reason:
        tell_case_room(work, case, "ESCALATED", reason=reason, **blanks)
    else:
        tell_case_room(work, case, "ESCALATED_PLAIN", **blanks)
    return None if room_hears(work, case) else Reply("DONE_DM", no=case.no)


@handles(ReturnCase, may=Permission.CASE_CLAIM)
def return_case(ask: ReturnCase, work: Work) -> Reply:
    """Within four working hours and for one of four reasons; the resident is told by us, not sent away."""
    case = case_in_hand(work, ask.no)
    acting_seat(work, case)
    reason = return_reason(work, ask.words)
    if reason is None:
        act = work.standing.texts.render("ACT_RETURN", {})
        raise Refusal(RefusalKind.NOT_CLEAR, "RETURN_REASON_DM", act=act, no=case.no)
    too_late = work.now > later(case.created_at, RETURN_WORKING_HOURS, Clock.SERVICE, work.timetable)
    if case.return_count >= MOST_RETURNS or too_late or case.flags.get("designated"):
        raise Refusal(RefusalKind.NOT_NOW, "RETURN_LIMIT_DM", no=case.no)
    post = work.town.preset.dispatcher_post
    shunned = {p for p in (work.actor.person, *case.flags.get("accused", ())) if p is not None}
    holders = [s for s in work.town.holders(post, case.area_id, work.today) if not s.is_any_of(shunned)]
    found = (
        Found(holders[0], (), rung_of(work, holders[0])) if holders else climb_with(work, case, case.rung + 1)
    )
    hand_over(work, case, found, Step.RETURN, reason=reason, return_count=case.return_count + 1)
    work.tell_seat(found.seat, "RETURNED_LEADER_DM", case=case, no=case.no, reason=reason)
    return Reply("RETURNED_DM", no=case.no)


def return_reason(work: Work, words: str) -> str | None:
    """Which of the four lawful reasons the leader's words mean; None for any other."""
    return next(
        (reason for pattern, reason in work.standing.return_reasons if re.search(pattern, words)), None
    )


@handles(ClimbCase, may=Permission.CLOCK_TICK)
def climb_case(ask: ClimbCase, work: Work) -> Reply | None:
    """One rung up, a copy to the one above, nobody named in the group; emergencies climb every ten minutes."""
    case = numbered_case(work, ask.no)
    if case.state != State.NEW:
        return None
    accused = case.flags.get("accused", ())
    before = seat_of(work, case.assignee_id, case)
    # Whoever stands in one rung below has had his time with it.
    passed = (*accused, before.person) if before else accused
    found = work.town.climb(case.area_id, work.today, case.rung + 1, passed)
    if case.urgency == Urgency.U0:
        ring_further(work, case, found)
        return None
    if found.seat is None:
        _ask_the_top_again(work, case)
        return None
    hand_over(work, case, found, Step.AUTO_ESCALATE, by=Who.SYSTEM, reason="overdue")
    heard = reminded_at(work, case)
    more: dict[str, Any] = {"not_before": heard, "case": case}
    work.tell_seat(
        found.seat, "CLIMBED_DM", no=case.no, cat=item_of(work, case.category).spoken,
        told=told_words(work, case, heard), due=due_words(work, case.due_claim_at, heard), **more,
    )  # fmt: skip
    above = work.town.climb(case.area_id, work.today, found.step + 1, passed)
    work.tell_seat(above.seat, "CLIMBED_CC_DM", no=case.no, **called(found.seat), **more)
    work.tell_seat(before, "OVERDUE_DM", no=case.no, **more)
    return None


def _ask_the_top_again(work: Work, case: Case) -> None:
    """Nobody stands above: whoever has it is asked again, so that no case is left without a running clock."""
    due = max(work.now + TOP_AGAIN, claim_due(work, case))
    record(work, case, Step.VACANCY, by=Who.SYSTEM, reason="top", due_claim_at=due)
    unplan_clocks(work, case)
    work.store.plan([firing(case, CLIMB, due)])
    work.tell_seat(
        seat_of(work, case.assignee_id, case), "TOP_UNCLAIMED_DM", not_before=reminded_at(work, case),
        case=case, no=case.no, cat=item_of(work, case.category).spoken,
    )  # fmt: skip
