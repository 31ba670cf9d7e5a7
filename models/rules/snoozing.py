"""Until when a reminder may be put off: in the words people use, and never past what the case allows."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from models.rules.moments import Once, UnclearMoment, read_day, read_moment
from models.rules.pacing import SHANGHAI, Pace, is_quiet, next_local, shanghai_date
from models.rules.urgency import Urgency

OVERDUE_AT_MOST = timedelta(hours=24)
URGENT_AT_MOST = timedelta(hours=2)
UNDATED_AT_MOST = timedelta(days=7)

_HOURS = re.compile(
    r"(?P<n>\d{1,3}(?:\.5)?|[半一二两三四五六七八九十])(?:个(?P<half>半)?)?(?P<unit>小时|钟头|分钟|天)(?P<after>半)?以?后?"
)
_NUMBERS = {c: float(n) for n, c in enumerate("一二三四五六七八九十", 1)} | {"两": 2.0, "半": 0.5}
_UNITS = {
    "小时": timedelta(hours=1),
    "钟头": timedelta(hours=1),
    "分钟": timedelta(minutes=1),
    "天": timedelta(days=1),
}
_PERIODS = (
    ("早上", time(7, 30)),
    ("早", time(7, 30)),
    ("上午", time(9)),
    ("中午", time(12)),
    ("下午", time(14, 30)),
    ("晚上", time(19)),
    ("晚", time(19)),
)


@dataclass(frozen=True, slots=True)
class Delay:
    """Until when; ``cut`` says why it is less than was asked: ``due``, ``late``, ``urgent`` or nothing."""

    until: datetime
    cut: str = ""


def delay_for(words: str, now: datetime, due: datetime | None, urgency: str, pace: Pace) -> Delay:
    """How long a reminder of a case waits: two hours without words; at most until the case is due.

    An urgent case waits two hours at most, one that is overdue a day, one without a date a week. ``now`` is aware.

    Raises:
        UnclearMoment: no moment can be read, or it is past.
    """
    wanted = _wanted(re.sub(r"\s+", "", words), now, pace)
    if is_quiet(wanted, pace.quiet):
        wanted = next_local(wanted, pace.quiet_digest_at)
    if wanted <= now:
        raise UnclearMoment("past")
    if urgency == Urgency.U1 and wanted > now + URGENT_AT_MOST:
        return Delay(now + URGENT_AT_MOST, "urgent")
    if due is None:
        return Delay(min(wanted, now + UNDATED_AT_MOST))
    if due <= now:
        latest = now + OVERDUE_AT_MOST
        return Delay(latest, "late") if wanted > latest else Delay(wanted)
    return Delay(due, "due") if wanted > due else Delay(wanted)


def _wanted(words: str, now: datetime, pace: Pace) -> datetime:
    if not words:
        return now + timedelta(hours=pace.snooze_h)
    span = _HOURS.fullmatch(words)
    if span is not None:
        number = _NUMBERS.get(span["n"]) or float(span["n"])
        return now + (number + 0.5 * bool(span["half"] or span["after"])) * _UNITS[span["unit"]]
    try:
        moment = read_moment(words, now)
    except UnclearMoment as unclear:
        if unclear.why == "past":
            raise
        return _by_day(words, now, pace)
    if not isinstance(moment, Once):
        raise UnclearMoment("unclear")
    return moment.at


def _by_day(words: str, now: datetime, pace: Pace) -> datetime:
    """A day, or a part of one; a day alone means its morning."""
    today = shanghai_date(now)
    for word, clock in _PERIODS:
        if words.endswith(word):
            head = words.removesuffix(word)
            return _at(read_day(head, today) if head else today, clock, now)
    return _at(read_day(words, today), time.fromisoformat(pace.quiet_digest_at), now)


def _at(day: date, clock: time, now: datetime) -> datetime:
    return datetime.combine(day, clock, SHANGHAI).astimezone(now.tzinfo)
