"""Words for again and again ("每月10日18点，遇节假日顺延", "隔周周六早8点") → a series; one row for each way to say it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from models.rules.clock_said import NUMBER, UnclearMoment, is_clock, number_said, read_clocks, usual_clock
from models.rules.day_words import (
    LUNAR,
    WEEK,
    WEEKDAYS,
    Seen,
    days_named,
    lunar_numbers,
    real_date,
)
from models.rules.feasts import FEAST, read_feast
from models.rules.pacing import SHANGHAI
from models.rules.series import MOST_A_DAY, Off, OnDaysOff, Series
from models.rules.working_days import WorkingDays

Days = tuple[str, str]
"""Kind of a series and its argument."""

_MOVES = {
    OnDaysOff.AFTER: "顺延|后延|延后|推迟|往后推|往后顺延|推后|移后",
    OnDaysOff.BEFORE: "提前|往前|前移|提早",
    OnDaysOff.SKIP: "不发|不提醒|跳过|除外|停发|停|取消|暂停|不算",
    OnDaysOff.KEEP: "不变|照发|照常|也发|正常发",
}
_OFFS = {
    Off.HOLIDAY: "法定节假日|法定假日|法定假期|节日|公共假期",
    Off.WEEKEND: "周末|双休日|周六周日|周六日",
    Off.ANY: "节假日|休息日|放假|假期|假日|非工作日|节假",
}
_ON_DAYS_OFF = re.compile(
    r"[,(（、]?(?:如果|如|若)?(?:遇到|碰到|碰上|遇上|遇|逢)?"
     "(?:" + "|".join(f"(?P<{off}>{words})" for off, words in _OFFS.items()) + ")(?:时|则|就|的|了|自动)*"
    + "(?:" + "|".join(f"(?P<{move}>{words})" for move, words in _MOVES.items()) + ")"
    + r"(?:(?:到|至)(?:下一?个?|前一?个?|上一?个?|后一?个?|节后第?一?个?)?(?:工作日|上班日)|一天)?[)）]?[,]?"
)  # fmt: skip
_BEGINS = re.compile(r"^从?(?P<day>[^每]{2,10}?)(?:起|开始)[,]?(?=每|隔|天天|工作日)")
_ENDS = re.compile(r"[,(（]?(?:一?直?到|截止到?|截至)(?P<day>[^每]{2,10}?)(?:为止|止|结束|截止)?[)）]?$")
_EVERY = "(?:每个?|逢|每逢)"
_ORDINAL = rf"(?:第(?P<n>{NUMBER})个?|(?P<last>最后一?个?|末个?)|(?P<first>首个?|头一?个?))的?"
_WEEKDAY_LIST = f"[一二三四五六日天](?:(?:[、,和及]|[至到-])?{WEEK}?[一二三四五六日天])*"
_PERIODS = {"月": 1, "季度": 3, "季": 3, "半年": 6, "年": 12}
_SPAN = f"{_EVERY}(?P<span>月|季度|季|半年|年)的?"
_DAY_LIST = rf"(?:{NUMBER}[日号]?)(?:[、,和及]{NUMBER}[日号]?)*"
_MOON = "(?:农历|阴历|旧历|古历)"
_FIRST_TEN = "初[一二三四五六七八九十]"
_MONTH_OF_THREE = "首|第一个|第二个|中间|第三个|最后一个|末"
_LUNAR_DAY = (
    "初[一二三四五六七八九十]|廿[一二三四五六七八九]?|十[一二三四五六七八九]?|二十[一二三四五六七八九]?"
)
_MORE_LUNAR = f"(?:[、,和及](?:{_LUNAR_DAY}))*"


def _weekdays(words: str) -> set[int]:
    """``一、三``, ``一到五``, ``一周三``."""
    plain = re.sub(f"{WEEK}|[、,和及]", "", words)
    found: set[int] = set()
    while plain:
        first = WEEKDAYS[plain[0]]
        reaches = len(plain) > 2 and plain[1] in "至到-"  # noqa: PLR2004 - from, 到, to
        last = WEEKDAYS[plain[2]] if reaches else first
        if last < first:
            raise UnclearMoment("unclear")
        found |= set(range(first, last + 1))
        plain = plain[3:] if reaches else plain[1:]
    return found


def _joined(numbers: set[int] | list[int]) -> str:
    return ",".join(str(number) for number in sorted(set(numbers)))


def _weekly(found: re.Match[str], _: "_Asked") -> Days:
    return "weekly", _joined(_weekdays(found["weekdays"]))


def _fortnightly(found: re.Match[str], asked: "_Asked") -> Days:
    """Every other week, from the next such day on."""
    local, wanted = asked.local, WEEKDAYS[found["weekday"]]
    day = local.date() + timedelta(days=(wanted - local.isoweekday()) % 7)
    if day == local.date() and asked.at and asked.at[0] <= local.time():
        day += timedelta(weeks=1)
    return "every", f"14@{day}"


def _every_other_day(found: re.Match[str], asked: "_Asked") -> Days:
    """``隔天``, ``每隔两天`` (two days are left out), ``每3天``: from the next time of day on."""
    span = number_said(found["n"]) if found["n"] else 1 + number_said(found["skips"] or "1")
    late = bool(asked.at) and asked.at[0] <= asked.local.time()
    return "every", f"{span}@{asked.local.date() + timedelta(days=late)}"


def _listed(words: str) -> list[int]:
    return [number_said(number) for number in re.findall(NUMBER, words)]


def _monthly(found: re.Match[str], _: "_Asked") -> Days:
    """Days that every month has; the last one has a word of its own."""
    numbers = _listed(found["days"])
    for number in numbers:
        real_date(2028, 12, number)
        if number > 28:  # noqa: PLR2004 - February
            raise UnclearMoment("skips_months")
    return "dates", _joined(numbers)


def _month_of_quarter(found: re.Match[str], _: "_Asked") -> Days:
    """``每季度首月5日``."""
    order = {"首": 1, "第一个": 1, "第二个": 2, "中间": 2, "第三个": 3, "最后一个": 3, "末": 3}[
        found["which"]
    ]
    months = ",".join(str(first + order - 1) for first in (1, 4, 7, 10))
    number = number_said(found["day"])
    real_date(2028, 2, number)
    return "dates", f"{number}/{months}"


def _yearly(found: re.Match[str], _: "_Asked") -> Days:
    months, day = _listed(found["months"]), number_said(found["day"])
    for month in months:
        real_date(2028, month, day)
    return "dates", f"{day}/{_joined(months)}"


def _nth(found: re.Match[str], _: "_Asked") -> Days:
    """``每季度第一个周一``, ``每月最后一个工作日``."""
    place = -1 if found["last"] else number_said(found["n"]) if found["n"] else 1
    unit = "work" if found["unit"] in {"工作日", "上班日"} else _joined(_weekdays(found["unit"][-1]))
    span = _PERIODS[found["span"]]
    if not place or (span == 1 and unit != "work" and place > 4):  # noqa: PLR2004 - not every month has a fifth
        raise UnclearMoment("skips_months")
    return "nth", f"{span}:{place}:{unit}"


def _edge(found: re.Match[str], _: "_Asked") -> Days:
    """``每月底``, ``每季度初``, ``每年最后一天``."""
    place = -1 if found["edge"][0] in "底末最" else 1
    return "nth", f"{_PERIODS[found['span']]}:{place}:day"


def _lunar_yearly(found: re.Match[str], _: "_Asked") -> Days:
    month, day = lunar_numbers(found)
    return "lunar", f"{month}-{day}"


def _lunar_monthly(found: re.Match[str], _: "_Asked") -> Days:
    numbers = [number_said(each.removeprefix("初")) for each in re.findall(_LUNAR_DAY, found["days"])]
    return "lunar", ",".join(f"0-{number}" for number in sorted(set(numbers)))


def _feast(found: re.Match[str], _: "_Asked") -> Days:
    if found["year"]:
        raise UnclearMoment("unclear")
    return "feast", read_feast(found).argument


Reads = Callable[[re.Match[str], "_Asked"], Days]
REPEATS: tuple[tuple[re.Pattern[str], Reads], ...] = (
    (re.compile(f"(?:{_EVERY}|在)?(?:工作日|上班日)(?:每天|天天)?"), lambda *_: ("work", "")),
    (re.compile(f"{_EVERY}(?:周末|双休日)"), lambda *_: ("weekly", "6,7")),
    (re.compile(f"{_EVERY}(?:休息日|节假日)"), lambda *_: ("off", "")),
    (re.compile("(?:每?隔(?P<skips>[一二两三四五六1-6])?|每(?P<n>[二两三四五六2-6]))天一?次?"), _every_other_day),
    (re.compile("(?:每[天日]|天天)"), lambda *_: ("daily", "")),
    (re.compile(f"(?:隔|每隔一|每隔1|每两|每2|每二)个?(?:{WEEK})的?一?次?{WEEK}?(?P<weekday>[一二三四五六日天])"), _fortnightly),
    (re.compile(f"{_EVERY}个?{WEEK}(?:的?{WEEK})?(?P<weekdays>{_WEEKDAY_LIST})"), _weekly),
    (re.compile(f"{WEEK}(?P<weekdays>[一二三四五六日天](?:至|到|-){WEEK}?[一二三四五六日天])(?:每天|天天)?"), _weekly),
    (re.compile(f"(?:{_MOON}的?)?每个?月的?(?:{_MOON}的?)?(?P<days>{_FIRST_TEN}{_MORE_LUNAR})"), _lunar_monthly),
    (re.compile(f"{_MOON}每个?月(?P<days>(?:{_LUNAR_DAY}){_MORE_LUNAR})"), _lunar_monthly),
    (re.compile(rf"{_SPAN}{_ORDINAL}(?P<unit>工作日|上班日|{WEEK}[一二三四五六日天])"), _nth),
    (re.compile(rf"{_SPAN}[月季年]?(?P<edge>初|底|末|第一天|首日|最后一天|最后1天)"), _edge),
    (re.compile(rf"{_EVERY}季度?的?(?P<which>{_MONTH_OF_THREE})月的?(?P<day>{NUMBER})[日号]"), _month_of_quarter),
    (re.compile(rf"{_EVERY}月的?(?:逢(?={NUMBER}[日号]))?(?P<days>{_DAY_LIST})(?![:点时])"), _monthly),
    (re.compile(f"{_EVERY}年的?{FEAST.pattern}"), _feast),
    (re.compile(rf"{_EVERY}年的?(?={_MOON}|[正冬腊]月|{NUMBER}月(?:初|廿))" + LUNAR.pattern), _lunar_yearly),
    (re.compile(rf"{_MOON}{_EVERY}年的?" + LUNAR.pattern), _lunar_yearly),
    (re.compile(rf"{_EVERY}年的?(?P<months>{NUMBER}月?(?:[、,和及]{NUMBER}月?)*)月(?:的)?(?P<day>{NUMBER})[日号]?"), _yearly),
)  # fmt: skip
"""How people say that something comes again; the first row whose rest is a time of day counts."""
_SAID_TO_REPEAT = re.compile(f"每|隔|天天|^工作日|^上班日|^逢|{WEEK}[一二三四五六日天][至到-]")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a row of the table may look at beside its own words."""

    local: datetime
    at: tuple[time, ...]


