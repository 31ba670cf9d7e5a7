"""Plain words for a moment ("明早8点", "每月10日18点，遇节假日顺延", ISO, cron) → once or again and again, in Asia/Shanghai.

Words for days stand in ``day_words``, for repetitions in ``repeat_words``, for hours in ``clock_said``; here they meet.
What can mean two things is refused with the reason, never guessed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.rules.clock_said import (
    NUMBER,
    UnclearMoment,
    is_clock,
    number_said,
    packed,
    read_clock,
    usual_clock,
)
from models.rules.day_words import Seen, days_named
from models.rules.pacing import SHANGHAI
from models.rules.repeat_words import read_series
from models.rules.series import OnDaysOff, Series, check_cron
from models.rules.working_days import WEEKENDS, WorkingDays

__all__ = [
    "NUMBER", "Cron", "Once", "UnclearMoment", "number_said", "read_day", "read_days", "read_moment", "read_schedule",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Once:
    """One moment, aware UTC."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Cron:
    """Again and again: a cron expression read in Asia/Shanghai, or what ``models.rules.series`` keeps."""

    expression: str


_UTC = ZoneInfo("UTC")
_CRON = re.compile(r"^(?:cron[::\s]+)?(?P<fields>[\d*/,L#-]+(?:\s+[\d*/,A-Za-z#-]+){4})$", re.IGNORECASE)
_NOW = re.compile("(?:现在|马上|立刻|立即|即刻|这就|当即)(?:发|发送|就发)?$")
_SOON = re.compile(
    rf"(?:(?P<half>半)个?(?P<half_unit>小时|钟头)|(?P<n>{NUMBER})(?:个(?P<and_half>半))?(?P<unit>个?小时|个?钟头|小时|钟头|分钟|刻钟))"
    "(?:以|之)?后(?:发|发送)?$"
)
_MINUTES = {"分钟": 1, "刻钟": 15}
_AT = re.compile("^(?:定在|定于|在|于)")


def read_moment(words: str, now: datetime, days: WorkingDays = WEEKENDS) -> Once | Cron:
    """The moment these words mean, seen from ``now`` (aware).

    Raises:
        UnclearMoment: no moment, no time of day, a moment that is past, or one that can be read in two ways.
    """
    return _read(words, now, days, None)


def read_schedule(words: str, now: datetime, days: WorkingDays, usual: time) -> Once | Cron:
    """The same for what is shown and confirmed before it counts: without a time of day the ``usual`` one is meant.

    Raises:
        UnclearMoment: as ``read_moment``, apart from ``no_time``, which is left for today and for no day at all.
    """
    return _read(words, now, days, usual)


def _read(words: str, now: datetime, days: WorkingDays, usual: time | None) -> Once | Cron:
    if (typed := _CRON.match(words.strip())) is not None:
        check_cron(typed["fields"], now)
        return Cron(typed["fields"])
    marked = re.sub(r"(?<=\d)\s+(?=\d)", "T", words.strip())
    plain = packed(marked)
    if (exact := _iso(plain, now)) is not None:
        return exact
    if _NOW.match(plain):
        return Once(now.astimezone(_UTC))
    if (soon := _SOON.match(plain)) is not None:
        return Once((now + _span(soon)).astimezone(_UTC))
    series = read_series(_AT.sub("", plain), now, days, usual)
    return Cron(_plainly(series)) if series is not None else _once(_AT.sub("", plain), now, days, usual)


def _plainly(series: Series) -> str:
    """The expression; cron where cron can say it."""
    fields = {"daily": "* * *", "weekly": f"* * {series.argument}", "nth": "L * *"}
    fields["dates"] = "{} {} *".format(*(f"{series.argument}/*".split("/")[:2]))
    spanned = series.begins or series.ends or len(series.at) > 1
    if series.kind not in fields or spanned or series.move is not OnDaysOff.KEEP:
        return series.expression
    if series.kind == "nth" and series.argument != "1:-1:day":
        return series.expression
    if series.kind == "weekly":
        fields["weekly"] = "* * " + ",".join(
            str(n) for n in sorted(int(n) % 7 for n in series.argument.split(","))
        )
    return f"{series.at[0].minute} {series.at[0].hour} {fields[series.kind]}"


