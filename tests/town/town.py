"""A village on the whole machine: people say things, time passes, and somebody hears something."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, SQLModel

from bot.channels.simulator import SimulatedWeChat
from bot.machine import ACCOUNT, HandClock, Machine
from bot.parts import Parts
from handlers.actors import CLOCK
from handlers.dispatch import Outcome
from handlers.intents import Intent
from handlers.rooms import NoteRecall, NoteRoomChange
from handlers.township.staging import POST, Stage, StagedPerson, StagedRoom, stage_town
from models.engine import open_engine
from models.presets import preset_named
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from models.rules.message import Message, MessageKind, RoomChange
from models.rules.pacing import SHANGHAI
from models.views import CaseView, Views

RESIDENT, NEIGHBOUR, FRIEND, THIRD = "resident", "neighbour", "friend", "third"
LEADER, OTHER_LEADER, CHIEF, DUTY, OVERSIGHT, OUTSIDER = (
    "leader",
    "other",
    "chief",
    "duty",
    "oversight",
    "outsider",
)
ROOM = "room"
MORNING = datetime(2025, 7, 15, 9, 0, tzinfo=SHANGHAI).astimezone(UTC)

CAST = (
    StagedPerson(RESIDENT),
    StagedPerson(NEIGHBOUR),
    StagedPerson(THIRD),
    StagedPerson(FRIEND, friend=True),
    StagedPerson(LEADER, "张建国", "张", post="lin_head", area="三邻", verified=True, friend=True),
    StagedPerson(OTHER_LEADER, "刘明", "刘", post="zu_head", area="四组", verified=True, friend=True),
    StagedPerson(CHIEF, "胡敏", "胡", post="pian_head", area="一片", verified=True, friend=True),
    StagedPerson(DUTY, "谷梅", "谷", post="village_duty", area="安全村", verified=True, friend=True),
    StagedPerson(OVERSIGHT, "牟正", "牟", post="supervision", area="安全村", verified=True, friend=True),
    StagedPerson(OUTSIDER, "钱进", "钱", post="zu_head", area="九组", verified=True, friend=True),
)
PATHS = ("安全村/一片/四组/三邻", "平安村/二片/九组/一邻")


def village(**changes: Any) -> Stage:
    """The village of these tests: one group of one 邻, everybody in it, and somebody from elsewhere."""
    stage = Stage(
        preset="anxiang", channel="simulator", paths=PATHS, people=CAST,
        rooms=(StagedRoom(ROOM, "三邻群", "三邻", account=ACCOUNT),), contact="村两委值班", quiet="21:30-07:00",
    )  # fmt: skip
    return replace(stage, **changes)


@dataclass(frozen=True)
class Heard:
    """What a line brought about."""

    message: Message
    outcomes: tuple[Outcome, ...]

    @property
    def steps(self) -> list[str]:
        """Case steps, in order."""
        return [str(step.step) for outcome in self.outcomes for step in outcome.steps]


class Town:
    """One staged village on one database."""

    def __init__(self, url: str, parts: Parts, stage: Stage | None = None, at: datetime = MORNING) -> None:
        self.stage, self.parts = stage or village(), parts
        self.engine = open_engine(url)
        stage_town(self.engine, self.stage, at - timedelta(days=1))
        self.clock = HandClock(at)
        self.wechat = SimulatedWeChat(self.clock)
        self._people()
        self.machine = Machine(self.engine, parts, self.clock, self.wechat)
        self.views = Views(self.engine)

    def _people(self) -> None:
        us = self.wechat.add_account(ACCOUNT, "便民小助手")
        for person in self.stage.people:
            self.wechat.add_contact(person.contact, person.name or person.contact, friend=person.friend)
        held = {p.post for p in self.stage.people}
        for post in preset_named(self.stage.preset).posts:
            if post not in held:
                self.wechat.add_contact(f"{POST}{post}", post, friend=True)
        for room in self.stage.rooms:
            members = [us.id, *(p.contact for p in self.stage.people)]
            self.wechat.add_room(room.platform_id, room.title, members)

    def say(
        self, text: str, *, by: str, quote: str | None = None, room: str | None = ROOM, private: bool = False,
        kind: MessageKind = MessageKind.TEXT, at: datetime | None = None, to_us: bool = False,
    ) -> Heard:  # fmt: skip
        """Somebody says something in a group or privately; what follows at once has been said when this returns."""
        message = self.wechat.say(
            by, text, room=None if private else room, quote=quote, kind=kind, at=at or self.clock(), mentions_bot=to_us
        )  # fmt: skip
        heard = Heard(message, self.machine.hear(message))
        self.wait(seconds=6)
        return heard

    def wait(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Time passes, and everything that falls due in it happens."""
        span = timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days)
        self.machine.advance(self.clock() + span)

    def wait_until(self, clock: str, day: int = 0) -> None:
        """Time passes until Shanghai clocks show ``clock``, ``day`` days after the first."""
        local = datetime.fromisoformat(f"2025-07-{15 + day}T{clock}").replace(tzinfo=SHANGHAI)
        self.machine.advance(local.astimezone(UTC))

    def heard(self, person: str) -> list[str]:
        """What we said privately to somebody, oldest first."""
        return [s.text for s in self.wechat.said if not s.in_room and s.conversation == person]

    def room(self, name: str = ROOM) -> list[str]:
        """What we said in a group, oldest first."""
        return [s.text for s in self.wechat.said if s.in_room and s.conversation == name]

    def rung(self) -> set[str]:
        """Who was rung through the alarm path."""
        return {str(row.contact) for row in self.views.spoken() if row.medium == "call"}

    def case(self, no: int = 1) -> CaseView:
        """A case by its number."""
        return next(c for c in self.views.cases() if c.no == no)

    def cases(self) -> list[CaseView]:
        """All cases, by number."""
        return sorted(self.views.cases(), key=lambda c: c.no)

    def ask(self, intent: Intent, key: str = "test") -> Outcome:
        """The clock asks for something."""
        origin = Origin(Door.CLOCK, IdempotencyKey(key), self.clock())
        return self.machine.dispatch(intent, CLOCK, origin)

    def happens(self, change: RoomChange, *members: str, title: str = "", room: str = ROOM) -> Outcome:
        """The channel says that something happened to the group."""
        outcome = self.ask(
            NoteRoomChange("simulator", ACCOUNT, room, change, members, title), f"{change}:{members}:{self.clock()}"
        )  # fmt: skip
        self.wait(seconds=6)
        return outcome

    def recall(self, heard: Heard) -> None:
        """A sender takes a line back."""
        self.ask(NoteRecall(f"simulator:{heard.message.id}"), f"recall:{heard.message.id}")
        self.wait(seconds=6)

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table."""
        found = {}
        with self.engine.connect() as connection:
            for table in SQLModel.metadata.sorted_tables:
                order = list(table.primary_key.columns)
                found[table.name] = [tuple(row) for row in connection.execute(select(table).order_by(*order))]
        return found

    def session(self) -> Session:
        """A session to look into rows."""
        return Session(self.engine)

    def lines(self, texts: Iterator[str] | list[str], *, by: str) -> None:
        """Say several lines."""
        for text in texts:
            self.say(text, by=by)

    def close(self) -> None:
        """Let go of the machine and the database."""
        self.machine.close()
        self.engine.dispose()
