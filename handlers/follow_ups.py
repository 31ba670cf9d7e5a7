"""Asking again after the end: by somebody who did not handle it, at the door or by phone, written once (B17, D13, E16)."""

from dataclasses import dataclass
from datetime import timedelta

from handlers.case_steps.asking_again import (
    CLIMB,
    FIRST,
    REMINDER,
    arrange_follow_up,
    asked_of,
    handled_by,
    matter,
    named,
    plan_asking,
    shunned,
    tell_index,
    waiting_for,
)
from handlers.case_steps.desk import joined
from handlers.case_steps.reopening import comes_back, reopen, tell_above
from handlers.case_steps.steps import (
    is_private,
    numbered_case,
    parts_of,
    record,
)
from handlers.case_steps.whom import ANONYMOUS
from handlers.case_steps.words import due_words
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import HANDLED_STATES, Step, Who
from models.rules.following_up import CLIMBS_AFTER, REMINDED_AFTER, Outcome, Way, Why
from models.rules.ids import CaseNo
from models.rules.masking import mask
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.urgency import Privacy
from models.tables import Case, FollowUp

LONGEST_NOTE = 300
LISTED = 8


@dataclass(frozen=True, slots=True)
class AnswerFollowUp(Intent):
    """Somebody asked the reporter and tells what came of it; each outcome is a mark."""

    no: CaseNo
    solved: str = ""
    partly: str = ""
    unsolved: str = ""
    refused: str = ""
    unreachable: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class ListFollowUps(Intent):
    """Whom have I still to ask?"""


@dataclass(frozen=True, slots=True)
class DeclineFollowUp(Intent):
    """A resident does not want to be asked."""

    no: CaseNo | None = None


@dataclass(frozen=True, slots=True)
class AskFollowUp(Intent):
    """A follow-up is due (turn 1), is late (2), goes one level up (3)."""

    no: CaseNo
    turn: int = FIRST


@dataclass(frozen=True, slots=True)
class FollowUpUnrated(Intent):
    """The reporter did not rate, not even after the reminder (D26)."""

    no: CaseNo


@handles(AnswerFollowUp, may=Permission.CASE_RESOLVE)
def answer_follow_up(ask: AnswerFollowUp, work: Work) -> Reply | None:
    """Written once, never overwritten; 「没解决」 opens the case again."""
    case, row = case_asked(ask.no, work)
    if case.state not in HANDLED_STATES:
        raise Refusal(RefusalKind.NOT_NOW, "FOLLOW_UP_EARLY_DM", no=case.no)
    outcome = next((o for o in Outcome if getattr(ask, o, "")), None)
    if outcome is None:
        raise Refusal(RefusalKind.NOT_CLEAR, "FOLLOW_UP_HOW_DM", no=case.no)
    if row is None:
        row = FollowUp(
            case_id=case.id or 0, cycle=case.reopen_count, way=Way.PHONE, why=Why.OWN, made_at=work.now,
            due_at=work.now, seat_id=work.actor.seats[0],
        )  # fmt: skip
        work.store.session.add(row)
    row.outcome, row.note = outcome, mask(ask.words)[:LONGEST_NOTE]
    row.asked_by, row.asked_at = _seat_here(work, case), work.now
    record(work, case, Step.FOLLOW_UP, by=Who.FOLLOW_UP, reason=outcome)
    work.store.unplan(case.id or 0, "AskFollowUp")
    tell_index(work, row)
    if outcome is not Outcome.UNSOLVED:
        return Reply("FOLLOW_UP_NOTED_DM", no=case.no)
    if not comes_back(work, case):
        tell_above(work, case, "BAD_RATING_DM")
        return Reply("REOPEN_LATE_DM", no=case.no)
    reopen(work, case, "", by=Who.FOLLOW_UP)
    return Reply("FOLLOW_UP_REOPENED_DM", no=case.no)


def case_asked(no: CaseNo, work: Work) -> tuple[Case, FollowUp | None]:
    """The case, its follow-up if there is one, and that the actor may ask.

    Raises:
        Refusal: no such case, he handled it, it is somebody else's to ask, or it was asked already.
    """
    found = work.store.find_case(no)
    row = work.store.follow_up_of(found.id or 0, found.reopen_count) if found is not None else None
    asked = asked_of(work, found, row) if found is not None and row is not None else None
    assigned = asked is not None and asked.person == work.actor.person
    case = found if found is not None and assigned else numbered_case(work, no)
    if work.actor.person in case.flags.get("accused", ()):
        raise Refusal(RefusalKind.NOT_ALLOWED, None)
    if work.actor.person in shunned(work, case):
        raise Refusal(RefusalKind.NOT_ALLOWED, "FOLLOW_UP_OWN_DM", no=no)
    if not assigned and not parts_of(case, work) & (Who.HIGHER | Who.DISPATCHER):
        raise Refusal(RefusalKind.NOT_ALLOWED, "FOLLOW_UP_OTHER_DM", no=no)
    if row is not None and row.outcome:
        raise Refusal(RefusalKind.NOT_NOW, "FOLLOW_UP_DONE_DM", no=no)
    return case, row


