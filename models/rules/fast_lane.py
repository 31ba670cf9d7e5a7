"""When an urgent case that nobody took is pressed for (seed E12: an urgent word, a 15-minute timer)."""

from datetime import datetime, timedelta

from models.rules.pacing import Pace, is_quiet, next_local
from models.rules.urgency import Urgency


def pressed_at(now: datetime, urgency: Urgency, climbs_at: datetime, pace: Pace) -> datetime | None:
    """So long after whoever has it could hear of it, never at night; None: not urgent, never pressed for, or it climbs before."""
    if urgency is not Urgency.U1 or not pace.urgent_claim_min:
        return None
    wait = timedelta(minutes=pace.urgent_claim_min)
    moment = now + wait
    if is_quiet(now, pace.quiet) or is_quiet(moment, pace.quiet):
        moment = next_local(now, pace.quiet_digest_at) + wait
    return moment if moment < climbs_at else None
