"""When something may be said: ranks, quiet hours, caps, gaps (platform facts §4, conversation §3-4).

Every number is a default that the settings may change (``Pace``); every function is pure and says why it waits.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import IntEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

SHANGHAI: tzinfo = ZoneInfo("Asia/Shanghai")


def shanghai_date(at: datetime) -> date:
    """The date that Shanghai calendars show at an aware moment."""
    return at.astimezone(SHANGHAI).date()


class Rank(IntEnum):
    """Order of speaking; lower speaks first."""

    EMERGENCY = 0
    URGENT = 1
    REPLY = 2
    ROUTINE = 3
    BROADCAST = 4


@dataclass(frozen=True, slots=True)
class Pace:
    """The one table of speaking limits. Seconds, messages per hour or day."""

    burst_s: float = 25
    burst_max_s: float = 90
    gather_s: float = 60
    reply_gap_s: float = 2
    broadcast_gap_s: float = 8
    broadcast_jitter: float = 0.25
    room_hourly: int = 6
    room_daily: int = 20
    room_notices_daily: int = 3
    account_hourly: int = 300
    account_daily: int = 2000
    person_daily: int = 12
    snooze_h: float = 2
    receipt_per_sender_min: float = 10
    duplicate_summary_min: float = 30
    leader_grace_s: float = 120
    emergency_hush_min: float = 10
    quiet: str = "21:30-07:00"
    quiet_digest_at: str = "07:30"
    notice_opens_at: str = "07:00"
    service_hours: str = "08:00-20:00"
    """When leaders are reminded of what is not urgent."""
    max_chars: int = 120
    max_bytes: int = 2000
    tries: int = 8
    history_after_s: float = 300
    confirm_min: float = 5
    draft_h: float = 24
    urgent_claim_min: float = 15
    """Minutes until an urgent case that nobody took is pressed for by call; 0: never."""
    urgent_tells_above: bool = True
    """Whether the next level hears of that too."""


@lru_cache(16)
def parse_span(span: str) -> tuple[time, time]:
    """``"21:30-07:00"`` → (21:30, 07:00).

    Raises:
        ValueError: not two clock times joined by a hyphen, or twice the same one.
    """
    words = [part.strip() for part in span.split("-")]
    begin, end = (time.fromisoformat(word) for word in words)
    if begin == end or begin.tzinfo or end.tzinfo:
        raise ValueError(f"{span!r} is no span between two clock times")
    return begin, end


def is_quiet(at: datetime, span: str) -> bool:
    """Whether ``at`` lies in the quiet hours, which may pass midnight. An empty span is never quiet."""
    if not span:
        return False
    begin, end = parse_span(span)
    local = at.astimezone(SHANGHAI).time().replace(tzinfo=None)
    if begin <= end:
        return begin <= local < end
    return local >= begin or local < end


def next_local(at: datetime, clock: str) -> datetime:
    """The first moment at or after ``at`` when Shanghai clocks show ``clock``; aware UTC in, aware UTC out."""
    local = at.astimezone(SHANGHAI)
    wanted = time.fromisoformat(clock)
    candidate = local.replace(hour=wanted.hour, minute=wanted.minute, second=0, microsecond=0)
    if candidate < local:
        candidate += timedelta(days=1)
    return candidate.astimezone(at.tzinfo)


@dataclass(frozen=True, slots=True)
class Wait:
    """Not yet: until when, and why (shown in the outbox)."""

    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class RoomMood:
    """What a room has heard from us lately."""

    hush_until: datetime | None
    said_last_hour: int
    said_today: int
    notices_today: int
    oldest_in_hour: datetime | None
    last_said_at: datetime | None
    quiet: str


def may_speak(rank: Rank, is_notice: bool, mood: RoomMood, pace: Pace, now: datetime) -> Wait | None:
    """Whether a room may hear a row of this rank now; None means yes.

    Emergencies are exempt from everything. Gaps between sends of one account are ``gap_after``'s business.
    """
    if rank is Rank.EMERGENCY:
        return None
    if mood.hush_until and now < mood.hush_until:
        return Wait(mood.hush_until, "hush")
    if is_quiet(now, mood.quiet):
        opens = pace.notice_opens_at if is_notice else pace.quiet_digest_at
        return Wait(next_local(now, opens), "quiet")
    return _capped(is_notice, mood, pace, now)


def _capped(is_notice: bool, mood: RoomMood, pace: Pace, now: datetime) -> Wait | None:
    tomorrow = next_local(now + timedelta(minutes=1), pace.quiet_digest_at)
    if is_notice:
        return Wait(tomorrow, "notice_cap") if mood.notices_today >= pace.room_notices_daily else None
    if mood.said_today >= pace.room_daily:
        return Wait(tomorrow, "daily_cap")
    if mood.said_last_hour >= pace.room_hourly and mood.oldest_in_hour:
        return Wait(mood.oldest_in_hour + timedelta(hours=1), "hourly_cap")
    return None


def gap_after(rank: Rank, pace: Pace, dice: float) -> float:
    """Seconds an account rests after a send; ``dice`` in [0, 1) spreads broadcasts by the jitter."""
    if rank is Rank.EMERGENCY:
        return 0.0
    if rank is Rank.BROADCAST:
        return pace.broadcast_gap_s * (1 + pace.broadcast_jitter * (2 * dice - 1))
    return pace.reply_gap_s


def burst_ends(first: datetime, last: datetime, pace: Pace) -> datetime:
    """When a sender's burst is over: 25 s after the last line, 90 s after the first at the latest."""
    return min(last + timedelta(seconds=pace.burst_s), first + timedelta(seconds=pace.burst_max_s))


def back_off(attempts: int) -> timedelta:
    """Doubling wait between tries: 5 s, 10 s, 20 s … at most 10 minutes."""
    return timedelta(seconds=min(5 * 2 ** max(attempts - 1, 0), 600))


_OTHERS_FIRST: dict[int, timedelta] = {Rank.EMERGENCY: timedelta(), Rank.BROADCAST: timedelta(seconds=30)}


def retry_after(rank: int, attempts: int) -> timedelta:
    """How long what could not be said waits: longer than its account rests, so that one room holds up no other.

    A room that cannot be reached hears a notice after those that can (seed D08).
    """
    return back_off(attempts) + _OTHERS_FIRST.get(rank, timedelta(seconds=1))
