"""When an urgent case that nobody took is pressed for (seed E12: an urgent word, a 15-minute timer)."""

from datetime import datetime

from models.rules.pacing import Pace
from models.rules.sla import Timetable, due_claim
from models.rules.urgency import Urgency


def pressed_at(
    now: datetime, urgency: Urgency, climbs_at: datetime, pace: Pace, table: Timetable
) -> datetime | None:
    """The moment, resting in the quiet hours; None: it is not urgent, is never pressed for, or climbs before that."""
    if urgency is not Urgency.U1 or not pace.urgent_claim_min:
        return None
    moment = due_claim(now, pace.urgent_claim_min / 60, urgency, table).at
    return moment if moment < climbs_at else None
