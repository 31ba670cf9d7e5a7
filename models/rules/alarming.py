"""When a sign becomes an alarm and when an alarm is over: each is told once, and once that it is well again."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from models.rules.health import DISK, RECENT, Grade, Part, Sign
from models.rules.pacing import back_off

FORGOTTEN_AFTER = timedelta(hours=24)
"""An alarm that was over so long ago is told by no way that did not work all the time."""


class News(StrEnum):
    """What is told of an alarm."""

    RAISED = "raised"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something somebody must be told. ``told``: way → the last news that went by it."""

    id: int
    part: Part
    of: str
    word: str
    blanks: Mapping[str, str | int]
    since: datetime
    raised_at: datetime
    cleared_at: datetime | None = None
    told: Mapping[str, str] | None = None

    @property
    def subject(self) -> tuple[Part, str]:
        """What it is about."""
        return self.part, self.of

    def news_for(self, way: str, now: datetime) -> News | None:
        """What is still to be told by a way; None: nothing. What is over before it could be told is told as over."""
        told = (self.told or {}).get(way)
        if self.cleared_at is None:
            return None if told else News.RAISED
        if told == News.CLEARED or now - self.cleared_at >= FORGOTTEN_AFTER:
            return None
        return News.CLEARED


def to_raise(signs: Iterable[Sign], open_now: Collection[tuple[Part, str]], now: datetime) -> list[Sign]:
    """Signs that have lasted long enough and of which nobody knows yet; each must have its ``since``."""
    return [
        sign
        for sign in signs
        if sign.grade >= Grade.ILL
        and not sign.follows
        and sign.subject not in open_now
        and sign.since is not None
        and now - sign.since >= sign.patience
    ]


def to_clear(signs: Iterable[Sign], alarms: Iterable[Alarm], now: datetime) -> list[Alarm]:
    """Open alarms whose subject is well again. What is not judged here stays as it is: another process sees it."""
    well = {sign.subject: sign.blanks.get(DISK) for sign in signs if sign.grade < Grade.ILL}
    return [
        alarm
        for alarm in alarms
        if alarm.cleared_at is None and alarm.subject in well and _may_clear(alarm, well[alarm.subject], now)
    ]


def _may_clear(alarm: Alarm, disk: str | int | None, now: datetime) -> bool:
    """Whether this process judged the very disk: that of another machine may be full all the while.

    After a day anybody may say so, because a machine may be gone for good; the other one raises it again.
    """
    return alarm.blanks.get(DISK, disk) == disk or now - alarm.raised_at >= RECENT


def seen_elsewhere(signs: Iterable[Sign], alarms: Iterable[Alarm]) -> list[Sign]:
    """What another process of the program raised an alarm about and this one cannot see."""
    judged = {sign.subject for sign in signs}
    return [
        Sign(alarm.part, alarm.of, Grade.DEAD, alarm.word, alarm.since, alarm.blanks)
        for alarm in alarms
        if alarm.cleared_at is None and alarm.subject not in judged
    ]


def next_try(tries: int, now: datetime) -> datetime:
    """When a way that did not work is tried again: after 5 s, 10 s … at most 10 minutes."""
    return now + back_off(tries)
