"""Rooms, accounts and a clock that stands still until it is told: what delivery is tested in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine, Row, insert, select, update

from bot.channels.simulator import SimulatedWeChat
from bot.delivery import Delivery
from bot.lanes import at_once, inline
from handlers.texts import Sentence, Texts, load_texts
from models.engine import open_engine
from models.rules.pacing import SHANGHAI, Pace, Rank
from models.tables import ChatIdentity, Notice, OutboxMessage, Room, RoomSeat

TEXTS = load_texts(Path(__file__).resolve().parents[2] / "locale" / "zh_CN")
LINES = Texts(TEXTS.sentences | {"LINE": Sentence("LINE", "group", "{words}", frozenset({"words"}))})
"""Our sentences, and one that says anything."""
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=SHANGHAI).astimezone(UTC)


class Killed(BaseException):
    """The process died at a named crash point."""


@dataclass
class Scene:
    """One town's rooms as far as delivery knows them."""

    url: str
    accounts: tuple[str, ...] = ("a1",)
    pace: Pace = field(default_factory=Pace)
    now: datetime = NOON
    die_at: Callable[[str], bool] = lambda _: False
    rung: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine: Engine = open_engine(self.url)
        self.wechat = SimulatedWeChat(lambda: self.now)
        for account in self.accounts:
            self.wechat.add_account(account, f"bot {account}")
        self.restart()

    def restart(self) -> None:
        """A fresh process on the same database."""
        self.channels = {account: self.wechat.connect(account) for account in self.accounts}
        self.delivery = Delivery(
            self.engine, LINES, self.pace, self.channels, lambda: self.now, Random(7).random, inline,  # noqa: S311
            alarm=lambda who, text: self.rung.append((who, text)), crash_point=self._crash,
        )  # fmt: skip

    def _crash(self, point: str) -> None:
        if self.die_at(point):
            raise Killed(point)

    def room(self, name: str, *, listener: str = "a1", seats: tuple[str, ...] = (), **columns: object) -> int:
        """A group in which these accounts sit; its row id."""
        seats = seats or (listener,)
        members = [self.wechat.book.us(a).id for a in seats if a in self.accounts]
        self.wechat.add_room(name, name, members)
        with self.engine.begin() as connection:
            values = {
                "channel": "simulator",
                "platform_id": name,
                "title": name,
                "kind": "resident",
                "tier": 1,
            }
            values |= {"mode": "active", "listener": listener, **columns}
            room = connection.execute(insert(Room).values(values).returning(Room.id)).scalar_one()
            rows = [{"room_id": room, "account": a, "since": self.now} for a in seats]
            connection.execute(insert(RoomSeat), rows)
        return int(room)

    def rooms(self, number: int) -> list[int]:
        """Many groups, shared out among the accounts; their row ids."""
        names = [f"r{n:04}" for n in range(number)]
        for n, name in enumerate(names):
            account = self.accounts[n % len(self.accounts)]
            self.wechat.add_room(name, name, [self.wechat.book.us(account).id])
        rows = [
            {"channel": "simulator", "platform_id": name, "title": name, "kind": "resident", "tier": 1,
             "mode": "active", "listener": self.accounts[n % len(self.accounts)]}
            for n, name in enumerate(names)
        ]  # fmt: skip
        with self.engine.begin() as connection:
            connection.execute(insert(Room), rows)
            return list(connection.execute(select(Room.id).order_by(Room.id)).scalars())

    def person(self, name: str, *, friend: bool = True, home: int | None = None) -> int:
        """A contact; its row id."""
        self.wechat.add_contact(name, name, friend=friend)
        values = {"channel": "simulator", "contact": name, "is_friend": friend, "first_heard_at": self.now}
        with self.engine.begin() as connection:
            made = insert(ChatIdentity).values(**values, home_room_id=home).returning(ChatIdentity.id)
            return int(connection.execute(made).scalar_one())

    def queue(self, words: str = "hello", **columns: object) -> int:
        """Put a row in the outbox; its id."""
        values = self.values(words, float(str(columns.pop("after_s", 0)))) | columns
        with self.engine.begin() as connection:
            made = insert(OutboxMessage).values(values).returning(OutboxMessage.id)
            return int(connection.execute(made).scalar_one())

    def broadcast(self, words: str, rooms: list[int]) -> None:
        """Put one notice for many rooms in the outbox."""
        more = {"rank": Rank.BROADCAST, "notice_id": self.notice()}
        with self.engine.begin() as connection:
            rows = [{**self.values(words), **more, "room_id": room} for room in rooms]
            connection.execute(insert(OutboxMessage), rows)

    def values(self, words: str, after_s: float = 0) -> dict[str, object]:
        """The columns of a row."""
        return {
            "cause": "test", "key": "LINE", "blanks": {"words": words}, "rank": Rank.REPLY, "state": "queued",
            "not_before": self.now + timedelta(seconds=after_s), "created_at": self.now, "medium": "chat",
            "mentions": [], "gathers": "", "attempts": 0, "why": "", "text": "", "account": "",
        }  # fmt: skip

    def receipt(self, room: int, no: int, cat: str, place: str = "", **columns: object) -> int:
        """Queue the receipt of a case."""
        key = "RCPT_ONE" if place else "RCPT_NOPLACE"
        blanks = {"no": no, "cat": cat, "place": place, "role": "组长", "surname": "刘", "claim": "2小时"}
        return self.queue(room_id=room, key=key, blanks=blanks, gathers="receipt", **columns)

    def notice(self) -> int:
        """A notice for rows to belong to; its row id."""
        values = {"title": "x", "body": "x", "state": "sending", "created_at": self.now, "source": ""}
        values |= {"level": "normal", "audience": {}, "when_text": ""}
        with self.engine.begin() as connection:
            number = len(connection.execute(select(Notice.id)).all()) + 1
            made = insert(Notice).values(**values, no=number).returning(Notice.id)
            return int(connection.execute(made).scalar_one())

    def step(self) -> float | None:
        """Say what can be said now; seconds until more can."""
        return at_once(self.delivery.step())

    def run(self, until: datetime | None = None, steps: int = 100_000) -> None:
        """Let the clock run until nothing waits, or until a moment."""
        for _ in range(steps):
            wait = self.step()
            if wait is None or (until is not None and self.now + timedelta(seconds=wait) > until):
                break
            self.now += timedelta(seconds=max(wait, 0.001))
        if until is not None:
            self.now = max(self.now, until)

    def texts(self, conversation: str | None = None) -> list[str]:
        """What was said, in order."""
        return [s.text for s in self.wechat.said if conversation in {None, s.conversation}]

    def row(self, outbox: int) -> Row[Any]:
        """A row as it stands."""
        with self.engine.connect() as connection:
            return connection.execute(select(OutboxMessage.__table__).where(OutboxMessage.id == outbox)).one()

    def states(self) -> dict[str, int]:
        """How many rows are in each state."""
        counted: dict[str, int] = {}
        with self.engine.connect() as connection:
            for state in connection.execute(select(OutboxMessage.state)).scalars():
                counted[state] = counted.get(state, 0) + 1
        return counted

    def whys(self) -> list[str]:
        """Why each row waits, in order."""
        with self.engine.connect() as connection:
            return list(connection.execute(select(OutboxMessage.why).order_by(OutboxMessage.id)).scalars())

    def change_room(self, room: int, **columns: object) -> None:
        """Change a room's row."""
        with self.engine.begin() as connection:
            connection.execute(update(Room).where(Room.id == room).values(**columns))


Make = Callable[..., Scene]


def local(text: str) -> datetime:
    """A Shanghai moment of the scene's days, ``"03-04 22:40"``."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI).astimezone(UTC)


__all__ = ["NOON", "TEXTS", "Killed", "Make", "Scene", "local"]
