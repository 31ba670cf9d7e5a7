"""Feasts by the names people give them: on which day of a year they are, and the days off around them (pure)."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from models.rules.clock_said import NUMBER, UnclearMoment, number_said
from models.rules.lunar import FULL_MONTH, LAST_MONTH, day_of_lunar, solar_term
from models.rules.working_days import WorkingDays

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Feast:
    """A feast: its names, and its day by the sun, by the moon or by a solar term."""

    names: str
    """Alternatives of a regular expression."""
    solar: tuple[int, int] | None = None
    lunar: tuple[int, int] | None = None
    term: str = ""

    def day_in(self, year: int) -> date:
        """Its day that begins or lies in that year; the eve of the lunar new year lies in the next one."""
        if self.solar is not None:
            return date(year, *self.solar)
        if self.term:
            return solar_term(year, self.term)
        month, number = self.lunar or (1, 1)
        found = day_of_lunar(year - 1 if month == LAST_MONTH else year, month, number)
        if found is None:
            raise UnclearMoment("no_such_day")
        return found


FEASTS: dict[str, Feast] = {
    "new_year": Feast("元旦节?", solar=(1, 1)),
    "laba": Feast("腊八节?", lunar=(12, 8)),
    "eve": Feast("除夕|大年三十|年三十", lunar=(LAST_MONTH, FULL_MONTH)),
    "spring": Feast("春节|大年初一|正月初一", lunar=(1, 1)),
    "lantern": Feast("元宵节?", lunar=(1, 15)),
    "women": Feast("三八妇女节|三八节|妇女节|三八", solar=(3, 8)),
    "tombs": Feast("清明节?", term="清明"),
    "labour": Feast("五一劳动节|五一节?|劳动节", solar=(5, 1)),
    "children": Feast("六一儿童节|六一节?|儿童节", solar=(6, 1)),
    "dragon": Feast("端午节?", lunar=(5, 5)),
    "party": Feast("七一建党节|七一|建党节", solar=(7, 1)),
    "army": Feast("八一建军节|八一|建军节", solar=(8, 1)),
    "teachers": Feast("教师节", solar=(9, 10)),
    "mid_autumn": Feast("中秋节?", lunar=(8, 15)),
    "national": Feast("国庆节?|十一国庆节?", solar=(10, 1)),
    "elders": Feast("重阳节?", lunar=(9, 9)),
    "winter": Feast("冬至节?", term="冬至"),
}
_ALL = "|".join(f"(?:{feast.names})" for feast in FEASTS.values())
_COUNT = f"(?:第?(?P<n>{NUMBER})个?|(?P<last>最后一?个?)|(?P<first>首个?|头一?个?))?"
FEAST = re.compile(
    rf"(?P<year>今年|明年|\d{{4}}年)?的?(?P<feast>{_ALL})(?P<block>假期|长假|放假|假)?"
    rf"(?:(?P<side>前|后|过后|之前|之后)的?{_COUNT}(?P<unit>工作日|天|日))?(?:(?P<end>最后一天|第一天|首日))?(?:当天|当日|那天)?"
)
"""A feast, or a day counted from it: "国庆后第一个工作日", "中秋前一天", "春节假期最后一天"."""
PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class FeastDay:
    """A feast's day, or one counted from it: so many days or working days before (negative) or after."""

    code: str
    steps: int = 0
    working: bool = False
    block: bool = False
    """Counted from the days off around the feast; with no steps: -1 is their first, 1 their last day."""

    @property
    def argument(self) -> str:
        """As a series keeps it: ``national:1:work``."""
        unit = "work" if self.working else "day"
        return f"{self.code}:{self.steps}:{unit}{':block' if self.block else ''}"


def feast_day(argument: str) -> FeastDay:
    """The inverse of ``FeastDay.argument``."""
    code, steps, unit, *block = argument.split(":")
    return FeastDay(code, int(steps), unit == "work", bool(block))


def read_feast(found: re.Match[str]) -> FeastDay:
    """What a match of ``FEAST`` means.

    Raises:
        UnclearMoment: it counts both from the feast and inside its days off.
    """
    code = next(code for code, feast in FEASTS.items() if re.fullmatch(feast.names, found["feast"]))
    if found["end"]:
        if found["unit"] or not found["block"]:
            raise UnclearMoment("unclear")
        return FeastDay(code, 1 if found["end"] == "最后一天" else -1, block=True)
    if not found["unit"]:
        return FeastDay(code)
    steps = number_said(found["n"]) if found["n"] else 1
    before = found["side"] in {"前", "之前"}
    working = found["unit"] == "工作日"
    if found["block"] and not working:
        raise UnclearMoment("unclear")
    return FeastDay(code, -steps if before else steps, working)


def on_feast(asked: FeastDay, year: int, days: WorkingDays) -> date:
    """The day in that year.

    Raises:
        UnclearMoment: it depends on days off that are not announced yet.
    """
    day = FEASTS[asked.code].day_in(year)
    if not asked.steps:
        return day
    step = _DAY if asked.steps > 0 else -_DAY
    if not asked.working and not asked.block:
        return day + step * abs(asked.steps)
    if not days.knows(day.year):
        raise UnclearMoment("not_announced")
    if asked.block:
        while days.why_off(day + step) is not None:
            day += step
        return day
    for _ in range(abs(asked.steps)):
        day += step
        while days.why_off(day) is not None:
            day += step
    return day
