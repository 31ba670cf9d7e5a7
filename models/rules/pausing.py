"""A case that rests, or takes longer: how long it may, and what is left of its clock meanwhile.

Source: domain state_machine.toml ``suspend``, ``resume`` and ``extend``; Beijing 接诉即办 art. 15. All arithmetic on
working time is that of ``sla``: whatever is read here as hours counts 24 to a working day.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from models.rules.pacing import SHANGHAI
from models.rules.sla import due_resolve, is_weekend
from models.rules.urgency import Urgency

LONGEST_REST = timedelta(days=15)
MAY_NOT_REST = frozenset({Urgency.U0, Urgency.U1})
"""What is urgent waits for nothing."""
EXTENSION_SHARE = 0.5
"""By how much of its first term a case may take longer, once."""
RESUMES_AT = time(7, 30)
"""Shanghai time at which a rest ends by itself: with the first words of the morning."""
FULL_DAY_ENDS = "18:00"
"""What "到周五" means for something that shall be done by then (conversation §5: "周五18点前")."""
LEAST_WHY = 3
"""Characters of a reason that says something; 等配件 is one."""
WORKDAY = "workday"
_HOUR = timedelta(hours=1)


def rest_ends(day: date) -> datetime:
    """The moment at which a rest until that Shanghai date ends; aware."""
    return datetime.combine(day, RESUMES_AT, tzinfo=SHANGHAI)


def hours_left(
    due: datetime, now: datetime, clock: str, is_off: Callable[[date], bool] = is_weekend
) -> float:
    """Hours a clock (``calendar`` or ``workday``) has left, in its own time; 0 for one that ran out."""
    if due <= now:
        return 0.0
    if clock != WORKDAY:
        return (due - now) / _HOUR
    left, at, end = timedelta(), now.astimezone(SHANGHAI), due.astimezone(SHANGHAI)
    while at < end:
        midnight = (at + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        stop = min(midnight, end)
        if not is_off(at.date()):
            left += stop - at
        at = stop
    return left / _HOUR


def due_again(now: datetime, left: float, clock: str) -> datetime:
    """When a clock that is started again with ``left`` hours is due."""
    return due_resolve(now, left, clock)


def latest_due(due: datetime, term: float, clock: str) -> datetime:
    """Until when a case that is due at ``due`` and had ``term`` hours at first may be extended."""
    return due_resolve(due, term * EXTENSION_SHARE, clock)


def left_when_corrected(left: float, before: float, after: float) -> float:
    """What a stopped clock has left when its term changes from ``before`` to ``after`` hours: what it used stays used."""
    return max(after - max(before - left, 0.0), 0.0)


def corrected_due(
    created_at: datetime, due: datetime | None, before: tuple[float, str], after: tuple[float, str]
) -> datetime:
    """When a running case is due whose (hours, clock) change: by how much rests and an extension moved it stays granted."""
    first, corrected = due_resolve(created_at, *before), due_resolve(created_at, *after)
    moved = hours_left(due, first, before[1]) if due is not None else 0.0
    return due_again(corrected, moved, after[1]) if moved else corrected
