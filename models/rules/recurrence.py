"""Until when an ended case comes back, and when a new one continues it (domain state_machine.toml ``reopen``, §3)."""

from datetime import datetime, timedelta

REOPEN_WITHIN = timedelta(days=30)
MOST_REOPENS = 3
CONTINUES_WITHIN = timedelta(days=30)
"""So long after reopening has become impossible the same trouble is told as the older one's continuation."""
LOOKS_BACK = REOPEN_WITHIN + CONTINUES_WITHIN


def may_reopen(ended_at: datetime, reopened: int, now: datetime) -> bool:
    """Whether "没解决" brings the case itself back: within thirty days, three times at most."""
    return now - ended_at <= REOPEN_WITHIN and reopened < MOST_REOPENS


def continues(ended_at: datetime, reopened: int, now: datetime) -> bool:
    """Whether a new request of the same trouble names the ended case as the one it continues."""
    return not may_reopen(ended_at, reopened, now) and now - ended_at <= LOOKS_BACK
