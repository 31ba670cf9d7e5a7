"""How long one is let in, and how often one may be wrong (log-in of the console; PIPL 51)."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

CODE_DIGITS = 8
CODE_HOLDS = timedelta(minutes=5)
LONGEST = timedelta(days=7)
"""After this everybody signs in again."""
IDLE = timedelta(hours=24)
"""Whoever did nothing for this long signs in again."""
RENEWED_EVERY = timedelta(hours=1)
"""So often the token of a session is replaced."""
GRACE = timedelta(minutes=1)
"""So long the replaced token still opens pages that were on their way."""
MOST_SESSIONS = 10
"""So many browsers of one person are signed in; the oldest makes room for the next."""
FAILURES, LOCKED_FOR = 5, timedelta(minutes=15)
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
LOGIN = r"[a-z0-9_.-]{3,32}"


class Access(StrEnum):
    """What happened to the way somebody comes in; each is a row that stays."""

    BOUND = "bound"
    """A chat contact said the code that was made for this person."""
    BY_CODE = "by_code"
    BY_PASSWORD = "by_password"  # noqa: S105 - a kind
    CODE = "code"
    """The operator made a log-in code."""
    CROWDED = "crowded"
    """The oldest session made room for a new one."""
    ENDED = "ended"
    """Sessions were ended elsewhere than in their own browser."""
    LAPSED = "lapsed"
    """The last post had ended, or the person was bound to another contact."""
    LEFT = "left"
    LOCKED = "locked"
    SET_UP = "set_up"
    """Name, password and second factor were set."""
    RESET = "reset"
    """Somebody else took name, password and second factor away, so that they are set anew."""
    TOO_MANY = "too_many"
    """More was opened with a reason within an hour than anybody needs."""
    UNLOCKED = "unlocked"
    WRONG = "wrong"


class Standing(StrEnum):
    """How a session stands at a moment."""

    GOOD = "good"
    STALE = "stale"
    """Good, and its token is to be replaced."""
    OVER = "over"


def standing_of(
    began: datetime, renewed: datetime, ended: datetime | None, now: datetime, *, is_old_token: bool
) -> Standing:
    """Whether a session still lets somebody in.

    >>> from datetime import UTC
    >>> at = datetime(2026, 3, 4, tzinfo=UTC)
    >>> standing_of(at, at, None, at + timedelta(minutes=61), is_old_token=False)
    <Standing.STALE: 'stale'>
    """
    gone = now - began >= LONGEST or now - renewed >= IDLE or ended is not None
    if gone or (is_old_token and now - renewed >= GRACE):
        return Standing.OVER
    return Standing.STALE if now - renewed >= RENEWED_EVERY and not is_old_token else Standing.GOOD


def is_weak(password: str, login: str) -> bool:
    """Whether a password is too short, too long, of one or two characters only, or holds the name it belongs to."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return True
    few = 3
    return len(set(password)) < few or (bool(login) and login in password.lower()) or password.isdecimal()


def is_second_factor(secret: str) -> bool:
    """Whether this can be the secret of one-time passwords: 160 bits in base 32 (RFC 4226)."""
    return re.fullmatch(r"[A-Z2-7]{32}", secret) is not None
