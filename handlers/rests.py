"""A case waits for something (挂起), goes on again (恢复), or takes longer (延期): domain ``suspend``, ``resume``, ``extend``."""

from dataclasses import dataclass
from datetime import datetime

from handlers.case_steps.asking import HANDLED, approvals, ask_above, overtaken, settle, what_words
from handlers.case_steps.clocks import resolve_clock
from handlers.case_steps.meaning import acting_seat, case_in_hand
from handlers.case_steps.resting import day_words, next_due, tell_woken, wake
from handlers.case_steps.steps import (
    called,
    desk_list,
    handler_of,
    item_of,
    names_of,
    numbered_case,
    quoted_case,
    seat_of,
)
from handlers.case_steps.words import due_words
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import State, Step, Who
from models.rules.days_said import DaySaid, find_day
from models.rules.ids import CaseNo
from models.rules.masking import mask
from models.rules.moments import UnclearMoment
from models.rules.pacing import shanghai_date
from models.rules.pausing import (
    FULL_DAY_ENDS,
    LEAST_WHY,
    LONGEST_REST,
    MAY_NOT_REST,
    RESUMES_AT,
    latest_due,
    rest_ends,
)
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.town import Seat
from models.rules.urgency import Urgency
from models.tables import Case


@dataclass(frozen=True, slots=True)
class SuspendCase(Intent):
    """Whoever handles it waits for something, until a day. ``words`` name the day and the reason."""

    no: CaseNo | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class ExtendCase(Intent):
    """Whoever handles it needs longer. Day and reason may stand in either part."""

    no: CaseNo | None = None
    until: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class ResumeCase(Intent):
    """What was waited for is there."""

    no: CaseNo | None = None


@dataclass(frozen=True, slots=True)
class WakeCase(Intent):
    """The day has come until which a case rests."""

    no: CaseNo


@handles(SuspendCase, may=Permission.CASE_RESOLVE)
def suspend_case(ask: SuspendCase, work: Work) -> Reply:
    """One level up is asked; never for what is urgent, at most 15 days, with a reason (Beijing 接诉即办 art. 15)."""
    case, seat = _case_of_handler(work, ask.no, Step.SUSPEND)
    if Urgency(case.urgency) in MAY_NOT_REST:
        raise Refusal(RefusalKind.NOT_NOW, "SUSPEND_URGENT_DM", no=case.no)
    said, reason = _day_and_reason(work, case, Step.SUSPEND, ask.words, f"{RESUMES_AT:%H:%M}", work.now)
    until = rest_ends(shanghai_date(said.at))
    if until <= work.now:
        raise Refusal(RefusalKind.NOT_CLEAR, "SUSPEND_TOO_SOON_DM", no=case.no)
    latest = work.today + LONGEST_REST
    if shanghai_date(until) > latest:
        day = day_words(work, rest_ends(latest))
        raise Refusal(RefusalKind.NOT_CLEAR, "SUSPEND_TOO_LONG_DM", no=case.no, day=day)
    return ask_above(work, case, Step.SUSPEND, seat, until=until, reason=reason)


@handles(ExtendCase, may=Permission.CASE_RESOLVE)
def extend_case(ask: ExtendCase, work: Work) -> Reply:
    """Once per case, before it is due, by at most half of its first term; one level up is asked."""
    case, seat = _case_of_handler(work, ask.no, Step.EXTEND)
    if case.extend_count:
        raise Refusal(RefusalKind.NOT_NOW, "EXTENDED_BEFORE_DM", no=case.no)
    due = case.due_resolve_at
    if due is None or due <= work.now:
        raise Refusal(RefusalKind.NOT_NOW, "EXTEND_LATE_DM", no=case.no, due=due_words(work, due))
    said, reason = _day_and_reason(work, case, Step.EXTEND, f"{ask.until} {ask.words}", FULL_DAY_ENDS, due)
    item = item_of(work, case.category)
    latest = latest_due(due, item.sla_resolve_hours, resolve_clock(work, case), work.timetable)
    same_day = not said.exact and shanghai_date(said.at) == shanghai_date(latest)
    until = min(said.at, latest) if same_day else said.at
    if until <= due:
        raise Refusal(RefusalKind.NOT_CLEAR, "EXTEND_TOO_SOON_DM", no=case.no, due=due_words(work, due))
    if until > latest:
        raise Refusal(RefusalKind.NOT_CLEAR, "EXTEND_TOO_LONG_DM", no=case.no, due=due_words(work, latest))
    return ask_above(work, case, Step.EXTEND, seat, until=until, reason=reason)


