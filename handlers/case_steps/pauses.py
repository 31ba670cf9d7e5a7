"""What a rest does to the clocks of a case; below the steps themselves, so that no step can forget it."""

from typing import Any

from handlers.case_steps.clocks import AFRESH, due_with, started
from handlers.work import Work
from models.lexicon import Item
from models.rules.case_life import State
from models.rules.pausing import corrected_due, left_when_corrected
from models.rules.sla import Clock
from models.tables import Case

WAKE = "WakeCase"
REST_LINES = ("SUSPENDED", "SUSPENDED_PLAIN")
"""Sentences that are true only while the case rests."""


def clock_runs_again(work: Work, case: Case) -> dict[str, Any]:
    """Whatever ends a rest (resuming, a result, a withdrawal): its firing goes, and the clock has what it had left."""
    work.store.unplan(case.id or 0, WAKE)
    work.store.cancel_held(case.id or 0, REST_LINES, "rests no more")
    due = due_with(work, case, case.hours_left or 0.0)
    return {"waiting_until": None, "hours_left": None, "due_resolve_at": due}


def corrected_clock(work: Work, case: Case, before: Item, after: Item) -> dict[str, Any]:
    """The resolve clock of a case that takes another category; a stopped one stays stopped."""
    if case.state == State.WAITING:
        left = left_when_corrected(case.hours_left or 0.0, before.sla_resolve_hours, after.sla_resolve_hours)
        return {"hours_left": left}
    terms = ((before.sla_resolve_hours, Clock(before.clock)), (after.sla_resolve_hours, Clock(after.clock)))
    begun = started(work, case, AFRESH)
    return {"due_resolve_at": corrected_due(begun, case.due_resolve_at, *terms, work.timetable)}
