"""Which days are worked and which are off, and why: handed in by whoever knows the holidays (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

WEEKEND = "weekend"
LOCAL = "local"
"""A day off that the place itself set."""
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Holidays by name, weekend days worked instead (调休), and the years for which both are known.

    In a year that is not known only weekends are off (and what the place itself set).
    """

    off: Mapping[date, str] = field(default_factory=dict)
    worked: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def why_off(self, day: date) -> str | None:
        """Why nobody need work on that Shanghai date: a holiday's code, ``weekend``, ``local``; None: a working day."""
        if day in self.worked:
            return None
        if day in self.off:
            return self.off[day]
        return WEEKEND if day.weekday() >= SATURDAY else None

    def knows(self, year: int) -> bool:
        """Whether that year's public holidays are known."""
        return year in self.years

    def with_local(self, days_off: Iterable[date], working_days: Iterable[date]) -> "WorkingDays":
        """The same with what the place itself set, which goes before the public calendar."""
        free, busy = frozenset(days_off), frozenset(working_days)
        off = {day: why for day, why in self.off.items() if day not in busy} | dict.fromkeys(free, LOCAL)
        return WorkingDays(off, (self.worked - free) | busy, self.years)


WEEKENDS = WorkingDays()
"""Where no public calendar is loaded: Saturdays and Sundays are off."""
