"""Passing a case on: transfer, whistle (上报/吹哨), return to the dispatcher, and the climb of what nobody claimed."""

import re
from dataclasses import dataclass
from typing import Any

from handlers.case_steps.alarm import ring_further
from handlers.case_steps.clocks import HANDS_OVER, reminded_at, started
from handlers.case_steps.ladder import (
    ask_the_top_again,
    called_from,
    climb_from,
    kept_apart,
    next_rung,
    shunned,
    top_level,
)
from handlers.case_steps.meaning import acting_seat, case_in_hand
from handlers.case_steps.receipts import hand_card
from handlers.case_steps.steps import (
    called,
    hand_over,
    item_of,
    numbered_case,
    parts_of,
    room_hears,
    rung_of,
    seat_of,
    tell_case_room,
)
from handlers.case_steps.taking_part import tell_overdue
from handlers.case_steps.whistle import awaits_arrival, call_level, nobody_came
from handlers.case_steps.words import claim_words, due_words, sayable, told_words
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import State, Step, Who
from models.rules.ids import CaseNo
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.seats import post_names
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


@dataclass(frozen=True, slots=True)
class TransferCase(Intent):
    """Somebody else should do it: named, or chosen by appointment on a page."""

    no: CaseNo | None = None
    to: str = ""
    words: str = ""
    seat: int | None = None


@dataclass(frozen=True, slots=True)
class EscalateCase(Intent):
    """It takes the next rung (上报), or whom a whistle calls here (吹哨)."""

    no: CaseNo | None = None
    words: str = ""
    whistle: str = ""


@dataclass(frozen=True, slots=True)
class AskTownship(Intent):
    """It takes the township: called at once, whatever stands between. ``soft``: said without a number."""

    no: CaseNo | None = None
    words: str = ""
    soft: str = ""


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
    target = _person_meant(work, case, ask.to) if ask.seat is None else _chosen(work, case, ask.seat)
    found = Found(target, (), rung_of(work, target, len(work.town.preset.ladder)))
    # What the dispatcher decides after two tries stays with whom he names.
    flags = {**case.flags, "designated": True} if case.transfer_count >= MOST_TRANSFERS else case.flags
    count = case.transfer_count + 1
    hand_over(work, case, found, Step.TRANSFER, reason=ask.words, transfer_count=count, flags=flags)
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
        [
            s
            for s in seats
            if s.goes_by(wanted, work.town.areas[s.area].name, post_names(s.post, work.town.preset))
        ],
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


def people_for(work: Work, case: Case) -> list[Seat]:
    """Whom a case may be given to: posts of the ladder around its area, those below first; never whoever it speaks against."""
    town, accused = work.town, case.flags.get("accused", ())
    held = [
        seat
        for seat in town.seats.values()
        if seat.in_force(work.today) and seat.person not in accused and seat.post in town.preset.ladder
        and town.related(seat.area, case.area_id) and seat.id != case.assignee_id
    ]  # fmt: skip
    return sorted(held, key=lambda seat: (rung_of(work, seat), seat.area, seat.id))


def _chosen(work: Work, case: Case, chosen: int) -> Seat:
    """Raises Refusal: the case may not be given to that appointment."""
    seat = next((one for one in people_for(work, case) if one.id == chosen), None)
    if seat is None:
        raise Refusal(RefusalKind.NOT_CLEAR, "TRANSFER_WHO_DM", no=case.no, name="")
    return work.town.filled(seat, work.today, case.flags.get("accused", ()))


@handles(EscalateCase, may=Permission.CASE_ESCALATE)
def escalate_case(ask: EscalateCase, work: Work) -> Reply | None:
    """The next level leads; the first responder stays the resident's contact (Beijing 接诉即办 art. 14)."""
    case = case_in_hand(work, ask.no)
    seat = acting_seat(work, case)
    _reasoned(work, case, ask.words)
    if awaits_arrival(case) and case.assignee_id != seat.id:
        waits = seat_of(work, case.assignee_id, case)
        due = due_words(work, case.due_claim_at)
        raise Refusal(RefusalKind.NOT_NOW, "WHISTLE_WAITS_DM", no=case.no, due=due, **called(waits))
    step = next_rung(work, case, seat)
    found = called_from(work, case, step, seat) if ask.whistle else climb_from(work, case, step, seat)
    return _lead(work, case, found, seat, ask.words)


