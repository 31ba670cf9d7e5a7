"""Again and again: on which days and at what times, and what happens on days off (pure).

Which days a series means is one row of ``KINDS``: a question put to a day. A firing is found by asking day after day,
so a rule has no second form that could disagree with it. What cron can say is kept as cron.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice

from croniter import croniter

from models.rules.clock_said import UnclearMoment
from models.rules.feasts import feast_day, on_feast
from models.rules.lunar import is_lunar
from models.rules.pacing import SHANGHAI, is_quiet, next_local
from models.rules.working_days import WEEKEND, WEEKENDS, WorkingDays

_DAY = timedelta(days=1)
MOST_DAYS = 366 * 9
"""So far a firing is looked for: 29 February is rarer than anything else people say."""
MOST_A_DAY = 3
"""What a series may say in a day: as much as a group hears of notices (platform facts §4)."""


class OnDaysOff(StrEnum):
    """What happens when a day of the series is a day off."""

    KEEP = "keep"
    AFTER = "after"
    """The first working day after it."""
    BEFORE = "before"
    """The last working day before it."""
    SKIP = "skip"


class Off(StrEnum):
    """Which days count as off."""

    ANY = "any"
    HOLIDAY = "holiday"
    """Public holidays (and what the place itself set), not plain weekends."""
    WEEKEND = "weekend"


Question = Callable[[date, str, WorkingDays], bool]


@dataclass(frozen=True, slots=True)
class Series:
    """Days (a row of ``KINDS`` with its argument), times of day, and what happens on days off."""

    kind: str
    argument: str
    at: tuple[time, ...]
    move: OnDaysOff = OnDaysOff.KEEP
    off: Off = Off.ANY
    begins: date | None = None
    ends: date | None = None

    @property
    def expression(self) -> str:
        """As it is kept: ``dates:10 18:00 after any - -``."""
        clocks = ",".join(f"{at:%H:%M}" for at in self.at)
        span = " ".join(str(day) if day else "-" for day in (self.begins, self.ends))
        return f"{self.kind}:{self.argument} {clocks} {self.move} {self.off} {span}"


@dataclass(frozen=True, slots=True)
class Firing:
    """A moment of a series; ``moved``: from a day off, ``woken``: from the quiet hours to the morning after."""

    at: datetime
    moved: bool = False
    woken: bool = False


def series_of(expression: str) -> Series:
    """The inverse of ``Series.expression``."""
    days, clocks, move, off, begins, ends = expression.split(" ")
    kind, _, argument = days.partition(":")
    at = tuple(time.fromisoformat(clock) for clock in clocks.split(","))
    first, last = (None if day == "-" else date.fromisoformat(day) for day in (begins, ends))
    return Series(kind, argument, at, OnDaysOff(move), Off(off), first, last)


def is_cron(expression: str) -> bool:
    """Whether it is a cron expression and no series of ours."""
    return expression[:1] in "0123456789*"


def firings(
    expression: str, after: datetime, days: WorkingDays = WEEKENDS, quiet: str = "", opens: str = "07:00"
) -> Iterator[Firing]:
    """The moments later than ``after``, in its zone, earliest first; ends where the series does.

    What would be in the ``quiet`` hours is moved to the end of them; several that meet there are one.
    """
    found = _cron(expression, after) if is_cron(expression) else _days(series_of(expression), after, days)
    last = after
    for firing in found:
        woken = is_quiet(firing.at, quiet)
        at = (next_local(firing.at, opens) if woken else firing.at).astimezone(after.tzinfo)
        if at > last:
            last = at
            yield Firing(at, firing.moved, woken)


def _cron(expression: str, after: datetime) -> Iterator[Firing]:
    # A day back, so that what the quiet hours hold up is not lost.
    found = croniter(expression, (after - _DAY).astimezone(SHANGHAI))
    while True:
        yield Firing(found.get_next(datetime))


def _days(series: Series, after: datetime, days: WorkingDays) -> Iterator[Firing]:
    day = after.astimezone(SHANGHAI).date() - _DAY
    for _ in range(MOST_DAYS):
        if series.ends is not None and day > series.ends + timedelta(days=31):
            return
        moved = falls_on(series, day, days)
        if moved is not None:
            yield from (Firing(datetime.combine(day, at, SHANGHAI), moved) for at in series.at)
        day += _DAY


def falls_on(series: Series, day: date, days: WorkingDays) -> bool | None:
    """Whether the series falls on that day: True: moved there from a day off; None: it does not."""
    if _meant(series, day, days) and (series.move is OnDaysOff.KEEP or not _is_off(series, day, days)):
        return False
    step = {OnDaysOff.AFTER: -_DAY, OnDaysOff.BEFORE: _DAY}.get(series.move)
    if step is None or days.why_off(day) is not None:
        return None
    other = day + step
    while days.why_off(other) is not None:
        if _is_off(series, other, days) and _meant(series, other, days):
            return True
        other += step
    return None


def _meant(series: Series, day: date, days: WorkingDays) -> bool:
    if (series.begins and day < series.begins) or (series.ends and day > series.ends):
        return False
    return KINDS[series.kind](day, series.argument, days)


def _is_off(series: Series, day: date, days: WorkingDays) -> bool:
    why = days.why_off(day)
    if why is None or series.off is Off.ANY:
        return why is not None
    return (why == WEEKEND) == (series.off is Off.WEEKEND)


def _minds_days_off(series: Series) -> bool:
    by_calendar = series.kind in {"work", "off"} or series.argument.endswith(("work", "block"))
    return by_calendar or series.move is not OnDaysOff.KEEP


def knows_days_off(expression: str, until: datetime, days: WorkingDays) -> bool:
    """Whether every day off up to a moment that such a series depends on is announced already."""
    if is_cron(expression) or not _minds_days_off(series_of(expression)):
        return True
    return days.knows(until.astimezone(SHANGHAI).year)


def first_five(expression: str, after: datetime, days: WorkingDays, quiet: str, opens: str) -> list[Firing]:
    """The next five moments, or as many as there are."""
    return list(islice(firings(expression, after, days, quiet, opens), 5))


def check_cron(expression: str, now: datetime) -> None:
    """A cron expression that a person wrote.

    Raises:
        UnclearMoment: it is none, never comes, or comes more often than a group may hear of.
    """
    if not croniter.is_valid(expression):
        raise UnclearMoment("unclear")
    first = list(islice(_cron(expression, now), MOST_A_DAY + 1))
    if len(first) <= MOST_A_DAY:
        raise UnclearMoment("unclear")
    if first[-1].at - first[0].at < _DAY:
        raise UnclearMoment("too_often")


def _numbers(argument: str) -> tuple[int, ...]:
    return tuple(int(number) for number in argument.split(",") if number)


def _weekly(day: date, argument: str, _: WorkingDays) -> bool:
    return day.isoweekday() in _numbers(argument)


def _every(day: date, argument: str, _: WorkingDays) -> bool:
    """``14@2025-12-06``: every so many days from one of them on."""
    span, first = argument.split("@")
    passed = (day - date.fromisoformat(first)).days
    return passed >= 0 and passed % int(span) == 0


def _dates(day: date, argument: str, _: WorkingDays) -> bool:
    """``5,20`` or ``9/9``: days of the month, in these months."""
    numbers, months = f"{argument}/".split("/")[:2]
    return day.day in _numbers(numbers) and (not months or day.month in _numbers(months))


def _nth(day: date, argument: str, days: WorkingDays) -> bool:
    """``3:-1:work``: the last working day of three months; the unit is day, work or a weekday's number."""
    months, place, unit = argument.split(":")
    first, after = _period(day, int(months))
    if not _counts(day, unit, days):
        return False
    number = int(place)
    others = (first, day, _DAY) if number > 0 else (after - _DAY, day, -_DAY)
    return _counted(*others, unit, days) == abs(number) - 1


