"""Places whose preset has standing reminders, and the days that pass there."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.machine import ACCOUNT
from bot.parts import Parts, load_parts
from handlers.township.staging import Stage, StagedPerson, StagedRoom
from jobs.schedule import JOBS, do_scheduled, load_jobs
from models.holidays import public_working_days
from models.rules.pacing import SHANGHAI, Pace
from tests.town.town import Town


def at(words: str) -> datetime:
    """An aware moment from Shanghai clocks: ``2025-12-04 18:00``."""
    return datetime.fromisoformat(words).replace(tzinfo=SHANGHAI).astimezone(UTC)


WANGDIAN = Stage(
    preset="wangdian", channel="simulator", contact="村两委值班", quiet="21:30-07:00",
    paths=("王店镇/李庄村/一网格", "王店镇/李庄村/二网格", "王店镇/赵庄村/三网格"),
    people=(
        StagedPerson("resident"),
        StagedPerson("grid", "刘建国", "刘", post="grid_worker", area="一网格", verified=True, friend=True),
        StagedPerson("host", "杨立", "杨", post="village_secretary", area="李庄村", verified=True, friend=True),
        StagedPerson("other", "赵敏", "赵", post="village_secretary", area="赵庄村", verified=True, friend=True),
        StagedPerson("town", "钱进", "钱", post="town_station", area="王店镇", verified=True, friend=True),
    ),
    rooms=(
        StagedRoom("li1", "李庄一网格群", "一网格", account=ACCOUNT),
        StagedRoom("li2", "李庄二网格群", "二网格", account=ACCOUNT),
        StagedRoom("zhao", "赵庄三网格群", "三网格", account=ACCOUNT),
    ),
)  # fmt: skip
ANXIANG = Stage(
    preset="anxiang", channel="simulator", contact="村两委值班", quiet="21:30-07:00",
    paths=("安全乡/安全村/一片/四组/三邻", "安全乡/平安村/二片/九组/一邻"),
    people=(
        StagedPerson("resident"),
        StagedPerson("duty", "谷梅", "谷", post="village_duty", area="安全村", verified=True, friend=True),
        StagedPerson("town", "钱进", "钱", post="town_station", area="安全乡", verified=True, friend=True),
    ),
    rooms=(
        StagedRoom("safe", "安全村三邻群", "三邻", account=ACCOUNT),
        StagedRoom("peace", "平安村一邻群", "一邻", account=ACCOUNT),
    ),
)  # fmt: skip
LUOSHUI = Stage(
    preset="luoshui", channel="simulator", contact="村值班", quiet="21:30-07:00",
    paths=("罗水乡/龙凤村/一片区", "罗水乡/龙凤村/二片区"),
    people=(
        StagedPerson("resident"),
        StagedPerson("head", "覃波", "覃", post="pianqu_head", area="一片区", verified=True, friend=True),
        StagedPerson("town", "彭亮", "彭", post="town_center", area="罗水乡", verified=True, friend=True),
    ),
    rooms=(StagedRoom("one", "一片区群", "一片区", account=ACCOUNT),),
)  # fmt: skip


class Days:
    """A town in which what happens by itself at fixed moments happens."""

    def __init__(
        self, url: str, parts: Parts, stage: Stage, begin: datetime, jobs: tuple[str, ...] = ("standing",)
    ) -> None:
        load_jobs()
        self.jobs = jobs
        self.town = Town(url, parts, stage, begin)
        self.parts = parts
        self.done: dict[str, datetime] = {}

    def run(self, until: str) -> None:
        """Let time pass until Shanghai clocks show that."""
        clock, end = self.town.clock, at(until)
        while True:
            do_scheduled(self.town.machine.dispatch, clock, self.done)
            moment = min(JOBS[name].next_due(clock()) for name in self.jobs)
            self.town.machine.advance(min(moment, end))
            if moment > end:
                return

    def skip(self, until: str) -> None:
        """The program stands still until then."""
        self.town.clock.at = at(until)

    def said(self, conversation: str) -> list[tuple[str, str]]:
        """(when, what) we said in a group or to somebody."""
        return [
            (f"{s.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}", s.text)
            for s in self.town.wechat.said
            if s.conversation == conversation
        ]

    def moments(self, conversation: str) -> list[str]:
        """When we said anything there."""
        return [when for when, _ in self.said(conversation)]


MakeDays = Callable[..., Days]


@pytest.fixture(scope="session")
def parts() -> Parts:
    """Lexicon and sentences, with the public holidays."""
    loaded = load_parts(Pace(), "tests: a town's secret")
    return replace(loaded, standing=replace(loaded.standing, days=public_working_days()))


@pytest.fixture
def make_days(database_url: str, parts: Parts) -> Iterator[MakeDays]:
    """Makes a place and its days, on SQLite and on PostgreSQL."""
    made: list[Days] = []

    def make(stage: Stage, begin: str, **how: Any) -> Days:
        made.append(Days(how.pop("url", database_url), how.pop("parts", parts), stage, at(begin), **how))
        return made[-1]

    yield make
    for days in made:
        days.town.close()
