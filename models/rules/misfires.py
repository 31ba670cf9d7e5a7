"""What becomes of a moment that was missed (the program stood still, a clock was put forward): one table (pure)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ON_TIME = timedelta(minutes=30)
"""So much later nobody notices."""


class Missed(StrEnum):
    """What is done about it."""

    LATE = "late"
    """Said late, with a note when it was meant for."""
    MERGE = "merge"
    """All missed moments of a series become one, said late with a note; the last of them decides whether it is too late."""
    SKIP = "skip"
    """Left out: it is of use at its moment only."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What is done, and until how much later; after that it is left out, and whoever wrote it is told."""

    missed: Missed
    until: timedelta


POLICIES = {
    "once": Policy(Missed.LATE, timedelta(hours=12)),
    "again": Policy(Missed.MERGE, timedelta(hours=6)),
    "emergency": Policy(Missed.LATE, timedelta(hours=24)),
    "reminder": Policy(Missed.SKIP, ON_TIME),
}
"""Kind of what is due → policy. A standing reminder may choose another one in its preset."""


class Verdict(StrEnum):
    """What happens now."""

    SAY = "say"
    SAY_LATE = "say_late"
    LEAVE = "leave"


def judge(policy: Policy, due: datetime, now: datetime) -> Verdict:
    """What happens now to what was due then: for a series, ``due`` is the last of its missed moments.

    >>> at = datetime(2026, 3, 4, 8)
    >>> judge(POLICIES["once"], at, at + timedelta(hours=2)).value
    'say_late'
    """
    late = now - due
    if late <= ON_TIME:
        return Verdict.SAY
    if policy.missed is Missed.SKIP or late > policy.until:
        return Verdict.LEAVE
    return Verdict.SAY_LATE


def policy_of(level: str, *, repeats: bool) -> Policy:
    """The policy of a notice."""
    if level == "emergency":
        return POLICIES["emergency"]
    return POLICIES["again" if repeats else "once"]
