"""Words for one day ("明天", "下周三", "腊月二十三", "国庆后第一个工作日"): the days they may mean, the next one first."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from models.rules.clock_said import NUMBER, UnclearMoment, number_said
from models.rules.feasts import FEAST, on_feast, read_feast
from models.rules.lunar import day_of_lunar, lunar_of
from models.rules.working_days import WorkingDays

WEEKDAYS = {c: n for n, c in enumerate("一二三四五六日", 1)} | {"天": 7}
WEEK = "(?:周|星期|礼拜)"
_WORDS = {"今": 0, "今儿": 0, "明": 1, "明儿": 1, "后": 2, "大后": 3}
_LUNAR_NUMBER = "初[一二三四五六七八九十]|廿[一二三四五六七八九]?|二十[一二三四五六七八九]?|三十|卅|十[一二三四五六七八九]?|十"
LUNAR_MONTHS = {"正": 1, "冬": 11, "腊": 12}
LUNAR = re.compile(
    r"(?P<year>今年|明年)?的?(?P<lunar>农历|阴历|旧历|古历)?的?"
    rf"(?P<month>[正冬腊]|十[一二]?|[一二三四五六七八九]|\d{{1,2}})月(?P<day>{_LUNAR_NUMBER}|\d{{1,2}})(?P<solar>[日号])?"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """From where a day is seen."""

    today: date
    days: WorkingDays


Candidates = Callable[[re.Match[str], Seen], Iterator[date]]


def real_date(year: int, month: int, day: int) -> date:
    """That date.

    Raises:
        UnclearMoment: there is none.
    """
    try:
        return date(year, month, day)
    except ValueError:
        raise UnclearMoment("no_such_day") from None


def _word(found: re.Match[str], seen: Seen) -> Iterator[date]:
    yield seen.today + timedelta(days=_WORDS[found["word"]])


def _later(found: re.Match[str], seen: Seen) -> Iterator[date]:
    yield seen.today + timedelta(days=number_said(found["n"]) * (1 if found["unit"] in "天日" else 7))


def _weekday(found: re.Match[str], seen: Seen) -> Iterator[date]:
    monday = seen.today - timedelta(days=seen.today.weekday())
    ahead = (found["next"] or "").count("下")
    chosen = monday + timedelta(weeks=ahead, days=WEEKDAYS[found["weekday"]] - 1)
    yield chosen
    if not found["next"]:
        yield chosen + timedelta(weeks=1)


def _dated(found: re.Match[str], seen: Seen) -> Iterator[date]:
    month, day = number_said(found["month"]), number_said(found["day"])
    first = _year_said(found["year"], seen.today) or seen.today.year
    yield real_date(first, month, day)
    if not found["year"]:
        yield real_date(first + 1, month, day)


def _year_said(words: str | None, today: date) -> int | None:
    if words is None:
        return None
    if words.startswith("20"):
        return int(words[:4])
    return today.year + (1 if words.startswith("明") else 0)


def _of_month(found: re.Match[str], seen: Seen) -> Iterator[date]:
    """``5号``, ``下月5号``, ``月底``: a month that lacks the day is an error, never another day."""
    ahead = (found["months"] or "").count("下")
    for months in (ahead,) if found["months"] else (0, 1):
        year, month = divmod(seen.today.year * 12 + seen.today.month - 1 + months, 12)
        last = monthrange(year, month + 1)[1]
        yield real_date(year, month + 1, number_said(found["day"]) if found["day"] else last)


def _year_end(_: re.Match[str], seen: Seen) -> Iterator[date]:
    yield date(seen.today.year, 12, 31)


def _lunar(found: re.Match[str], seen: Seen) -> Iterator[date]:
    """A lunar date; Chinese numerals without 日 may be either, unless only the lunar calendar counts so."""
    month, day = lunar_numbers(found)
    first = lunar_of(seen.today).year + (1 if found["year"] == "明年" else 0)
    if found["year"] == "明年" and lunar_of(seen.today).year < seen.today.year:
        first += 1
    for year in (first,) if found["year"] else (first, first + 1):
        chosen = day_of_lunar(year, month, day)
        if chosen is None:
            raise UnclearMoment("no_such_day")
        yield chosen


def lunar_numbers(found: re.Match[str]) -> tuple[int, int]:
    """Month and day of a match of ``LUNAR``.

    Raises:
        UnclearMoment: nobody can tell whether the words mean the lunar calendar.
    """
    sure = found["lunar"] or found["month"] in LUNAR_MONTHS or found["day"][0] in "初廿卅"
    if not sure and not found["solar"]:
        raise UnclearMoment("lunar_or_not")
    month = LUNAR_MONTHS.get(found["month"]) or number_said(found["month"])
    return month, number_said(found["day"].removeprefix("初"))


def _feast(found: re.Match[str], seen: Seen) -> Iterator[date]:
    asked, said = read_feast(found), _year_said(found["year"], seen.today)
    for year in (said,) if said else (seen.today.year, seen.today.year + 1):
        yield on_feast(asked, year, seen.days)


_MONTH_WORDS = "下个?月|这个?月|本月|当月"
DAYS: tuple[tuple[re.Pattern[str], Candidates], ...] = (
    (re.compile("(?P<word>大后|今儿?|明儿?|后)(?:天|日|个)?"), _word),
    (re.compile(f"(?P<n>{NUMBER})(?P<unit>天|日|个?星期|个?礼拜|周)(?:以|之)?后"), _later),
    (re.compile(f"(?P<next>下+|这|本)?(?:个)?{WEEK}(?P<weekday>[一二三四五六日天])"), _weekday),
    (FEAST, _feast),
    (
        re.compile(
            rf"(?=(?:今年|明年)?的?(?:农历|阴历|旧历|古历|[正冬腊]月|{NUMBER}月(?:初|廿|卅)|[一二三四五六七八九十]+月[一二三四五六七八九十]+(?![一二三四五六七八九十日号])))"
            + LUNAR.pattern
        ),
        _lunar,
    ),
    (
        re.compile(
            rf"(?:(?P<year>\d{{4}}|今年|明年)[年/.-]?)?(?P<month>{NUMBER})[月/.-](?P<day>{NUMBER})[日号]?"
        ),
        _dated,
    ),
    (re.compile(rf"(?:(?P<months>{_MONTH_WORDS})的?)?(?P<day>{NUMBER})[日号]"), _of_month),
    (
        re.compile(rf"(?:(?P<months>{_MONTH_WORDS})|月)(?P<day>)(?:[底末](?:最后一天)?|的?最后一天)"),
        _of_month,
    ),
    (re.compile("(?:今年)?年底"), _year_end),
)
"""Patterns in the order in which they are tried, each with the days it may mean."""


def days_named(words: str, seen: Seen) -> Iterator[tuple[str, Iterator[date]]]:
    """Each way to read a day at the beginning: the words behind it, and the days it may mean."""
    for pattern, candidates in DAYS:
        found = pattern.match(words)
        if found is not None and found.end():
            yield words[found.end() :], candidates(found, seen)
