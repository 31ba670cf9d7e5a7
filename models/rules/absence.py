"""Who is away on a day, and who takes what would come to them: chains of stand-ins that end by themselves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

MOST_DAYS = 60
"""Whoever is away longer is not on leave: the post is filled anew."""


@dataclass(frozen=True, slots=True)
class Away:
    """A person is away from a day to a day, both included."""

    person: int
    since: date
    until: date
    stand_in: int | None = None
    """Who takes it; nobody: it climbs one level."""


def away_on(leaves: Iterable[Away], on: date) -> dict[int, int | None]:
    """Who is away on that Shanghai date, each with the stand-in; of several leaves the last one holds."""
    return {each.person: each.stand_in for each in leaves if each.since <= on <= each.until}


def last_in_chain(person: int, away: Mapping[int, int | None]) -> int | None:
    """Who in the end takes what would come to ``person``: a stand-in who is away has one too. None: it climbs."""
    passed: set[int] = set()
    at: int | None = person
    while at is not None and at in away:
        if at in passed:
            return None
        passed.add(at)
        at = away[at]
    return at


def goes_round(leaves: Iterable[Away], wished: Away) -> bool:
    """Whether on some day of the wished leave the chain of stand-ins would come back to whoever leaves."""
    others = [each for each in leaves if each.person != wished.person]
    for day in range((wished.until - wished.since).days + 1):
        away = away_on([*others, wished], wished.since + timedelta(days=day))
        at, passed = wished.stand_in, {wished.person}
        while at is not None and at in away and at not in passed:
            passed.add(at)
            at = away[at]
        if at in passed:
            return True
    return False