def read_series(words: str, now: datetime, days: WorkingDays, usual: time | None) -> Series | None:
    """The series these packed words mean; None: they do not speak of again and again.

    Args:
        words: as ``packed`` made them.
        now: aware moment they are said.
        days: which days are off.
        usual: what no time of day means; None: that is an error.

    Raises:
        UnclearMoment: they do, but not plainly.
    """
    if not _SAID_TO_REPEAT.search(words):
        return None
    local = now.astimezone(SHANGHAI)
    move = _ON_DAYS_OFF.search(words)
    rest = words if move is None else f"{words[: move.start()]}{words[move.end() :]}"
    begins, rest = _cut(_BEGINS, rest, local.date(), days)
    ends, rest = _cut(_ENDS, rest, begins or local.date(), days)
    rest = re.sub(r"^[,、]|[,、]$", "", rest)
    # The hour may stand before the days: "早8点每周五" is not said, but "每晚7点" is.
    rest = re.sub("^每个?(早上|早|晚上|晚|上午|中午|下午|傍晚)(?!天)", r"每天\1", rest)
    series = _of_table(rest, local, usual)
    if series is None:
        raise UnclearMoment("unclear")
    if move is not None:
        where = {name: bool(text) for name, text in move.groupdict().items()}
        series = replace(
            series,
            move=next(kind for kind in OnDaysOff if where.get(kind)),
            off=next(kind for kind in Off if where.get(kind)),
        )
    if len(series.at) > MOST_A_DAY:
        raise UnclearMoment("too_often")
    return replace(series, begins=begins, ends=ends)


def _of_table(words: str, local: datetime, usual: time | None) -> Series | None:
    for pattern, reads in REPEATS:
        found = pattern.match(words)
        rest = words[found.end() :].lstrip(",T") if found is not None else ""
        if found is None or not is_clock(rest.strip("、,和及与的")):
            continue
        at = read_clocks(rest)
        if not at and usual is None:
            raise UnclearMoment("no_time")
        kind, argument = reads(found, _Asked(local, at or (usual_clock(rest, usual or time()),)))
        return Series(kind, argument, at or (usual_clock(rest, usual or time()),))
    return None


def _cut(pattern: re.Pattern[str], words: str, today: date, days: WorkingDays) -> tuple[date | None, str]:
    """A day said as beginning or end, and the words without it."""
    found = pattern.search(words)
    if found is None:
        return None, words
    for rest, candidates in days_named(found["day"], Seen(today, days)):
        chosen = next((day for day in candidates if day >= today), None)
        if chosen is not None and not rest:
            return chosen, words[: found.start()] + words[found.end() :]
    return None, words
