"""How long an emergency rings, and how often its group hears of it (domain model §3, conversation §7, seed C10)."""

import re
from datetime import datetime, timedelta

RINGS: tuple[tuple[timedelta, timedelta], ...] = (
    (timedelta(hours=2), timedelta(minutes=10)),
    (timedelta(days=1), timedelta(hours=1)),
)
"""Up to this age an emergency that nobody took rings again after so long; older ones once a day."""
UPDATES: tuple[tuple[timedelta, timedelta], ...] = ((timedelta(hours=12), timedelta(hours=2)),)
"""Up to this age its group hears of it after so long; later once a day."""
DAILY = timedelta(days=1)
_NUMBERED = re.compile(r"([0-9一二三四五六七八九十]+)\s*(栋|幢|号楼|单元|组|邻|村|队)")


def next_ring(now: datetime, begun: datetime) -> datetime:
    """When the next ones are rung if nobody says that he is there."""
    return now + _step(RINGS, now - begun)


def next_update(now: datetime, begun: datetime) -> datetime:
    """When its group hears of it again, as long as no person ended it."""
    return now + _step(UPDATES, now - begun)


def is_pressing(now: datetime, begun: datetime) -> bool:
    """Whether it began so lately that its group shall hear of nothing else while nobody answers."""
    return now - begun < RINGS[0][0]


def _step(table: tuple[tuple[timedelta, timedelta], ...], age: timedelta) -> timedelta:
    return next((step for until, step in table if age < until), DAILY)


def plainly_apart(one: str, other: str) -> bool:
    """Whether two places name different buildings, groups or villages by number: two dangers of one kind at once."""
    here = {unit: number for number, unit in _NUMBERED.findall(one)}
    there = {unit: number for number, unit in _NUMBERED.findall(other)}
    return any(here[unit] != there[unit] for unit in here.keys() & there.keys())
