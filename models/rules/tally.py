"""How much was said lately: in a room, and by one of our accounts."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.rules.pacing import SHANGHAI, Pace, Rank, RoomMood, Wait, next_local

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One thing that was said, or may have been."""

    at: datetime
    rank: int
    is_notice: bool


def day_began(now: datetime) -> datetime:
    """Shanghai midnight at or before ``now``, in the zone of ``now``."""
    local = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return local.astimezone(now.tzinfo)


def room_mood(said: Iterable[Spoken], hush_until: datetime | None, quiet: str, now: datetime) -> RoomMood:
    """What a room has heard today, as ``may_speak`` wants it. Emergencies count towards no cap."""
    midnight = day_began(now)
    today = sorted((s for s in said if s.rank > Rank.EMERGENCY and s.at >= midnight), key=lambda s: s.at)
    hour = [s for s in said if s.rank > Rank.EMERGENCY and s.at > now - HOUR]
    return RoomMood(
        hush_until=hush_until,
        said_last_hour=len(hour),
        said_today=len(today),
        notices_today=sum(s.is_notice for s in today),
        oldest_in_hour=min((s.at for s in hour), default=None),
        last_said_at=today[-1].at if today else None,
        quiet=quiet,
    )


def account_may_speak(said: Sequence[datetime], pace: Pace, now: datetime) -> Wait | None:
    """Whether an account has something left of its hour and its day; ``said`` oldest first."""
    midnight = day_began(now)
    if len(said) - bisect_left(said, midnight) >= pace.account_daily:
        return Wait(next_local(now + timedelta(minutes=1), "00:00"), "account_daily_cap")
    if len(said) - bisect_right(said, now - HOUR) >= pace.account_hourly:
        return Wait(said[-pace.account_hourly] + HOUR, "account_hourly_cap")
    return None
