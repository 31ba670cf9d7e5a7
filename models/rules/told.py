"""What a request tells beside what and where: since when, how many, who is at risk, who is complained about."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.rules.pacing import SHANGHAI, shanghai_date

_WEEK = 7
_MONTHS = 12
_LAST_SAFE_DAY = 28
"""Every month has it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When it began, as counted from the day it was said.

    ``unit`` says what ``back`` counts and which of the other numbers hold: ``day``, ``week`` (``weekday`` 1…7),
    ``weekday`` (the last one), ``month`` (``day``), ``monthday`` (the last such ``day``), ``year`` and ``date``
    (``month``, ``day``; a date is the last one), ``lunar`` (the last of ``dates``). ``hour`` counts from the midnight
    before; 24 and more lie after it.
    """

    unit: str
    back: int = 0
    month: int = 0
    day: int = 1
    weekday: int = 1
    hour: float = 12.0
    dates: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class SaidTime:
    """How long already, in the words it was said with: a span, or the moment it began."""

    words: str
    lasting: timedelta | None = None
    moment: Moment | None = None


@dataclass(frozen=True, slots=True)
class Accused:
    """Who is complained about: ``party`` is official, property, builder, neighbour or business."""

    party: str
    words: str


@dataclass(frozen=True, slots=True)
class Told:
    """Every part is empty when it was not said. Numbers are the smaller guess of a vague word (十几户: 11)."""

    since: SaidTime | None = None
    recurring: str = ""
    """The words that say it comes again and again."""
    households: int | None = None
    persons: int | None = None
    whole: str = ""
    """All of a building, unit, row, group, village, estate or family."""
    affected: str = ""
    """The words that told how many."""
    at_risk: tuple[tuple[str, str], ...] = ()
    """(old, child, pregnant, disabled or ill; the word) each kind once, in the order of the table."""
    accused: tuple[Accused, ...] = ()

    def lasting(self, now: datetime) -> timedelta | None:
        """How long it has lasted at ``now`` (aware); None when unknown or still to come."""
        return how_long(self.since, now) if self.since else None


NOTHING_TOLD = Told()


def how_long(said: SaidTime, now: datetime) -> timedelta | None:
    """How long before ``now`` (aware) the trouble began; None when the words point ahead."""
    if said.lasting is not None:
        return said.lasting
    if said.moment is None:
        return None
    local = now.astimezone(SHANGHAI)
    began = _day_of(said.moment, local.date())
    if began is None:
        return None
    start = datetime(began.year, began.month, began.day, tzinfo=SHANGHAI)
    passed = local - start - timedelta(hours=said.moment.hour)
    return passed if passed >= timedelta() else None


def _day_of(moment: Moment, today: date) -> date | None:
    if moment.unit == "day":
        return today - timedelta(days=moment.back)
    if moment.unit == "week":
        return today - timedelta(days=today.weekday() + _WEEK * moment.back - (moment.weekday - 1))
    if moment.unit == "weekday":
        return today - timedelta(days=(today.weekday() - (moment.weekday - 1)) % _WEEK)
    if moment.unit == "month":
        return _month_before(today, moment.back, moment.day)
    if moment.unit == "year":
        return date(today.year - moment.back, moment.month, min(moment.day, _LAST_SAFE_DAY))
    return max((each for each in _possible(moment, today) if each <= today), default=None)


def _possible(moment: Moment, today: date) -> tuple[date, ...]:
    """The days a date without a year can mean."""
    if moment.unit == "lunar":
        return moment.dates
    if moment.unit == "monthday":
        return tuple(_month_before(today, back, moment.day) for back in (0, 1))
    last = min(moment.day, _LAST_SAFE_DAY)
    return date(today.year - 1, moment.month, last), date(today.year, moment.month, last)


def _month_before(today: date, back: int, day: int) -> date:
    months = today.year * _MONTHS + today.month - 1 - back
    return date(months // _MONTHS, months % _MONTHS + 1, min(day, _LAST_SAFE_DAY))


_DAYS_OF_A_MONTH, _DAYS_OF_A_YEAR = 30.4, 365
_SPANS = (
    # From so many days on, counted in units of so many days.
    (350, "SINCE_YEARS", _DAYS_OF_A_YEAR),
    (28, "SINCE_MONTHS", _DAYS_OF_A_MONTH),
    (2, "SINCE_DAYS", 1),
)


def since_when(began: datetime, on: date) -> tuple[str, int]:
    """How people say since when, on that Shanghai day: the sentence's key, and how many of its unit (at least 1).

    Today and yesterday by name, then days; months and years are as rough as they were said.
    """
    days = (on - shanghai_date(began)).days
    for least, key, unit in _SPANS:
        if days >= least:
            return key, max(round(days / unit), 1)
    return ("SINCE_YESTERDAY" if days == 1 else "SINCE_TODAY"), 1
