"""A case that rests, or takes longer: how long it may, and what is left of its clock meanwhile.

Source: domain state_machine.toml ``suspend``, ``resume`` and ``extend``; Beijing 接诉即办 art. 15. All arithmetic on
working time is that of ``sla``.
"""

from datetime import date, datetime, time, timedelta

from models.rules.pacing import SHANGHAI
from models.rules.sla import Clock, Timetable, later, left
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


def rest_ends(day: date) -> datetime:
    """The moment at which a rest until that Shanghai date ends; aware."""
    return datetime.combine(day, RESUMES_AT, tzinfo=SHANGHAI)


def latest_due(due: datetime, term: float, clock: Clock, table: Timetable) -> datetime:
    """Until when a case that is due at ``due`` and had ``term`` hours at first may be extended."""
    return later(due, term * EXTENSION_SHARE, clock, table)


def left_when_corrected(left: float, before: float, after: float) -> float:
    """What a stopped clock has left when its term changes from ``before`` to ``after`` hours: what it used stays used."""
    return max(after - max(before - left, 0.0), 0.0)


def corrected_due(
    begun: datetime,
    due: datetime | None,
    before: tuple[float, Clock],
    after: tuple[float, Clock],
    table: Timetable,
) -> datetime:
    """When a running case is due whose (hours, clock) change: by how much rests and an extension moved it stays granted."""
    first, corrected = later(begun, *before, table), later(begun, *after, table)
    moved = left(first, due, before[1], table) if due is not None else 0.0
    return later(corrected, moved, after[1], table) if moved else corrected
