"""Who has a place, who waits, and when a count is said (issue of forced 接龙: domain safeguards §10, S27).

Places go in the order of arrival to whoever fits: a party is never split, and a place never stays empty for one that is
too large for it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from models.rules.pacing import SHANGHAI

MOST_PEOPLE = 10
"""For so many one contact signs up at once; a whole coach asks the organiser."""
SUM_EVERY = timedelta(minutes=10)
"""After the first count a group hears the next one this much later at the earliest."""
LOOSE_FOR = timedelta(hours=2)
"""So long after we spoke of an activity words that could mean anything else (我家3口) are taken for an answer."""
CORRECTS_FOR = timedelta(minutes=10)
"""So long after signing up a bare number (两个人) corrects it."""
CHECK_IN_BEFORE = timedelta(hours=2)
REMINDED_AT = time(18)
"""The evening before (dialogue row B21)."""
SETTLED_AFTER = timedelta(hours=3)
REMEMBERED = timedelta(days=7)
"""So long an ended activity still explains itself to somebody who wants to come."""


class Standing(StrEnum):
    """How somebody stands to an activity."""

    IN = "in"
    WAITING = "waiting"
    OUT = "out"


class ActivityState(StrEnum):
    """What an activity does: it takes sign-ups until it closes; over and cancelled are ends."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody with those he brings. Parties are listed in the order of arrival."""

    key: int
    people: int
    standing: str


def people_in(parties: Iterable[Party], standing: Standing = Standing.IN) -> int:
    """How many people, not parties."""
    return sum(party.people for party in parties if party.standing == standing)


def places_left(most: int | None, parties: Iterable[Party]) -> int | None:
    """How many more there is room for; None: no limit. Never negative, also where the limit was lowered."""
    return None if most is None else max(most - people_in(parties), 0)


def fits(most: int | None, parties: Iterable[Party], people: int) -> bool:
    """Whether that many more have a place."""
    left = places_left(most, parties)
    return left is None or people <= left


def moving_up(most: int | None, parties: Sequence[Party]) -> tuple[int, ...]:
    """Keys of those who wait and get a place now, in order."""
    left = places_left(most, parties)
    up: list[int] = []
    for party in parties:
        if party.standing == Standing.WAITING and (left is None or party.people <= left):
            up.append(party.key)
            left = None if left is None else left - party.people
    return tuple(up)


def place_in_line(parties: Sequence[Party], key: int) -> int:
    """Which of those who wait it is, from 1."""
    waiting = [party.key for party in parties if party.standing == Standing.WAITING]
    return waiting.index(key) + 1 if key in waiting else 0


def count_due(now: datetime, last_said: datetime | None, gather_s: float) -> datetime:
    """When the next count is said: sign-ups of a minute come together, and a group is not told all day long."""
    soon = now + timedelta(seconds=gather_s)
    return soon if last_said is None else max(soon, last_said + SUM_EVERY)


def reminder_of(starts: datetime) -> datetime:
    """The evening before; in the zone of ``starts``."""
    local = starts.astimezone(SHANGHAI)
    eve = datetime.combine(local.date() - timedelta(days=1), REMINDED_AT, SHANGHAI)
    return eve.astimezone(starts.tzinfo)


def takes_check_in(starts: datetime, ends: datetime | None, now: datetime) -> bool:
    """Whether somebody who is there may say so now: from two hours before until that day is over."""
    last = (ends or starts).astimezone(SHANGHAI).date()
    return starts - CHECK_IN_BEFORE <= now and now.astimezone(SHANGHAI).date() <= last