@handles(AskTownship, may=Permission.CASE_ESCALATE)
def ask_township(ask: AskTownship, work: Work) -> Reply | None:
    """The uppermost level is called at once (请乡里支持), by whoever of the ladder needs it (seed B07)."""
    case = case_in_hand(work, ask.no, soft=bool(ask.soft))
    seat = acting_seat(work, case)
    _reasoned(work, case, ask.words)
    return _lead(work, case, top_level(work, case, seat), seat, ask.words)


def _reasoned(work: Work, case: Case, words: str) -> None:
    """Refuse a call without a reason."""
    if len(words) < LEAST_REASON:
        act = work.standing.texts.render("ACT_ESCALATE", {})
        raise Refusal(RefusalKind.NOT_CLEAR, "NEED_REASON_DM", act=act, no=case.no)


def _lead(work: Work, case: Case, found: Found, seat: Seat, why: str) -> Reply | None:
    """The called level leads from now on; those who reported hear of it, and why."""
    if found.seat is None:
        raise Refusal(RefusalKind.NOT_NOW, "TOP_REACHED_DM", no=case.no)
    call_level(work, case, found, seat, why)
    keeper = seat_of(work, case.keeper_id, case) or seat
    reason = sayable(work, why[:30]) if case.privacy == Privacy.P1 else ""
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
    seat = acting_seat(work, case)
    reason = return_reason(work, ask.words)
    if reason is None:
        act = work.standing.texts.render("ACT_RETURN", {})
        raise Refusal(RefusalKind.NOT_CLEAR, "RETURN_REASON_DM", act=act, no=case.no)
    since = started(work, case, HANDS_OVER)
    too_late = work.now > later(since, RETURN_WORKING_HOURS, Clock.SERVICE, work.timetable)
    limited = case.return_count >= MOST_RETURNS or case.flags.get("designated") or kept_apart(work, case)
    if limited or too_late:
        raise Refusal(RefusalKind.NOT_NOW, "RETURN_LIMIT_DM", no=case.no)
    post = work.town.preset.dispatcher_post
    holders = work.town.free(post, case.area_id, work.today, shunned(case, seat), absent=True)
    dispatcher = Found(holders[0], (), rung_of(work, holders[0])) if holders else None
    found = dispatcher or climb_from(work, case, next_rung(work, case), seat)
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
    before = seat_of(work, case.assignee_id, case)
    # Whoever stands in one rung below has had his time with it.
    found = climb_from(work, case, next_rung(work, case), before)
    if case.urgency == Urgency.U0:
        ring_further(work, case, found)
        return None
    if awaits_arrival(case):
        nobody_came(work, case)
        return None
    if found.seat is None:
        ask_the_top_again(work, case)
        return None
    hand_over(work, case, found, Step.AUTO_ESCALATE, by=Who.SYSTEM, reason="overdue")
    heard = reminded_at(work, case)
    more: dict[str, Any] = {"not_before": heard, "case": case}
    work.tell_seat(
        found.seat, "CLIMBED_DM", no=case.no, cat=item_of(work, case.category).spoken,
        told=told_words(work, case, heard), due=due_words(work, case.due_claim_at, heard), **more,
    )  # fmt: skip
    above = climb_from(work, case, found.step + 1, before, found.seat)
    told = tell_overdue(work, case, heard, but=(before, found.seat))
    if above.seat is not None and above.seat.person not in told:
        work.tell_seat(above.seat, "CLIMBED_CC_DM", no=case.no, **called(found.seat), **more)
    work.tell_seat(before, "OVERDUE_DM", no=case.no, **more)
    return None
