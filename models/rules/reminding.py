"""Who is reminded of a running clock, and when (state_machine.toml ``warn_at``, ``service_hours``).

A mark is a share of the promised time in percent: 50 and 80 warn, 100 is the end. 101 is a day late, 102 two days, and
so on: each tells one level higher. Marks are counted from the end, so that a clock that was stopped or given more time
needs no history.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from models.rules.sla import HOURS_A_DAY, RESTS_ON_DAYS_OFF, Clock, Timetable, earlier, later
from models.rules.urgency import Urgency

WARNINGS = (50, 80)
END = 100
LEAST_WARNED = 8
"""Hours that a promise must have for warnings before its end to make sense."""
BEFORE_CLOSING = 0.5
"""Hours before the end of the service hours at which is said what would be too late in the morning."""


@dataclass(frozen=True, slots=True)
class Pressing:
    """A clock that runs: when it ends, how much was promised in which time."""

    due: datetime
    hours: float
    clock: Clock
    urgency: Urgency
    claiming: bool = False
    """It ends by itself: what nobody claimed climbs."""
    levels: int = 0
    """How many levels there are to be told of what is late."""


def hearing(pressing: Pressing) -> Clock:
    """When people may be reminded: of danger always, of what is urgent while they are awake, else in service hours.

    What counts only on working days is not pressed on days off.
    """
    if pressing.urgency is Urgency.U0:
        return Clock.CALENDAR
    if pressing.urgency is Urgency.U1:
        return Clock.AWAKE
    return Clock.SERVICE if pressing.clock in RESTS_ON_DAYS_OFF else Clock.DAYTIME


def heard_from(pressing: Pressing, moment: datetime, table: Timetable) -> datetime:
    """The first moment from ``moment`` on at which people may be reminded."""
    return later(moment, 0, hearing(pressing), table)


def marks(pressing: Pressing, table: Timetable) -> Iterator[tuple[int, datetime]]:
    """Every mark of the clock and when it is said, in order."""
    if pressing.hours >= LEAST_WARNED:
        before = None
        for mark in WARNINGS:
            rest = pressing.hours * (END - mark) / END
            moment = earlier(pressing.due, rest, pressing.clock, table)
            at = heard_from(pressing, moment, table)
            if at >= pressing.due:
                at = earlier(moment, BEFORE_CLOSING, hearing(pressing), table)
            before = max(at, before or at)
            yield mark, before
    if pressing.claiming:
        return
    for late in range(pressing.levels):
        moment = later(pressing.due, late * HOURS_A_DAY, pressing.clock, table) if late else pressing.due
        yield END + late, heard_from(pressing, moment, table)


def coming(pressing: Pressing, now: datetime, table: Timetable) -> Iterator[tuple[int, datetime]]:
    """Marks of lateness that have passed, which are made up, once each; then those to come, of which the first is next."""
    for mark, at in marks(pressing, table):
        if at > now:
            yield mark, at
        elif mark >= END:
            yield mark, heard_from(pressing, now, table)


def reached(pressing: Pressing, now: datetime, table: Timetable) -> int:
    """The last mark that has passed; 0: none."""
    return max((mark for mark, at in marks(pressing, table) if at <= now), default=0)
