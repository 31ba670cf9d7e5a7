"""Until when a case must be claimed and resolved: moments on a clock, what is left of it, and why (domain §3).

A clock is a rule which hours count. All of them go through the same two questions, which are each other's inverse:
``later`` (when will so many hours have counted?) and ``left`` (how many hours count until then?). A working day counts
24 hours (72 = 3 working days), as the taxonomy does. Which days are off is given.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from models.rules.pacing import SHANGHAI, is_quiet, next_local, parse_span
from models.rules.urgency import Urgency
from models.rules.working_days import WEEKENDS, WorkingDays

HOURS_A_DAY = 24
SERVICE_HOURS = "08:00-20:00"
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


class Clock(StrEnum):
    """Which hours count."""

    CALENDAR = "calendar"
    """All of them."""
    WORKDAY = "workday"
    """Whole working days."""
    AWAKE = "awake"
    """Outside the quiet hours."""
    DAYTIME = "daytime"
    """The service hours of every day."""
    SERVICE = "service"
    """The service hours of working days: a "working hour" (工作小时)."""


RESTS_ON_DAYS_OFF = frozenset({Clock.WORKDAY, Clock.SERVICE})


@dataclass(frozen=True, slots=True)
class Timetable:
    """A place's time: its working days, when people sleep (empty: never), when they may be reminded."""

    days: WorkingDays = WEEKENDS
    quiet: str = ""
    service: str = SERVICE_HOURS


@dataclass(frozen=True, slots=True)
class Due:
    """A moment promised, and what it is made of."""

    at: datetime
    hours: float
    """What was promised, in the clock's own time."""
    clock: Clock
    off: tuple[tuple[str, int], ...] = ()
    """Why days did not count, and how many for each reason, in order."""
    night: float = 0.0
    """Hours of the night that did not count."""
    moved: float = 0.0
    """Hours by which the end was moved out of the night."""


def _open(day: date, clock: Clock, table: Timetable) -> tuple[tuple[datetime, datetime], ...]:
    """The stretches of a Shanghai date that count."""
    midnight = datetime.combine(day, time(), SHANGHAI)
    if clock in RESTS_ON_DAYS_OFF and table.days.why_off(day):
        return ()
    if clock in {Clock.SERVICE, Clock.DAYTIME}:
        return (_on(day, table.service),)
    if clock is Clock.AWAKE and table.quiet:
        asleep, awake = _on(day, table.quiet)
        return ((midnight, asleep), (awake, midnight + _DAY)) if asleep < awake else ((awake, asleep),)
    return ((midnight, midnight + _DAY),)


def _on(day: date, span: str) -> tuple[datetime, datetime]:
    begin, end = (datetime.combine(day, clock, SHANGHAI) for clock in parse_span(span))
    return begin, end


def _ahead(start: datetime, clock: Clock, table: Timetable) -> Iterator[tuple[datetime, datetime]]:
    """What counts from a moment on."""
    at = start.astimezone(SHANGHAI)
    day = at.date()
    while True:
        for begin, end in _open(day, clock, table):
            if end > at:
                yield max(begin, at), end
        day += _DAY


def _back(end: datetime, clock: Clock, table: Timetable) -> Iterator[tuple[datetime, datetime]]:
    """What counts before a moment, the latest stretch first."""
    at = end.astimezone(SHANGHAI)
    day = at.date()
    while True:
        for begin, close in reversed(_open(day, clock, table)):
            if begin < at:
                yield begin, min(close, at)
        day -= _DAY


def later(start: datetime, hours: float, clock: Clock, table: Timetable) -> datetime:
    """When ``hours`` will have counted; none: the first moment that counts. Aware in, same zone out."""
    if clock is Clock.CALENDAR:
        return start + timedelta(hours=hours)
    wanted = timedelta(hours=hours)
    for begin, end in _ahead(start, clock, table):
        if wanted <= end - begin:
            return (begin + wanted).astimezone(start.tzinfo)
        wanted -= end - begin
    raise AssertionError("there is always another day")


def left(now: datetime, due: datetime, clock: Clock, table: Timetable) -> float:
    """How many hours count from now until ``due``; nothing once it has passed. The inverse of ``later``."""
    if due <= now:
        return 0.0
    if clock is Clock.CALENDAR:
        return (due - now) / _HOUR
    total = timedelta()
    for begin, end in _ahead(now, clock, table):
        if begin >= due:
            break
        total += min(end, due.astimezone(SHANGHAI)) - begin
    return total / _HOUR


def earlier(due: datetime, hours: float, clock: Clock, table: Timetable) -> datetime:
    """The latest moment at which ``hours`` are left until ``due``. Aware in, same zone out."""
    if clock is Clock.CALENDAR:
        return due - timedelta(hours=hours)
    wanted = timedelta(hours=hours)
    for begin, end in _back(due, clock, table):
        if wanted <= end - begin:
            return (end - wanted).astimezone(due.tzinfo)
        wanted -= end - begin
    raise AssertionError("there is always another day")


def reckon(start: datetime, hours: float, clock: Clock, table: Timetable) -> Due:
    """When it is due if so much is promised, and what did not count on the way."""
    at = later(start, hours, clock, table)
    off: Counter[str] = Counter()
    if clock in RESTS_ON_DAYS_OFF:
        day, end = start.astimezone(SHANGHAI).date(), at.astimezone(SHANGHAI)
        while datetime.combine(day, time(), SHANGHAI) < end:
            if why := table.days.why_off(day):
                off[why] += 1
            day += _DAY
    night = (at - start) / _HOUR - hours if clock is Clock.AWAKE else 0.0
    return Due(at, hours, clock, tuple(off.items()), night)


def due_claim(start: datetime, hours: float, urgency: Urgency, table: Timetable) -> Due:
    """When an unclaimed case climbs.

    Emergencies count always. Promises of a day or more count by the clock but never end at night; shorter ones
    rest during the quiet hours.
    """
    if urgency is Urgency.U0:
        return reckon(start, hours, Clock.CALENDAR, table)
    if hours < HOURS_A_DAY:
        return reckon(start, hours, Clock.AWAKE, table)
    end = start + timedelta(hours=hours)
    at = next_local(end, table.quiet.partition("-")[2].strip()) if is_quiet(end, table.quiet) else end
    return Due(at, hours, Clock.CALENDAR, moved=(at - end) / _HOUR)


def claim_clock(hours: float, urgency: Urgency) -> Clock:
    """The clock by which a claim is awaited."""
    return Clock.AWAKE if hours < HOURS_A_DAY and urgency is not Urgency.U0 else Clock.CALENDAR
