"""The clocks of a case: until when it must be claimed and resolved, and what is to happen on the way.

One clock runs at a time: for claiming while the case is new, for resolving while somebody has it, else none. What is
to happen by it stands in the due table; ``plan_clocks`` writes it and ``unplan_clocks`` takes it back. Call the first
whenever a clock starts or its end moves, the second when it stops.
"""

from datetime import datetime
from typing import Any

from handlers.work import Work
from models.lexicon import Item
from models.rules.case_life import State, Step
from models.rules.emergency import next_ring
from models.rules.fast_lane import pressed_at
from models.rules.reminding import Pressing, coming, heard_from
from models.rules.sla import Clock, Due, claim_clock, due_claim, later, left, reckon
from models.rules.urgency import Urgency
from models.tables import Case

CLIMB, REMIND, PRESS = "ClimbCase", "RemindCase", "PressClaim"
RESOLVING = frozenset({State.CLAIMED, State.IN_PROGRESS})
AFRESH = frozenset({Step.CREATE, Step.REOPEN, Step.UNMERGE, Step.APPEAL})
"""Steps at which the whole promise of resolving begins."""
RESUMED = AFRESH | {Step.RESUME}
"""Steps at which the resolve clock begins to run."""
CLAIMED_FROM = AFRESH | {
    Step.TRANSFER, Step.ESCALATE, Step.AUTO_ESCALATE, Step.RETURN, Step.VACANCY, Step.CORRECT,
}  # fmt: skip
"""Steps at which the claim clock begins to run."""
HANDS_OVER = frozenset({
    Step.TRANSFER, Step.ESCALATE, Step.AUTO_ESCALATE, Step.RETURN, Step.REOPEN, Step.APPEAL, Step.UNMERGE, Step.CORRECT,
})  # fmt: skip
"""Steps that give a case to somebody else: from then on his hours to return it count."""


def _item(work: Work, case: Case) -> Item:
    return work.standing.items[case.category]


def claim_due(work: Work, case: Case) -> datetime:
    """When the case climbs if nobody claims it from now on; an emergency by its own table."""
    if case.urgency == Urgency.U0:
        return next_ring(work.now, case.created_at)
    return claim_promise(work, case, work.now).at


def claim_promise(work: Work, case: Case, start: datetime) -> Due:
    """The same from another moment on, and what it is made of."""
    return due_claim(start, _item(work, case).sla_claim_hours, Urgency(case.urgency), work.timetable)


def resolve_clock(work: Work, case: Case) -> Clock:
    """In which time the category's promise is counted: ``calendar`` or ``workday``."""
    return Clock(_item(work, case).clock)


def resolve_due(work: Work, case: Case, start: datetime | None = None) -> datetime:
    """When the case should be resolved, counted from ``start`` (None: from now)."""
    hours = _item(work, case).sla_resolve_hours
    return later(start or work.now, hours, resolve_clock(work, case), work.timetable)


def started(work: Work, case: Case, steps: frozenset[Step]) -> datetime:
    """When the case last took one of these steps; when it was opened, if none."""
    return work.store.last_taken(case.id or 0, steps) or case.created_at


def hours_left(work: Work, case: Case) -> float:
    """What is left of the resolve clock now, in its own time; 0 once it has run out. The inverse of ``due_with``."""
    if case.due_resolve_at is None:
        return 0.0
    return left(work.now, case.due_resolve_at, resolve_clock(work, case), work.timetable)


def due_with(work: Work, case: Case, hours: float) -> datetime:
    """When the case is due if so much is left of its resolve clock now."""
    return later(work.now, hours, resolve_clock(work, case), work.timetable)


def span_of(work: Work, case: Case, start: datetime, end: datetime) -> Due:
    """What a stretch of the resolve clock is made of."""
    clock = resolve_clock(work, case)
    return reckon(start, left(start, end, clock, work.timetable), clock, work.timetable)


def pressing(work: Work, case: Case) -> Pressing | None:
    """The clock that runs now; None: none does."""
    urgency, item = Urgency(case.urgency), _item(work, case)
    if case.state == State.NEW and case.due_claim_at is not None:
        clock = claim_clock(item.sla_claim_hours, urgency)
        return Pressing(case.due_claim_at, item.sla_claim_hours, clock, urgency, claiming=True)
    if State(case.state) in RESOLVING and case.due_resolve_at is not None:
        levels = len(work.town.preset.ladder)
        return Pressing(
            case.due_resolve_at, item.sla_resolve_hours, resolve_clock(work, case), urgency, levels=levels
        )
    return None


def plan_clocks(work: Work, case: Case, *, afresh: bool = True) -> None:
    """Write what the running clock will do next: the climb, the next reminder, and reminders that are late.

    ``afresh`` takes back first what was planned before; a case that has just been opened has nothing to take back.
    """
    if case.id is None:
        return
    if afresh:
        unplan_clocks(work, case)
    running = pressing(work, case)
    if running is None:
        return
    rows = [firing(case, CLIMB, running.due)] if running.claiming else []
    pressed = pressed_at(work.now, running.urgency, running.due, work.pace)
    if running.claiming and pressed is not None:
        rows.append(firing(case, PRESS, pressed))
    work.store.plan(rows)
    for mark, at in coming(running, work.now, work.timetable):
        key = f"{REMIND}:{case.no}:{running.due.isoformat()}:{mark}"
        fields = {"no": case.no, "due": running.due.isoformat(), "mark": mark}
        over = work.store.plan([{**firing(case, REMIND, at), "key": key, "fields": fields}])
        if at > work.now and not over:  # a clock that was put back comes to a mark again that it has told of
            return


def unplan_clocks(work: Work, case: Case) -> None:
    """No clock of this case does anything any more."""
    for intent in (CLIMB, REMIND, PRESS):
        work.store.unplan(case.id or 0, intent)


def reminded_at(work: Work, case: Case) -> datetime:
    """The first moment from now on at which somebody may be reminded of this case."""
    running = pressing(work, case)
    return heard_from(running, work.now, work.timetable) if running else work.now


def firing(case: Case, intent: str, due_at: datetime) -> dict[str, Any]:
    """A due row that concerns a case, once per instant."""
    return {
        "key": f"{intent}:{case.no}:{due_at.isoformat()}", "intent": intent, "fields": {"no": case.no},
        "due_at": due_at, "state": "waiting", "attempts": 0, "case_id": case.id, "why": "",
    }  # fmt: skip
