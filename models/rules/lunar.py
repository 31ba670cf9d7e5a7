"""The lunar calendar (农历) between 1900 and 2100; the only importer of ``borax``."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from borax.calendars.lunardate import InvalidLunarDateError, LCalendars, LunarDate, TermUtils


class LunarDay(NamedTuple):
    """A day of the lunar calendar; ``leap``: of the second month of that number (闰月)."""

    year: int
    month: int
    day: int
    leap: bool


LAST_MONTH = 12
FULL_MONTH = 30


@lru_cache(4096)
def lunar_of(day: date) -> LunarDay:
    """The lunar date of a day.

    >>> lunar_of(date(2026, 2, 17))
    LunarDay(year=2026, month=1, day=1, leap=False)
    """
    found = LunarDate.from_solar(day)
    return LunarDay(found.year, found.month, found.day, bool(found.leap))


@lru_cache(512)
def day_of_lunar(year: int, month: int, day: int) -> date | None:
    """The day of that lunar date, never in a leap month; None: that month has 29 days.

    The thirtieth of the twelfth month is New Year's Eve, also where that month has only 29 days.
    """
    if (month, day) == (LAST_MONTH, FULL_MONTH):
        day = LCalendars.ndays(year, LAST_MONTH)
    try:
        found: date = LunarDate(year, month, day).to_solar_date()
    except InvalidLunarDateError:
        return None
    return found


def is_lunar(day: date, month: int, number: int) -> bool:
    """Whether a day is that one of the lunar year (month 0: of every month); leap months do not count for a year."""
    seen = lunar_of(day)
    if not month:
        return seen.day == number
    return day_of_lunar(seen.year, month, number) == day


def solar_term(year: int, name: str) -> date:
    """The day of a solar term (清明, 冬至) in a year."""
    found: date = TermUtils.nth_term_day(year, term_name=name)
    return found