def _seat_here(work: Work, case: Case) -> int:
    """The actor's appointment nearest to the case."""
    near = [s for s in work.actor.seats if work.town.related(work.town.seats[s].area, case.area_id)]
    return (near or list(work.actor.seats))[0]


@handles(ListFollowUps, may=Permission.CASE_RESOLVE)
def list_follow_ups(ask: ListFollowUps, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """Earliest due first, eight at most, privately."""
    waiting = waiting_for(work)
    if not waiting:
        return Reply("FOLLOW_UPS_NONE_DM")
    listed = [named(work, case) for _, case in waiting[:LISTED]]
    return Reply("FOLLOW_UPS_DM", n=len(waiting), list=joined(work, listed), no=waiting[0][1].no)


@handles(DeclineFollowUp, may=Permission.CASE_RATE)
def decline_follow_up(ask: DeclineFollowUp, work: Work) -> Reply | None:
    """The right to refuse (state_machine.toml [follow_up] refuse_ok): the reporter's alone; whoever was to ask hears it.

    Raises:
        NotMeant: he reported nothing that could be asked about, or handled it himself.
    """
    if work.actor.identity is None:
        raise NotMeant
    waiting = [
        (row, case)
        for row, case in work.store.unanswered_of(work.actor.identity)
        if (ask.no is None or case.no == ask.no) and _may_decline(work, case)
    ]
    for row, case in waiting:
        row.outcome, row.asked_at = Outcome.REFUSED, work.now
        record(work, case, Step.FOLLOW_UP, by=parts_of(case, work), reason=Outcome.REFUSED)
        work.store.unplan(case.id or 0, "AskFollowUp")
        if row.due_at <= work.now:
            work.tell_seat(asked_of(work, case, row), "FOLLOW_UP_DECLINED_DM", case=case, no=case.no)
    mine = [c for c in work.store.reported_by(work.actor.identity) if _may_decline(work, c)]
    for case in mine:
        case.flags = {**case.flags, "no_follow_up": True}
    if not waiting and not mine:
        raise NotMeant
    return Reply("NO_FOLLOW_UP_DM") if work.origin.room is None else None


def _may_decline(work: Work, case: Case) -> bool:
    return case.reporter_id == work.actor.identity and work.actor.person not in handled_by(work, case)


@handles(AskFollowUp, may=Permission.CLOCK_TICK)
def ask_follow_up(ask: AskFollowUp, work: Work) -> None:
    """One private line when due, one reminder on day 7, then one level up; after that it is listed as not done."""
    case = numbered_case(work, ask.no)
    row = work.store.follow_up_of(case.id or 0, case.reopen_count)
    if row is None or row.outcome or case.state not in HANDLED_STATES or case.flags.get(ANONYMOUS):
        return
    if ask.turn == CLIMB:
        _climb(work, case, row)
        return
    seat = asked_of(work, case, row)
    cat = matter(work, case)
    if ask.turn == FIRST:
        key = "FOLLOW_UP_DOOR_DM" if row.way == Way.DOOR else "FOLLOW_UP_PHONE_DM"
        work.tell_seat(
            seat,
            key,
            rank=Rank.ROUTINE,
            case=case,
            no=case.no,
            cat=cat,
            place=f" {case.place}" if case.place and not is_private(case) else "",
        )
        later = max(row.made_at + REMINDED_AFTER - work.now, timedelta(days=1))
        plan_asking(work, case, later, REMINDER)
        return
    row.reminded_at = work.now
    due = due_words(work, work.now + CLIMBS_AFTER)
    work.tell_seat(seat, "FOLLOW_UP_REMINDER_DM", rank=Rank.ROUTINE, case=case, no=case.no, cat=cat, due=due)
    plan_asking(work, case, CLIMBS_AFTER, CLIMB)


def _climb(work: Work, case: Case, row: FollowUp) -> None:
    if case.privacy == Privacy.P4:
        return
    before = asked_of(work, case, row)
    avoid = shunned(work, case) | ({before.person} if before else set())
    start = work.town.rung_above(before.post) if before else 0
    above = work.town.climb(case.area_id, work.today, start, avoid)
    if above.seat is None:
        return
    row.seat_id = above.seat.id
    cat = matter(work, case)
    work.tell_seat(above.seat, "FOLLOW_UP_CLIMBED_DM", rank=Rank.ROUTINE, case=case, no=case.no, cat=cat)


@handles(FollowUpUnrated, may=Permission.CLOCK_TICK)
def follow_up_unrated(ask: FollowUpUnrated, work: Work) -> None:
    """Whoever was reminded and stayed silent is asked by a person."""
    case = numbered_case(work, ask.no)
    if case.state in HANDLED_STATES and not work.store.ratings_of(case.id or 0, case.reopen_count):
        arrange_follow_up(work, case, Why.UNRATED)
