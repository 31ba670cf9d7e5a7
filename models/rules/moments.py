"""Plain words for a moment ("明早8点", "每月10日18点", ISO) → once or again and again, in Asia/Shanghai.

Holidays and the lunar calendar are not known here: "工作日" and "腊月二十" are refused, never guessed.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from croniter import croniter

from models.rules.pacing import SHANGHAI


@dataclass(frozen=True, slots=True)
class Once:
    """One moment, aware UTC."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Cron:
    """Again and again: a cron expression read in Asia/Shanghai."""

    expression: str


class UnclearMoment(ValueError):  # noqa: N818 - says what is wrong with the words
    """No moment can be read. ``why`` is ``unclear``, ``past``, ``no_time``, ``no_such_day`` or ``skips_months``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
NUMBER = r"(?:\d{1,4}|[零〇一二两三四五六七八九十]{1,3})"
_WEEKDAYS = {c: n for n, c in enumerate("一二三四五六日", 1)} | {"天": 7}
_DAY_WORDS = {"今": 0, "明": 1, "后": 2, "大后": 3}
_AFTERNOON = frozenset({"下午", "傍晚", "晚", "晚上", "夜里", "夜晚"})

_PERIOD = "(?P<period>凌晨|清早|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|夜里|夜晚|晚)?"
_CLOCK = re.compile(
    rf"{_PERIOD}(?:(?P<hour>{NUMBER})(?:[:：](?P<colon>\d{{2}})|(?:点钟|点|时)"
    rf"(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>{NUMBER})分?)?(?:整)?))?$"
)
_DAYS = (
    ("word", re.compile("(?P<word>大后|今|明|后)(?:天|日)?")),
    ("week", re.compile("(?P<next>下+|这|本)?(?:个)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])")),
    (
        "date",
        re.compile(rf"(?:(?P<year>\d{{4}})[年/.-])?(?P<month>{NUMBER})[月/.-](?P<day>{NUMBER})[日号]?"),
    ),
    ("none", re.compile("")),
)
_REPEATS = (
    ("day", re.compile("每(?:天|日)")),
    (
        "week",
        re.compile(
            "每(?:个)?(?:周|星期|礼拜)(?P<weekdays>[一二三四五六日天](?:[、,，和及]?[一二三四五六日天])*)"
        ),
    ),
    ("end", re.compile("每(?:个)?月(?:底|末|最后一天)")),
    ("month", re.compile(rf"每(?:个)?月(?:逢)?(?P<day>{NUMBER})[日号]?")),
    ("year", re.compile(rf"每年(?P<month>{NUMBER})月(?P<day>{NUMBER})[日号]?")),
)


def read_moment(words: str, now: datetime) -> Once | Cron:
    """The moment these words mean, seen from ``now`` (aware).

    Raises:
        UnclearMoment: no moment, no time of day, a moment that is past, or a day that some months lack.
    """
    packed = re.sub(r"(?<=\d)\s+(?=\d)", "T", words.strip())
    packed = re.sub(r"\s+", "", packed)
    return _iso(packed, now) or _repeated(packed) or _once(packed.replace("T", ""), now)


def read_day(words: str, today: date) -> date:
    """The day these words mean ("周五", "7月20日", "明天"), today or later; a weekday is the next one to come.

    Raises:
        UnclearMoment: no day, or one that is past.
    """
    packed = re.sub(r"\s+", "", words)
    for kind, pattern in _DAYS[:-1]:
        found = pattern.fullmatch(packed)
        if found is None:
            continue
        day = _on_day(kind, found, time(second=1), datetime.combine(today, time(), SHANGHAI)).date()
        if day < today:
            raise UnclearMoment("past")
        return day
    found = re.fullmatch(rf"(?P<day>{NUMBER})[日号]", packed)
    if found is None:
        raise UnclearMoment("unclear")
    this = _real_date(today.year, today.month, number_said(found["day"]))
    return this if this >= today else _real_date(this.year + this.month // 12, this.month % 12 + 1, this.day)


def _from_today(words: str) -> bool:
    """Whether words for a day ("后天", "下周三") are counted from today, whatever day was said before them."""
    word, week = (pattern.fullmatch(words) for _, pattern in _DAYS[:2])
    return word is not None or (week is not None and week["next"] is not None)


_SPAN_UNITS = {"天": 1, "日": 1, "周": 7, "星期": 7, "个星期": 7, "个月": 30}
_SPAN = re.compile(rf"(?P<number>{NUMBER})(?P<unit>天|日|个?星期|周|个月)(?!\d)")


def read_days(words: str, today: date) -> tuple[date, date]:
    """A first and a last day, both included: "3天", "到周五", "明天", "7月20日到7月25日", "下周一起3天".

    A bare weekday or date that ends it is the next one after the beginning; "后天" and "下周三" are seen from today.

    Raises:
        UnclearMoment: no days, past ones, or the end before the beginning.
    """
    packed = re.sub(r"^从|[,。.!]+$|\s+|[,，]?请假", "", words).replace("开始", "起")
    begin, to, end = re.sub("[至~]", "到", packed).partition("到")
    since = read_day(begin, today) if to and begin else today
    if to:
        until = read_day(end, today if _from_today(end) else since)
        if until < since:
            raise UnclearMoment("past")
        return since, until
    start, from_then, span = packed.rpartition("起")
    if from_then:
        since = read_day(start, today)
    found = _SPAN.fullmatch(span or packed)
    if found is None:
        day = read_day(packed, today)
        return day, day
    days = number_said(found["number"]) * _SPAN_UNITS[found["unit"].replace("个星期", "星期")]
    if not days:
        raise UnclearMoment("unclear")
    return since, since + timedelta(days=days - 1)


def _iso(words: str, now: datetime) -> Once | None:
    if not re.match(r"\d{4}-\d{2}-\d{2}T", words):
        return None
    try:
        at = datetime.fromisoformat(words)
    except ValueError:
        raise UnclearMoment("unclear") from None
    return _future(at if at.tzinfo else at.replace(tzinfo=SHANGHAI), now)


def _repeated(words: str) -> Cron | None:
    for kind, pattern in _REPEATS:
        found = pattern.match(words)
        if found is None:
            continue
        at = _time(words[found.end() :])
        if at is None:
            raise UnclearMoment("no_time")
        return Cron(f"{at.minute} {at.hour} {_cron_days(kind, found)}")
    if words.startswith("每"):
        raise UnclearMoment("unclear")
    return None


def _cron_days(kind: str, found: re.Match[str]) -> str:
    """Day of month, month and day of week of a cron expression."""
    if kind == "day":
        return "* * *"
    if kind == "week":
        days = sorted({_WEEKDAYS[c] % 7 for c in found["weekdays"] if c in _WEEKDAYS})
        return f"* * {','.join(map(str, days))}"
    if kind == "end":
        return "L * *"
    day = number_said(found["day"])
    month = number_said(found["month"]) if kind == "year" else 12
    _real_date(2028, month, day)
    if kind == "month" and day > 28:  # noqa: PLR2004 - February
        raise UnclearMoment("skips_months")
    return f"{day} {month} *" if kind == "year" else f"{day} * *"


def _once(words: str, now: datetime) -> Once:
    for kind, pattern in _DAYS:
        found = pattern.match(words)
        if found is None:
            continue
        rest = words[found.end() :]
        if not _CLOCK.match(rest):
            continue
        at = _time(rest)
        if at is None:
            raise UnclearMoment("no_time")
        return _future(_on_day(kind, found, at, now.astimezone(SHANGHAI)), now)
    raise UnclearMoment("unclear")


def _on_day(kind: str, found: re.Match[str], at: time, local: datetime) -> datetime:
    """The day these words mean, at that time; days without a year or a week are the next ones to come."""
    today = local.date()
    if kind == "word":
        return _joined(today + timedelta(days=_DAY_WORDS[found["word"]]), at)
    if kind == "week":
        monday = today - timedelta(days=today.weekday())
        ahead = (found["next"] or "").count("下")
        chosen = _joined(monday + timedelta(weeks=ahead, days=_WEEKDAYS[found["weekday"]] - 1), at)
        return chosen + timedelta(weeks=1) if not found["next"] and chosen <= local else chosen
    if kind == "date":
        month, day = number_said(found["month"]), number_said(found["day"])
        if found["year"]:
            return _joined(_real_date(int(found["year"]), month, day), at)
        chosen = _joined(_real_date(today.year, month, day), at)
        return chosen if chosen > local else _joined(_real_date(today.year + 1, month, day), at)
    return _joined(today, at)


def _time(words: str) -> time | None:
    """The time of day; None when the words name none."""
    found = _CLOCK.match(words)
    if found is None:
        raise UnclearMoment("unclear")
    if found["hour"] is None:
        return None
    hour, minute = number_said(found["hour"]), 0
    if found["colon"] or found["minute"]:
        minute = number_said(found["colon"] or found["minute"])
    elif found["half"]:
        minute = 30
    elif found["quarter"]:
        minute = 15 * _DIGITS[found["quarter"]]
    noon = 12
    if hour < noon and (found["period"] in _AFTERNOON or (found["period"] == "中午" and hour <= 3)):  # noqa: PLR2004
        hour += noon
    if hour > 23 or minute > 59:  # noqa: PLR2004 - a clock's face
        raise UnclearMoment("unclear")
    return time(hour, minute)


def _joined(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=SHANGHAI)


def _future(at: datetime, now: datetime) -> Once:
    if at <= now:
        raise UnclearMoment("past")
    return Once(at.astimezone(ZoneInfo("UTC")))


def _real_date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise UnclearMoment("no_such_day") from None


def number_said(words: str) -> int:
    """``18`` and ``十八``."""
    if words.isdigit() and words.isdecimal():
        return int(words)
    tens, ten, ones = words.rpartition("十")
    if not ten:
        return int("".join(str(_DIGITS[c]) for c in words))
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def next_firing(expression: str, after: datetime) -> datetime:
    """The first moment of a cron expression after a moment; in the zone of ``after``."""
    following: datetime = croniter(expression, after.astimezone(SHANGHAI)).get_next(datetime)
    return following.astimezone(after.tzinfo)
