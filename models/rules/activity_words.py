"""What a leader writes of an activity ("周五15点 村口大扫除 限20人"), taken apart; a moment is read by rules.moments.

Day and hour may stand apart ("周六清河 09:00", seed A20); what is left over is the title, then a note.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from models.rules.moments import NUMBER, Cron, Once, UnclearMoment, number_said, read_day, read_moment
from models.rules.pacing import SHANGHAI, shanghai_date

MOST_TITLE = 16
"""Characters of a title; further words are its note."""
MOST_NOTE = 40
HALF_A_DAY = timedelta(hours=12)
FARTHEST = timedelta(days=300)
"""A date without its year that lies farther ahead is one of this year that is past."""

_DAY = (
    r"(?:(?:大后|今|明|后)(?:[天日]|(?=[早晚上中下]))|(?:下+|这|本)?个?(?:周|星期|礼拜)[一二三四五六日天]"
    rf"|(?:\d{{4}}年)?{NUMBER}月{NUMBER}[日号]?|(?:\d{{4}}[/.-])?\d{{1,2}}[/.-]\d{{1,2}}(?!\d)[日号]?|\d{{1,2}}[日号])"
)
_PART = "(?:凌晨|清早|清晨|早上|早晨|早|上午|中午|下午|傍晚|晚上|夜里|夜晚|晚)"
_CLOCK = rf"{_PART}?(?:\d{{1,2}}[:：]\d{{2}}|{NUMBER}(?:点钟|点|时)(?:半|[一三]刻|{NUMBER}分?)?整?)"
_UNTIL = rf"(?:\s*(?:到|至|[-~—–]+)\s*(?P<ends>{_CLOCK}))?"
_TOGETHER = re.compile(rf"(?P<day>{_DAY})?\s*[,，(（]?\s*(?P<clock>{_CLOCK})[)）]?{_UNTIL}")
_DAY_ALONE = re.compile(_DAY)
_MOST = re.compile(
    rf"(?:限(?:报|额|招)?|名额|最多|上限|只要)(?:为|是|[:：])?\s*(?P<n>\d{{1,4}}|{NUMBER})\s*个?(?:人|名|位)?(?:以内)?"
)
_CLOSES = re.compile(
    rf"(?:报名)?截[止至](?:时间)?(?:到|至|[:：])?\s*(?P<one>{_DAY}\s*(?:{_CLOCK})?|{_CLOCK})(?:前|之前|以前)?"
    rf"|(?P<two>{_DAY}\s*(?:{_CLOCK})?|{_CLOCK})(?:前|之前|以前)?(?:报名)?截[止至](?:报名)?"
)
_PLACE = re.compile(
    r"(?:集合)?(?:地点|地址)(?:在|是|[:：])?\s*(?P<one>[^\s,，。;；]{2,16})|在(?P<two>[^\s,，。;；]{2,12}?)(?:集合|集中|碰头|见面)"
)
_BREAK = re.compile(r"[\s,，。;；!！]+")
_REPEATS = re.compile("每(?:天|日|周|星期|礼拜|月|个)")
_PEOPLE = {"俩": 2, "仨": 3, "一": 1}
_NAMED = re.compile(r"(?:活动|相约)\s*(?P<no>\d{1,5})(?!\d)")


@dataclass(frozen=True, slots=True)
class ActivityWords:
    """An activity as it was written; moments are still words, empty where none were said."""

    title: str
    day: str = ""
    clock: str = ""
    ends: str = ""
    place: str = ""
    note: str = ""
    closes: str = ""
    most: int | None = None
    """How many people there is room for; None: no limit."""
    repeats: bool = False
    """Wants to be held again and again, which a single announcement cannot."""


@dataclass(frozen=True, slots=True)
class Times:
    """When it begins, ends (None: not said), and until when people may sign up; aware UTC."""

    starts: datetime
    ends: datetime | None
    closes: datetime


def read_activity(words: str) -> ActivityWords:
    """Take the words apart; never fails, what was not found is empty."""
    rest, most = _cut(_MOST, words)
    rest, closes = _cut(_CLOSES, rest)
    rest, place = _cut(_PLACE, rest)
    found = _best_time(rest)
    read = ActivityWords(
        "", closes=_either(closes), place=_either(place), most=number_said(most["n"]) if most else None
    )
    if found is not None:
        rest = f"{rest[: found.start()]} {rest[found.end() :]}"
        read = replace(
            read, day=found["day"] or "", clock=_packed(found["clock"]), ends=_packed(found["ends"] or "")
        )
    if not read.day:
        rest, alone = _cut(_DAY_ALONE, rest)
        read = replace(read, day=alone[0] if alone else "")
    title, note = _titled(rest)
    return replace(read, title=title, note=note, repeats=_REPEATS.search(words) is not None)


def _best_time(words: str) -> re.Match[str] | None:
    """A day with its hour goes before an hour alone: titles may hold days (周五志愿日)."""
    found = list(_TOGETHER.finditer(words))
    return next((each for each in found if each["day"]), found[0] if found else None)


def _cut(pattern: re.Pattern[str], words: str) -> tuple[str, re.Match[str] | None]:
    found = pattern.search(words)
    return (words, None) if found is None else (f"{words[: found.start()]} {words[found.end() :]}", found)


def _either(found: re.Match[str] | None) -> str:
    return (found["one"] or found["two"]).strip() if found else ""


def _packed(words: str) -> str:
    return re.sub(r"\s+", "", words)


def _titled(rest: str) -> tuple[str, str]:
    """Title and note: words join the title while they fit."""
    parts = [part for part in _BREAK.split(rest) if part]
    title = parts.pop(0) if parts else ""
    while parts and len(title) + len(parts[0]) < MOST_TITLE:
        title += f" {parts.pop(0)}"
    more = "，".join(parts)
    return (title, more) if len(title) <= MOST_TITLE else (title[:MOST_TITLE], title[MOST_TITLE:] + more)


def read_times(words: ActivityWords, now: datetime) -> Times:
    """The moments these words mean.

    Raises:
        UnclearMoment: no day or hour, past, or no such day.
    """
    if not words.clock:
        raise UnclearMoment("no_time" if words.day else "unclear")
    starts = moment_said(f"{words.day}{words.clock}", now)
    if starts - now > FARTHEST:
        raise UnclearMoment("past")
    ends = None
    if words.ends:
        ends = moment_said(f"{_dated(starts)}{words.ends}", starts - HALF_A_DAY * 2)
        if ends <= starts:
            ends += HALF_A_DAY
    closes = starts
    if words.closes:
        said = words.closes if re.search(_CLOCK, words.closes) else f"{words.closes}晚上8点"
        closes = min(moment_said(said, now), starts)
    return Times(starts, ends if ends and ends > starts else None, closes)


def moment_said(words: str, now: datetime) -> datetime:
    """One moment: as ``read_moment``, and a day of the month alone ("10号15点").

    Raises:
        UnclearMoment: none, past, or said of every week.
    """
    packed = _packed(words)
    found = re.match(r"(?P<day>\d{1,2})[日号](?P<clock>.+)$", packed)
    if found is not None:
        day = read_day(f"{found['day']}日", shanghai_date(now))
        packed = f"{day.year}年{day.month}月{day.day}日{found['clock']}"
    read = read_moment(packed, now)
    if isinstance(read, Cron):
        raise UnclearMoment("unclear")
    assert isinstance(read, Once)  # noqa: S101 - read_moment gives nothing else
    return read.at


def next_time(words: str, before: datetime, now: datetime) -> datetime:
    """Where an activity is moved to: words without a day keep the day it had, words without an hour its hour.

    Raises:
        UnclearMoment: none, or past.
    """
    found = _best_time(words)
    local = before.astimezone(SHANGHAI)
    if found is None:
        return moment_said(f"{words}{local:%H:%M}", now)
    return moment_said(f"{found['day'] or _dated(before)}{found['clock']}", now)


def _dated(at: datetime) -> str:
    """The Shanghai date of a moment as people write it."""
    day = shanghai_date(at)
    return f"{day.year}年{day.month}月{day.day}日"


def people_said(words: str) -> int:
    """``2``, ``两``, ``俩``, ``十二``; nothing said is one."""
    if not words:
        return 1
    return _PEOPLE.get(words) or number_said(words.replace("俩", "两").replace("仨", "三"))


def named_in(words: str) -> int | None:
    """The number of the activity that a quoted line names."""
    found = _NAMED.search(words)
    return int(found["no"]) if found else None


def called_so(title: str, words: str) -> bool:
    """Whether somebody means the activity of that title: 大扫除, 周五大扫除 and 村口大扫除 are one another."""
    said = re.sub(rf"^{_DAY}", "", _packed(words))
    known = _packed(title)
    return len(said) > 1 and (said in known or known in said or said == re.sub(rf"^{_DAY}", "", known))
