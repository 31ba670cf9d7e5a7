"""The resolve clock presses: warnings to whoever handles a case, and what is late climbs the ladder, each level once.

Nothing of it is said in a group, and nothing at all once the case rests or has ended (state_machine.toml ``warn_at``).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.attention import next_morning
from handlers.case_steps.clocks import plan_clocks, pressing
from handlers.case_steps.steps import called, handler_of, is_private, item_of, numbered_case, record
from handlers.case_steps.words import due_words
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Work
from models.rules.case_life import Step, Who
from models.rules.ids import CaseNo
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.reminding import END, WARNINGS, Pressing, reached
from models.rules.town import Found, Seat
from models.rules.urgency import Privacy, Urgency
from models.tables import Case


@dataclass(frozen=True, slots=True)
class RemindCase(Intent):
    """A mark of a running clock is reached (``mark``: percent of the promised time; over 100 days late)."""

    no: CaseNo
    due: str
    """ISO moment at which the clock ended when this was planned: one that was moved is not pressed."""
    mark: int


@handles(RemindCase, may=Permission.CLOCK_TICK)
def remind_case(ask: RemindCase, work: Work) -> None:
    """Remind of the last mark that was reached, and plan the next one."""
    case = numbered_case(work, ask.no)
    running = pressing(work, case)
    if running is None or running.due != datetime.fromisoformat(ask.due):
        return
    if ask.mark >= END:
        _say_late(work, case, running, ask.mark - END)
    elif running.due > work.now:
        _warn(work, case, running, reached(running, work.now, work.timetable))
    plan_clocks(work, case, afresh=False)


def _rank(running: Pressing) -> Rank:
    """Danger is told at once; everything else waits for the morning."""
    return Rank.URGENT if running.urgency is Urgency.U0 else Rank.REPLY


def _blanks(work: Work, case: Case, running: Pressing, heard: datetime | None = None) -> dict[str, Any]:
    due = due_words(work, running.due, heard)
    return {"no": case.no, "cat": item_of(work, case.category).spoken, "due": due}


def _warn(work: Work, case: Case, running: Pressing, mark: int) -> None:
    """Only whoever has it hears that time runs out; days are those of the morning at which it is read."""
    morning = next_morning(work, case)
    heard = morning if running.due > morning else work.now
    blanks, seat, rank = _blanks(work, case, running, heard), handler_of(work, case), _rank(running)
    if running.claiming:
        work.tell_seat(seat, "REMIND_CLAIM_DM", rank=rank, case=case, **blanks)
    elif mark == WARNINGS[0]:
        work.tell_seat(seat, "REMIND_HALF_DM", rank=rank, case=case, **blanks)
    else:
        work.tell_seat(seat, "REMIND_SOON_DM", rank=rank, case=case, **blanks)


def _say_late(work: Work, case: Case, running: Pressing, days: int) -> None:
    """The end: whoever has it is told, with a copy one level up. A day later the level above that, and so on."""
    seat = handler_of(work, case)
    above = _next_level(work, case, running, seat)
    rank, more = _rank(running), _blanks(work, case, running)
    if days == 0:
        if above.seat is None:
            work.tell_seat(seat, "LATE_TOP_DM", rank=rank, case=case, **more)
        else:
            work.tell_seat(seat, "LATE_DM", rank=rank, case=case, up=above.seat.title, **more)
    if above.seat is None:
        return
    if days == 0:
        work.tell_seat(above.seat, "LATE_CC_DM", rank=rank, case=case, no=case.no, **called(seat))
    else:
        work.tell_seat(above.seat, "LATE_HIGHER_DM", rank=rank, case=case, no=case.no, n=days, **called(seat))
    told = {"due": running.due.isoformat(), "rung": above.step}
    record(work, case, Step.HINT, by=Who.SYSTEM, reason="overdue", flags={**case.flags, "late": told})


def _next_level(work: Work, case: Case, running: Pressing, seat: Seat | None) -> Found:
    """The lowest filled rung above the handler that has not heard of this lateness; of what concerns officials nobody."""
    beside = seat is not None and seat.post not in work.town.preset.ladder
    if case.privacy == Privacy.P4 or (beside and is_private(case)):
        return Found(None)
    told = case.flags.get("late", {})
    heard = int(told["rung"]) if told.get("due") == running.due.isoformat() else -1
    own = work.town.rung_above(seat.post) if seat else case.rung + 1
    shunned = [*case.flags.get("accused", ()), *([seat.person] if seat else [])]
    return work.town.climb(case.area_id, work.today, max(own, heard + 1), shunned)
