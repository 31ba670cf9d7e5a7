"""What follows an emergency line: updates until a person ends it, and false alarms."""

from dataclasses import dataclass

from handlers.case_steps.alarm import plan_update, question_alarm, stand_down
from handlers.case_steps.meaning import acting_seat, alarms_of, claim_word
from handlers.case_steps.reviewing import must_not_undo_review
from handlers.case_steps.steps import (
    called,
    is_private,
    names_of,
    numbered_case,
    parts_of,
    quoted_case,
    record,
    room_hears,
    seat_of,
    tell_case_room,
    write_event,
)
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import ANY_LEADER, OPEN_STATES, Step
from models.rules.ids import CaseNo
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.urgency import Urgency
from models.tables import Case


@dataclass(frozen=True, slots=True)
class CallOffAlarm(Intent):
    """It was a false alarm, or a drill."""

    no: CaseNo | None = None
    vague: str = ""
    """Only that all is well: from a leader that may be a result, from a neighbour anything."""


@dataclass(frozen=True, slots=True)
class UpdateEmergency(Intent):
    """Two hours have passed since its group last heard of it."""

    no: CaseNo


@handles(CallOffAlarm, may=Permission.CASE_ADD)
def call_off_alarm(ask: CallOffAlarm, work: Work) -> Reply | None:
    """Whoever handles it, or stands above, ends it; a resident's word only asks them to look (safeguards §2.6)."""
    case = _alarm_meant(ask, work)
    part = parts_of(case, work)
    if not part & ANY_LEADER:
        if ask.vague and not part:
            raise NotMeant
        question_alarm(work, case)
        return None
    if ask.vague:
        return Reply("EMERG_REPORT_DM", no=case.no)
    seat = acting_seat(work, case)
    must_not_undo_review(work, case)
    record(work, case, Step.FALSE_ALARM, closed_at=work.now, closed_reason="false_alarm")
    stand_down(work, case, seat)
    _release(work, case)
    return None if room_hears(work, case) else Reply("DONE_DM", no=case.no)


def _alarm_meant(ask: CallOffAlarm, work: Work) -> Case:
    """The running emergency that is meant.

    Raises:
        NotMeant: none is; a number may belong to another matter.
        Refusal: a leader's words fit several.
    """
    if ask.no is not None:
        case = numbered_case(work, ask.no)
        here = case.room_id is not None and case.room_id == work.origin.room
        if case.urgency != Urgency.U0 or not (here or parts_of(case, work)):
            raise NotMeant
        return case
    room = work.origin.room
    nearby = [c for c in work.store.in_room(room, OPEN_STATES) if _runs(c)] if room is not None else []
    mine = work.store.reported_by(work.actor.identity, OPEN_STATES) if work.actor.identity else []
    pool = nearby or alarms_of(work) or [c for c in mine if _runs(c)]
    quoted = quoted_case(work, pool)
    if quoted is not None:
        return quoted
    if not pool:
        raise NotMeant
    led = [c for c in pool if parts_of(c, work) & ANY_LEADER]
    if len(led) > 1:
        raise Refusal(RefusalKind.NOT_CLEAR, "NO_NUM_DM", list=names_of(work, led), act=claim_word(work))
    own = [c for c in pool if c.reporter_id == work.actor.identity]
    return (led or own or pool)[0]


def _runs(case: Case) -> bool:
    return case.urgency == Urgency.U0


def _release(work: Work, case: Case) -> None:
    """What had to wait is said, unless another emergency runs in the group."""
    if case.room_id is None:
        return
    others = work.store.in_room(case.room_id, OPEN_STATES)
    if not any(_runs(c) and c.id != case.id for c in others):
        work.store.room_row(case.room_id).hush_until = None


@handles(UpdateEmergency, may=Permission.CLOCK_TICK)
def update_emergency(ask: UpdateEmergency, work: Work) -> Reply | None:
    """What a person said last, or that somebody is at it; never that it is over (conversation §7)."""
    case = numbered_case(work, ask.no)
    if case.state not in OPEN_STATES:
        return None
    write_event(work, case, Step.UPDATE, case.state, "update", {})
    seat = seat_of(work, case.claimed_by, case)
    work.store.cancel_held(case.id or 0, ("EMERG_REPORT_DM",), "said again")
    work.tell_seat(seat, "EMERG_REPORT_DM", case=case, no=case.no)
    plan_update(work, case)
    if is_private(case):
        return None
    words = case.flags.get("lately", "")
    if seat is not None and words:
        tell_case_room(work, case, "EMERG_WORD", rank=Rank.EMERGENCY, no=case.no, words=words, **called(seat))
    elif seat is not None:
        tell_case_room(work, case, "EMERG_STILL", rank=Rank.EMERGENCY, no=case.no, **called(seat))
    elif not case.flags.get("late"):
        tell_case_room(work, case, "EMERG_UNANSWERED", rank=Rank.EMERGENCY, no=case.no)
    return None
