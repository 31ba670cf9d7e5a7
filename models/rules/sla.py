"""Until when a case must be claimed and resolved; pure functions on calendar or working time (domain §3).

A working day counts 24 hours here (72 = 3 working days), as the taxonomy does. Which days are off is given.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from models.rules.pacing import SHANGHAI, is_quiet, next_local
from models.rules.urgency import Urgency

HOURS_A_DAY = 24


def is_weekend(day: date) -> bool:
    """The plain answer to "is this day off?" where no holiday calendar is loaded."""
    return day.weekday() >= 5  # noqa: PLR2004 - Saturday


def after_calendar(start: datetime, hours: float) -> datetime:
    """``hours`` later by the clock."""
    return start + timedelta(hours=hours)


def after_working(start: datetime, hours: float, is_off: Callable[[date], bool] = is_weekend) -> datetime:
    """``hours`` later, counting 24 per working day; days off do not count. Aware in, same zone out."""
    at = start.astimezone(SHANGHAI)
    left = timedelta(hours=hours)
    while True:
        midnight = (at + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        if is_off(at.date()):
            at = midnight
            continue
        if at + left <= midnight:
            return (at + left).astimezone(start.tzinfo)
        left -= midnight - at
        at = midnight


def due_claim(start: datetime, hours: float, urgency: Urgency, quiet: str) -> datetime:
    """When an unclaimed case climbs.

    Emergencies count always. Promises of a day or more count by the clock but never end at night; shorter ones
    rest during the quiet hours.
    """
    if urgency is Urgency.U0:
        return after_calendar(start, hours)
    if hours >= HOURS_A_DAY:
        end = after_calendar(start, hours)
        return next_local(end, quiet.partition("-")[2].strip()) if is_quiet(end, quiet) else end
    at, left = start, timedelta(hours=hours)
    while True:
        if is_quiet(at, quiet):
            at = next_local(at, quiet.partition("-")[2].strip())
            continue
        stop = next_local(at, quiet.partition("-")[0].strip()) if quiet else at + left
        if at + left <= stop:
            return at + left
        left -= stop - at
        at = stop


def due_resolve(
    start: datetime, hours: float, clock: str, is_off: Callable[[date], bool] = is_weekend
) -> datetime:
    """When a case should be resolved, by the category's clock: ``calendar`` or ``workday``."""
    return after_working(start, hours, is_off) if clock == "workday" else after_calendar(start, hours)
