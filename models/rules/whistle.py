"""Blowing the whistle: which level is called, and until when somebody there must report in (seed B07)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.rules.sla import Clock, Timetable, later
from models.rules.urgency import Urgency

AT_ONCE = frozenset({Urgency.U0, Urgency.U1})


@dataclass(frozen=True, slots=True)
class Whistle:
    """A place's habit. "村巷吹哨、两委报到、乡站呼应": the whistle may pass over rungs of the ladder."""

    calls: tuple[str, ...] = ()
    """Posts that a whistle calls, lowest first; empty: the next rung of the ladder."""
    urgent_minutes: float = 30
    """How long a called level has in an urgent case, by the clock."""
    service_hours: float = 2
    """How long it has otherwise, within the service hours of every day."""


def arrival_due(heard: datetime, urgency: Urgency, whistle: Whistle, table: Timetable) -> datetime:
    """Until when somebody must report in who heard the whistle at ``heard``.

    >>> from datetime import UTC
    >>> evening = datetime(2025, 7, 15, 11, 0, tzinfo=UTC)  # 19:00 in Shanghai
    >>> arrival_due(evening, Urgency.U2, Whistle(), Timetable()).astimezone(UTC).hour  # 09:00 the next morning
    1
    """
    if urgency in AT_ONCE:
        return heard + timedelta(minutes=whistle.urgent_minutes)
    return later(heard, whistle.service_hours, Clock.DAYTIME, table)
