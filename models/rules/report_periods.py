"""What a report is of: a week, a month, a quarter, or from one day to another, in Shanghai dates."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.rules.pacing import shanghai_date
from models.rules.periods import Span, first_day, midnight, next_first

LONGEST_DAYS = 366
_DAY = timedelta(days=1)
_FORMS = (
    ("week", re.compile(r"(?P<year>\d{4})-W(?P<number>\d{2})")),
    ("month", re.compile(r"(?P<year>\d{4})-(?P<number>\d{2})")),
    ("quarter", re.compile(r"(?P<year>\d{4})-Q(?P<number>\d)")),
)
_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")
_YEARS = range(2000, 2101)


class PeriodUnclear(ValueError):  # noqa: N818 - named for what it says
    """No such period."""


@dataclass(frozen=True, slots=True)
class Period:
    """``kind`` week, month, quarter or range; first and last day, both included."""

    kind: str
    first: date
    last: date

    @property
    def span(self) -> Span:
        """Its moments."""
        return Span(midnight(self.first), midnight(self.last + _DAY))

    @property
    def code(self) -> str:
        """As it stands in addresses and files: 2025-07, 2025-W29, 2025-Q3, 2025-07-01..2025-07-15."""
        year, week, _ = self.first.isocalendar()
        return {
            "week": f"{year}-W{week:02d}",
            "month": f"{self.first:%Y-%m}",
            "quarter": f"{self.first.year}-Q{(self.first.month + 2) // 3}",
        }.get(self.kind, f"{self.first}..{self.last}")

    @property
    def title(self) -> str:
        """As people write it."""
        year, week, _ = self.first.isocalendar()
        days = f"{_day(self.first)}至{_day(self.last, self.first)}"
        return {
            "week": f"{year}年第{week}周（{days}）",
            "month": f"{self.first.year}年{self.first.month}月",
            "quarter": f"{self.first.year}年第{(self.first.month + 2) // 3}季度",
        }.get(self.kind, days)

    def before(self) -> "Period":
        """The one before it, of the same kind; of a range as many days."""
        if self.kind == "range":
            return Period("range", self.first - (self.last - self.first) - _DAY, self.first - _DAY)
        return _holding(self.kind, self.first - _DAY)

    def year_before(self) -> "Period":
        """The same a year earlier."""
        if self.kind == "week":
            return _holding("week", self.first - timedelta(weeks=52))
        return Period(self.kind, _year_back(self.first), _month_end(self.kind, _year_back(self.last)))


def usual_period(now: datetime) -> Period:
    """The month of a moment."""
    return _holding("month", shanghai_date(now))


def recent_periods(now: datetime) -> tuple[Period, ...]:
    """Those to choose from, the latest first of each kind: thirteen months, five quarters, six weeks."""
    found: list[Period] = []
    for kind, many in (("month", 13), ("quarter", 5), ("week", 6)):
        at = _holding(kind, shanghai_date(now))
        for _ in range(many):
            found.append(at)
            at = at.before()
    return tuple(found)


def period_coded(code: str) -> Period:
    """The period of a code.

    Raises:
        PeriodUnclear: there is none, or it is longer than a year.
    """
    if both := _RANGE.fullmatch(code):
        return period_between(*both.groups())
    for kind, form in _FORMS:
        if said := form.fullmatch(code):
            return _numbered(kind, int(said["year"]), int(said["number"]))
    raise PeriodUnclear(code)


def period_between(first: str, last: str) -> Period:
    """From one ISO date to another.

    Raises:
        PeriodUnclear: these are no dates, they stand the wrong way round, or lie more than a year apart.
    """
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as wrong:
        raise PeriodUnclear(f"{first}..{last}") from wrong
    if begin.year not in _YEARS or not 0 <= (end - begin).days < LONGEST_DAYS:
        raise PeriodUnclear(f"{first}..{last}")
    return Period("range", begin, end)


def _numbered(kind: str, year: int, number: int) -> Period:
    try:
        if year not in _YEARS:
            raise PeriodUnclear(f"{year}")
        day = {
            "week": lambda: date.fromisocalendar(year, number, 1),
            "month": lambda: date(year, number, 1),
            "quarter": lambda: date(year, number * 3 - 2, 1),
        }[kind]()
    except ValueError as wrong:
        raise PeriodUnclear(f"{year} {number}") from wrong
    return _holding(kind, day)


def _holding(kind: str, day: date) -> Period:
    first = first_day(kind, day)
    return Period(kind, first, next_first(kind, first) - _DAY)


def _year_back(day: date) -> date:
    """29 February a year earlier is the 28th."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _month_end(kind: str, day: date) -> date:
    return day if kind == "range" else next_first("month", first_day("month", day)) - _DAY


def _day(day: date, beside: date | None = None) -> str:
    year = "" if beside is not None and beside.year == day.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"