def _case_of_handler(work: Work, no: CaseNo | None, step: Step) -> tuple[Case, Seat]:
    """The case meant, locked, and the appointment of whoever handles it: nobody else asks.

    Raises:
        Refusal: somebody else handles it, nobody has claimed it, it rests or is over, or a question about it is open.
    """
    what = what_words(work, step)
    case = approvals(work).lock_case(case_in_hand(work, no, act=what).id or 0)
    mine, handler = acting_seat(work, case), handler_of(work, case)
    if case.state == State.NEW:
        raise Refusal(RefusalKind.NOT_NOW, "CLAIM_FIRST_DM", no=case.no, what=what)
    if case.state == State.WAITING:
        raise Refusal(RefusalKind.NOT_NOW, "RESTS_ALREADY_DM", no=case.no, day=next_due(work, case))
    if case.state not in HANDLED:
        raise Refusal(RefusalKind.NOT_NOW, "NOT_HANDLED_DM", no=case.no, state=_state(work, case), what=what)
    if handler is None or handler.person != mine.person:
        raise Refusal(RefusalKind.NOT_ALLOWED, "NOT_HANDLER_DM", no=case.no, what=what, **called(handler))
    row = approvals(work).latest(case.id or 0)
    if row is not None and not row.answer:
        if overtaken(case, row, work) is None:
            asked = seat_of(work, row.asked_of, case)
            raise Refusal(RefusalKind.NOT_NOW, "ASK_OPEN_DM", no=case.no, **called(asked))
        settle(work, case, row, "void")
    return case, handler


def _state(work: Work, case: Case) -> str:
    return work.standing.texts.render(f"STATE_{case.state}", {})


def _day_and_reason(
    work: Work, case: Case, step: Step, words: str, clock: str, counts_from: datetime
) -> tuple[DaySaid, str]:
    """The day said, and why, as it may be kept. Raises Refusal."""
    what = what_words(work, step)
    try:
        said = find_day(words, work.now, clock, counts_from)
    except UnclearMoment as unclear:
        raise Refusal(RefusalKind.NOT_CLEAR, "ASK_NO_SUCH_DAY_DM", no=case.no, what=what) from unclear
    if said is None:
        raise Refusal(RefusalKind.NOT_CLEAR, "ASK_WHEN_DM", no=case.no, what=what)
    reason = mask(work.standing.plain(said.rest))
    if len(reason) < LEAST_WHY:
        raise Refusal(RefusalKind.NOT_CLEAR, "ASK_WHY_DM", no=case.no, what=what)
    return said, reason


@handles(ResumeCase, may=Permission.CASE_RESOLVE)
def resume_case(ask: ResumeCase, work: Work) -> Reply:
    """Before its day, by a leader who may act on it; the clock goes on with what it had left."""
    case = approvals(work).lock_case(_resting_case(work, ask.no).id or 0)
    acting_seat(work, case)
    if case.state != State.WAITING:
        raise Refusal(RefusalKind.NOT_NOW, "NOT_RESTING_DM", no=case.no, state=_state(work, case))
    wake(work, case)
    handler = handler_of(work, case)
    if handler is not None and handler.person != work.actor.person:
        tell_woken(work, case, "WOKEN_EARLY_DM")
    return Reply("RESUMED_DM", no=case.no, due=next_due(work, case))


def _resting_case(work: Work, no: CaseNo | None) -> Case:
    if no is not None:
        return numbered_case(work, no)
    resting = work.store.on_desk(work.actor.seats, (State.WAITING,))
    quoted = quoted_case(work, resting)
    if quoted is not None:
        return quoted
    if len(resting) == 1:
        return resting[0]
    act = work.standing.texts.render("ACT_RESUME", {})
    listed = names_of(work, resting) if resting else desk_list(work)
    raise Refusal(RefusalKind.NOT_CLEAR, "NO_NUM_DM", list=listed, act=act)


@handles(WakeCase, may=Permission.CLOCK_TICK)
def wake_case(ask: WakeCase, work: Work) -> None:
    """It comes back by itself on the morning that was promised; whoever handles it hears so."""
    case = numbered_case(work, ask.no)
    if case.state != State.WAITING or case.waiting_until is None or case.waiting_until > work.now:
        return
    wake(work, case, by=Who.SYSTEM, reason="due")
    tell_woken(work, case, "WOKEN_DM")