def read_day(words: str, today: date, days: WorkingDays = WEEKENDS) -> date:
    """The day these words mean ("周五", "7月20日", "明天"), today or later; a weekday is the next one to come.

    Raises:
        UnclearMoment: no day, or one that is past.
    """
    for rest, candidates in days_named(packed(words), Seen(today, days)):
        if rest:
            continue
        chosen = next((day for day in candidates if day >= today), None)
        if chosen is None:
            raise UnclearMoment("past")
        return chosen
    raise UnclearMoment("unclear")


def _from_today(words: str) -> bool:
    """Whether words for a day ("后天", "下周三") are counted from today, whatever day was said before them."""
    return re.match("大后|[今明后]|(?:下+|这|本)个?(?:周|星期|礼拜)", words) is not None


_SPAN_UNITS = {"天": 1, "日": 1, "周": 7, "星期": 7, "个星期": 7, "个月": 30}
_SPAN = re.compile(rf"(?P<number>{NUMBER})(?P<unit>天|日|个?星期|周|个月)(?!\d)")


def read_days(words: str, today: date) -> tuple[date, date]:
    """A first and a last day, both included: "3天", "到周五", "明天", "7月20日到7月25日", "下周一起3天".

    A bare weekday or date that ends it is the next one after the beginning; "后天" and "下周三" are seen from today.

    Raises:
        UnclearMoment: no days, past ones, or the end before the beginning.
    """
    plain = re.sub(r"^从|[,，。.!]+$|\s+|[,，]?请假", "", words).replace("开始", "起")
    begin, to, end = re.sub("[至~]", "到", plain).partition("到")
    since = read_day(begin, today) if to and begin else today
    if to:
        until = read_day(end, today if _from_today(end) else since)
        if until < since:
            raise UnclearMoment("past")
        return since, until
    start, from_then, span = plain.rpartition("起")
    if from_then:
        since = read_day(start, today)
    found = _SPAN.fullmatch(span or plain)
    if found is None:
        day = read_day(plain, today)
        return day, day
    number = number_said(found["number"]) * _SPAN_UNITS[found["unit"].replace("个星期", "星期")]
    if not number:
        raise UnclearMoment("unclear")
    return since, since + timedelta(days=number - 1)


def _iso(words: str, now: datetime) -> Once | None:
    if not re.match(r"\d{4}-\d{2}-\d{2}T", words):
        return None
    try:
        at = datetime.fromisoformat(words)
    except ValueError:
        raise UnclearMoment("unclear") from None
    return _future(at if at.tzinfo else at.replace(tzinfo=SHANGHAI), now)


def _span(found: re.Match[str]) -> timedelta:
    if found["half"]:
        return timedelta(minutes=30)
    number = number_said(found["n"])
    unit = found["unit"].removeprefix("个")
    if unit in _MINUTES:
        return timedelta(minutes=number * _MINUTES[unit])
    return timedelta(hours=number, minutes=30 if found["and_half"] else 0)


def _once(words: str, now: datetime, days: WorkingDays, usual: time | None) -> Once:
    local = now.astimezone(SHANGHAI)
    for behind, candidates in days_named(words, Seen(local.date(), days)):
        rest = behind.removeprefix("T")
        if not is_clock(rest):
            continue
        at = read_clock(rest)
        if at is None and (usual is None or words.startswith("今")):
            raise UnclearMoment("no_time")
        return _next_to_come(candidates, at or usual_clock(rest, usual or time()), now)
    if not is_clock(words):
        raise UnclearMoment("unclear")
    at = read_clock(words)
    if at is None:
        raise UnclearMoment("no_time")
    return _future(datetime.combine(local.date(), at, SHANGHAI), now)


def _next_to_come(candidates: Iterable[date], clock: time, now: datetime) -> Once:
    moments = [datetime.combine(day, clock, SHANGHAI) for day in candidates]
    return _future(next((at for at in moments if at > now), moments[-1]), now)


def _future(at: datetime, now: datetime) -> Once:
    if at <= now:
        raise UnclearMoment("past")
    return Once(at.astimezone(_UTC))