def _counted(start: date, end: date, step: timedelta, unit: str, days: WorkingDays) -> int:
    count = 0
    while start != end:
        count += _counts(start, unit, days)
        start += step
    return count


def _counts(day: date, unit: str, days: WorkingDays) -> bool:
    if unit == "day":
        return True
    return days.why_off(day) is None if unit == "work" else day.isoweekday() == int(unit)


def _period(day: date, months: int) -> tuple[date, date]:
    """The first day of the month, quarter, half-year or year, and of the next one."""
    begins = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    year, month = divmod(begins.year * 12 + begins.month - 1 + months, 12)
    return begins, date(year, month + 1, 1)


def _lunar(day: date, argument: str, _: WorkingDays) -> bool:
    """``8-15`` or ``0-1,0-15``: days of the lunar year, or (month 0) of every lunar month."""
    wanted = (each.split("-") for each in argument.split(","))
    return any(is_lunar(day, int(month), int(number)) for month, number in wanted)


def _feast(day: date, argument: str, days: WorkingDays) -> bool:
    """``national:1:work``: a feast's day or one counted from it; not where its days off are not announced yet."""
    asked = feast_day(argument)
    for year in (day.year, day.year + 1):
        try:
            if on_feast(asked, year, days) == day:
                return True
        except UnclearMoment:
            continue
    return False


KINDS: dict[str, Question] = {
    "daily": lambda *_: True,
    "work": lambda day, argument, days: not argument and days.why_off(day) is None,
    "off": lambda day, argument, days: not argument and days.why_off(day) is not None,
    "weekly": _weekly,
    "every": _every,
    "dates": _dates,
    "nth": _nth,
    "lunar": _lunar,
    "feast": _feast,
}
