"""Standing reminders: rows of a preset that say what is said again and again, for which areas, to whom (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from models.rules.misfires import ON_TIME, Missed, Policy
from models.rules.pacing import SHANGHAI
from models.rules.series import firings
from models.rules.working_days import WorkingDays

DIGEST = "digest"
"""The morning's message to post holders: said by ``handlers.digests``, planned like it always was."""
KINDS: Mapping[str, str] = {
    DIGEST: "",
    "quarter_review": "上季",
    "talk_day": "",
    "talk_eve": "",
    "talk_host": "since",
    "talk_summary": "since",
    "talk_topics": "",
    "month_meeting": "since",
    "volunteer_eve": "",
    "words": "",
}
"""What may be said → the span its figures are of (models.rules.periods; "since": since the last such day; "": none)."""
MOST_DAYS = 15
"""So far before or after the day itself a reminder may be."""
AHEAD = 3
"""Days planned at once: an outage of two days finds its reminders planned, and their policy decides."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One reminder of a preset. Off unless a preset has the row."""

    code: str
    name: str
    """As a cadre calls it: "周五志愿日"."""
    kind: str
    level: str
    """One for each area of this level."""
    when: str
    """Plain words of the day it is about ("每月10日18点，遇节假日顺延")."""
    again: str
    """The series they mean."""
    days: int = 0
    """So many days after that day, negative: before."""
    posts: tuple[str, ...] = ()
    """Who hears it privately; nobody: the residents' groups of the area hear it."""
    missed: Missed = Missed.SKIP
    about: str = ""
    """What the day is called in sentences; empty: as the reminder itself."""
    words: str = ""
    """What is said, where the kind is ``words``."""
    starts: str = ""
    """The clock time at which the day itself begins, where people sign up for it ("15:00")."""
    hosts: tuple[str, ...] = ()
    """Posts of which one runs that day."""

    @property
    def policy(self) -> Policy:
        """What becomes of it when its moment is missed."""
        return Policy(self.missed, ON_TIME if self.missed is Missed.SKIP else timedelta(days=2))


@dataclass(frozen=True, slots=True)
class Setting:
    """What a cadre changed for an area and everything below it."""

    area: int
    code: str
    stopped: bool = False
    when: str = ""
    again: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One time a reminder is said, and the day it is about."""

    at: datetime
    about: date


def setting_for(settings: Iterable[Setting], code: str, upward: Iterable[int]) -> Setting | None:
    """The nearest setting: of the area itself (the first of ``upward``), else of the one above."""
    by_area = {setting.area: setting for setting in settings if setting.code == code}
    return next((by_area[area] for area in upward if area in by_area), None)


def said_on(reminder: Standing, again: str, day: date, days: WorkingDays) -> list[Said]:
    """When it is said on that Shanghai date."""
    about = day - timedelta(days=reminder.days)
    begin = datetime.combine(about, time(), SHANGHAI)
    found: list[Said] = []
    for firing in firings(again, begin - timedelta(microseconds=1), days):
        if firing.at >= begin + timedelta(days=1):
            break
        found.append(Said(firing.at + timedelta(days=reminder.days), about))
    return found


def next_said(reminder: Standing, again: str, now: datetime, days: WorkingDays) -> Said | None:
    """The next time it is said after ``now``; None: never again."""
    back = timedelta(days=reminder.days)
    found = next(firings(again, now - back, days), None)
    if found is None:
        return None
    return Said((found.at + back).astimezone(now.tzinfo), found.at.astimezone(SHANGHAI).date())


def key_of(code: str, area: int, at: datetime) -> str:
    """The key of one firing in the due table; everything before the moment names the series of an area."""
    return f"{series_key(code, area)}{at.astimezone(SHANGHAI).isoformat()}"


def series_key(code: str, area: int) -> str:
    """What the keys of one area's series begin with."""
    return f"standing:{code}:{area}:"
