"""The day somebody names among other words ("等配件 周五再办", "3天", "月底"), in Asia/Shanghai, and the other words.

Days that ``moments`` can read are read there; spans, the day of a month and its end are worked out here.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from models.rules.moments import NUMBER, Once, UnclearMoment, number_said, read_moment
from models.rules.pacing import SHANGHAI


@dataclass(frozen=True, slots=True)
class DaySaid:
    """A moment, whether its hour was said (or follows from a span), and the words around it."""

    at: datetime
    exact: bool
    rest: str


_ENDS_HERE = r"(?=$|[\s,，。;；]|前|之前|以前|左右|再|后|之后|以后|早|上午|中午|下午|傍晚|晚)"
_WORD = "(?:大后|后|明|今)[天日]|[今明](?=[早晚])"
_WEEK = "(?:下+|这|本)?个?(?:周|星期|礼拜)[一二三四五六日天]"
_DATE = (
    rf"(?>(?:\d{{4}}年)?{NUMBER}月{NUMBER}[日号]?)"
    rf"|(?<![\d.])(?:\d{{4}}[/.-])?(?:1[0-2]|0?[1-9])[/.-](?:3[01]|[12]\d|0?[1-9])(?![\d./-]){_ENDS_HERE}"
)
_IN_MONTH = rf"(?:(?P<month>下个?月|这个?月|本月)的?)?(?<!\d)(?P<day>\d{{1,2}})[号日]{_ENDS_HERE}"
_MONTH_END = "(?P<end>下个?月|这个?月|本月|月)(?:月)?[底末]|(?P<year>年)底"
_SPAN = rf"(?<![\d了])(?:(?P<half>半个月)|(?P<n>{NUMBER})个?(?P<unit>天|周|星期|礼拜|小时|钟头))(?![一二三四五六日了没])"
_PERIOD = "(?P<period>凌晨|清早|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚)?"
_HOUR = rf"(?P<hour>{NUMBER}(?:[:：]\d{{2}}|点(?:钟|半|[一三]刻|{NUMBER}分?)?))?"
_DAY = re.compile(
    r"(?P<until>推迟到|推到|延长到|延到|延至|等到|到|至)?(?:预计|大概|大约|估计|最晚|约)*"
    rf"(?:(?P<said>{_WORD}|{_WEEK}|{_DATE})|{_IN_MONTH}|{_MONTH_END}|{_SPAN}){_PERIOD}{_HOUR}"
    r"(?!的)(?:之前|以前|左右|前后|前|之内|以内|内|之后|以后|后)?"
    r"(?P<again>再(?:办理|处理|办|来|去|修|弄|搞|换|装|说)(?:吧|了)?)?(?:到(?=$|[\s,，。]))?"
)
_LOOSE = re.compile("(?:等|预计|大概|大约|估计|最晚|约)+$")
_EDGES = " ,，。;；:："
_DAYS_OF = {"天": 1, "周": 7, "星期": 7, "礼拜": 7}
_HALF_MONTH = 15
_MOST_DAYS = 366


def find_day(words: str, now: datetime, clock: str, counts_from: datetime | None = None) -> DaySaid | None:
    """The day named in these words; None: none is. Of several the one they lead up to ("到周五", "周五再办"), else the first.

    Args:
        words: what somebody said.
        now: aware moment it was said.
        clock: what a day without an hour means, as "18:00".
        counts_from: where a span ("3天") begins; ``now`` by default.

    Raises:
        UnclearMoment: ``past`` or ``no_such_day``.
    """
    found = list(_DAY.finditer(words))
    if not found:
        return None
    chosen = next((each for each in found if each["until"] or each["again"]), found[0])
    before = _LOOSE.sub("", words[: chosen.start()].rstrip(_EDGES))
    rest = " ".join(part for part in (before.strip(_EDGES), words[chosen.end() :].strip(_EDGES)) if part)
    at = _moment(chosen, now, clock, counts_from or now)
    return DaySaid(at, bool(chosen["hour"] or chosen["unit"] or chosen["half"]), rest)


def _moment(found: re.Match[str], now: datetime, clock: str, counts_from: datetime) -> datetime:
    if found["unit"] or found["half"]:
        return _after(found, counts_from)
    hour = f"{found['period'] or ''}{found['hour']}" if found["hour"] else clock
    if found["said"]:
        day = found["said"]
        return _read(f"{day}日{hour}" if day[-1].isdigit() else day + hour, now)
    at = _read(f"明天{hour}", now).astimezone(SHANGHAI).time()
    return _in_month(found, now.astimezone(SHANGHAI), at).astimezone(now.tzinfo)


def _read(words: str, now: datetime) -> datetime:
    read = read_moment(words, now)
    if not isinstance(read, Once):
        raise UnclearMoment("unclear")
    return read.at


def _after(found: re.Match[str], start: datetime) -> datetime:
    if found["half"]:
        return start + timedelta(days=_HALF_MONTH)
    count, unit = number_said(found["n"]), found["unit"]
    if unit in {"小时", "钟头"}:
        return start + timedelta(hours=count)
    return start + timedelta(days=min(count * _DAYS_OF[unit], _MOST_DAYS))


def _in_month(found: re.Match[str], local: datetime, at: time) -> datetime:
    """The day of a month, or its last one; a day that is past means the month after."""
    if found["year"]:
        return datetime(local.year, 12, 31, at.hour, at.minute, tzinfo=SHANGHAI)
    ahead = 1 if (found["month"] or found["end"] or "").startswith("下") else 0
    for months in (ahead, ahead + 1):
        year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
        last = monthrange(year, month + 1)[1]
        day = last if found["end"] else int(found["day"])
        if not 1 <= day <= last:
            raise UnclearMoment("no_such_day")
        chosen = datetime(year, month + 1, day, at.hour, at.minute, tzinfo=SHANGHAI)
        if chosen > local:
            return chosen
    raise UnclearMoment("past")
