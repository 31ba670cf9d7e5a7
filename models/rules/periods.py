"""Spans of time people ask figures for ("本月", "上周"), in Asia/Shanghai."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from models.rules.pacing import SHANGHAI, shanghai_date

_NAMES = {
    "今天": ("day", 0), "昨天": ("day", -1), "本周": ("week", 0), "上周": ("week", -1), "本月": ("month", 0),
    "上月": ("month", -1), "本季": ("quarter", 0), "上季": ("quarter", -1), "本年": ("year", 0),
    "全年": ("year", 0), "去年": ("year", -1),
}  # fmt: skip
USUAL = "本月"
SANE_YEARS = range(1900, 2200)
"""Of days that somebody types: others are a slip, and the first and the last there are have no moment in another zone."""


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` up to, not including, ``end``; aware."""

    start: datetime
    end: datetime

    def holds(self, at: datetime | None) -> bool:
        """Whether a moment lies in it."""
        return at is not None and self.start <= at < self.end

    def until(self, now: datetime) -> "Span":
        """What of it has passed: nothing that is still to come is counted."""
        return Span(self.start, max(self.start, min(self.end, now)))


def span_named(words: str, now: datetime) -> Span:
    """The span of these words; no words: this month.

    Raises:
        KeyError: no such span.
    """
    unit, back = _NAMES[words or USUAL]
    first = first_day(unit, shanghai_date(now))
    if back:
        first = first_day(unit, first - timedelta(days=1))
    return Span(midnight(first), midnight(next_first(unit, first)))


def first_day(unit: str, day: date) -> date:
    """The first day of the day, week, month, quarter or year that holds a day."""
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[unit]
    return date(day.year, month, 1)


def next_first(unit: str, first: date) -> date:
    """The first day of the next one: far enough on, then back to where it begins."""
    days = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}[unit]
    return first_day(unit, first + timedelta(days=days))


def midnight(day: date) -> datetime:
    """When a day begins in Shanghai."""
    return datetime.combine(day, time(), tzinfo=SHANGHAI)
