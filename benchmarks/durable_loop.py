"""From a heard message to a durable case, beside a naive bot that keeps every message; 10 % requests, SQLite FULL.

``python -m benchmarks.durable_loop [--size N] [--rounds N] [--cases N] [--dev FOLDER]``

Ours is the shipped road: ``Listener.hear`` → understanding → ``Dispatch`` → one transaction per request with the case,
its events, clocks and what must be said. The naive peer cuts every message with jieba and writes four rows in one
SQLModel session with a commit per message. Both write to files with ``synchronous=FULL``; rounds alternate, medians of
one run are compared. Then the same stream is heard again with ``--cases`` cases in the database.
"""

import argparse
import itertools
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jieba
from sqlalchemy import Engine, event
from sqlmodel import Field, Session, SQLModel, create_engine

from benchmarks.busy_town import ROOMS, fill_with_cases, stage_busy_town
from benchmarks.understanding_stream import DEV, stream
from bot.listener import Listener
from bot.logs import write_logs
from bot.parts import Parts, load_parts
from handlers.dispatch import Dispatch
from models.engine import migrate, open_engine
from models.rules.decision import REQUESTS
from models.rules.message import Message
from models.rules.pacing import Pace

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
_NUMBERS = itertools.count(1)
"""Two towns may hold equally many cases, and are two files all the same."""


class PeerMessage(SQLModel, table=True):
    __tablename__ = "peer_message"
    id: int | None = Field(default=None, primary_key=True)
    room: str = Field(index=True)
    sender: str = Field(index=True)
    text: str
    at: datetime


class PeerWords(SQLModel, table=True):
    __tablename__ = "peer_words"
    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(index=True)
    words: str


class PeerTicket(SQLModel, table=True):
    __tablename__ = "peer_ticket"
    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(index=True)
    state: str


class PeerLog(SQLModel, table=True):
    __tablename__ = "peer_log"
    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(index=True)
    note: str


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds per message."""

    cpu: float
    wall: float


class Naive:
    """jieba on every message, four rows and a commit."""

    def __init__(self, folder: Path) -> None:
        self._engine = create_engine(f"sqlite:///{folder / 'naive.db'}")
        event.listen(self._engine, "connect", _full)
        tables = [
            SQLModel.metadata.tables[t.__tablename__] for t in (PeerMessage, PeerWords, PeerTicket, PeerLog)
        ]
        SQLModel.metadata.create_all(self._engine, tables=tables)
        jieba.lcut("预热")

    def hear(self, message: Message) -> None:
        words = jieba.lcut(message.text)
        with Session(self._engine) as session:
            row = PeerMessage(
                room=message.room or "", sender=message.sender, text=message.text, at=message.at
            )
            session.add(row)
            session.flush()
            number = row.id or 0
            session.add(PeerWords(message_id=number, words=" ".join(words)))
            session.add(PeerTicket(message_id=number, state="new"))
            session.add(PeerLog(message_id=number, note="heard"))
            session.commit()


def _full(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


class Ours:
    """The shipped listener over a staged town."""

    def __init__(self, folder: Path, parts: Parts, cases: int = 0) -> None:
        self.file = folder / f"ours-{next(_NUMBERS)}.db"
        url = f"sqlite:///{self.file}"
        migrate(url)
        self.engine: Engine = open_engine(url)
        stage_busy_town(self.engine, NOON)
        fill_with_cases(self.engine, cases, NOON)
        self._now = NOON
        dispatch = Dispatch(self.engine, parts.standing, self._clock)
        self._listener = Listener(
            dispatch,
            parts.understanding,
            parts.standing.pace,
            parts.standing.secrets,
            self._clock,
            moods=parts.moods,
            asks=parts.asks,
        )
        # Past the first minutes after a start, in which any line may belong to a case of before.
        self._now += timedelta(hours=1)
        self.opened = 0

    def _clock(self) -> datetime:
        return self._now

    def hear(self, message: Message) -> None:
        self._now = message.at
        outcomes = self._listener.hear(message)
        self.opened += any(step.step == "create" for one in outcomes for step in one.steps)


def messages(texts: list[str], numbers: "itertools.count[int]") -> list[Message]:
    """The texts as said by many people in many rooms, three a second."""
    made = []
    for text in texts:
        number = next(numbers)
        dice = random.Random(number)
        room = dice.randrange(ROOMS)
        made.append(
            Message(
                f"m{number}", "simulator", "main", f"resident{room}-{dice.randrange(100)}",
                NOON + timedelta(hours=1, seconds=number / 3), text=text, room=f"room{room}",
            )
        )  # fmt: skip
    return made


def requests_and_chat(parts: Parts, folder: Path, size: int) -> tuple[list[str], str]:
    """A stream in which every tenth line is a request that ours takes for one: what it does not hear costs it nothing."""
    texts, source = stream(folder, size * 20)
    heard = {text: parts.understanding.understand(text).kind in REQUESTS for text in texts}
    asked = [text for text in texts if heard[text]][: size // 10]
    chat = [text for text in texts if not heard[text]][: size - len(asked)]
    mixed = asked + chat
    random.Random(11).shuffle(mixed)
    return mixed, source


def cost(hear: Callable[[Message], None], heard: list[Message]) -> Cost:
    """What one message costs."""
    cpu, wall = time.process_time(), time.perf_counter()
    for message in heard:
        hear(message)
    scale = 1e6 / len(heard)
    return Cost((time.process_time() - cpu) * scale, (time.perf_counter() - wall) * scale)


def median(costs: list[Cost]) -> Cost:
    return Cost(statistics.median(c.cpu for c in costs), statistics.median(c.wall for c in costs))


def measure(ways: dict[str, Callable[[Message], None]], texts: list[str], rounds: int) -> dict[str, Cost]:
    """Median cost of each way, rounds alternating; the first round only warms up."""
    numbers = itertools.count(1)
    taken: dict[str, list[Cost]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        heard = messages(texts, numbers)
        names = list(ways) if number % 2 else list(reversed(ways))
        for name in names:
            once = cost(ways[name], heard)
            if number:
                taken[name].append(once)
    return {name: median(each) for name, each in taken.items()}


def main() -> None:
    asked = argparse.ArgumentParser(prog="benchmarks.durable_loop")
    asked.add_argument("--size", type=int, default=1000)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--cases", type=int, default=100_000)
    asked.add_argument("--dev", type=Path, default=DEV)
    asked.add_argument("--profile", action="store_true", help="show where our time goes instead")
    options = asked.parse_args()
    write_logs()  # as the shipped commands do
    parts = load_parts(Pace(), "s" * 48)
    texts, source = requests_and_chat(parts, options.dev, options.size)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        ours = Ours(folder, parts, 10)
        if options.profile:
            profile(ours, texts, options.rounds)
            return
        full = Ours(folder, parts, options.cases)
        ways: dict[str, Callable[[Message], None]] = {
            "ours": ours.hear,
            "naive peer": Naive(folder).hear,
            f"ours, {options.cases} cases": full.hear,
        }
        medians = measure(ways, texts, options.rounds)
        share = ours.opened / (options.rounds + 1) / len(texts)
        print(f"{len(texts)} messages a round, 10 % requests ({share:.1%} opened a case), {source}")
        report(medians)
        with closing(sqlite3.connect(ours.file)) as connection:
            cases = connection.execute("SELECT count(*) FROM case_file").fetchone()[0]
        print(f"cases in our database afterwards: {cases}")


def report(medians: dict[str, Cost]) -> None:
    base = medians["ours"]
    for name, one in medians.items():
        print(
            f"{name:24s} {one.cpu:8.0f} µs of CPU, {one.wall:8.0f} µs of time a message;"
            f" {one.cpu / base.cpu:5.2f} × and {one.wall / base.wall:5.2f} × ours"
        )


def profile(ours: Ours, texts: list[str], rounds: int) -> None:
    """Where the time goes, by function."""
    import cProfile  # noqa: PLC0415 - only here
    import pstats  # noqa: PLC0415

    numbers = itertools.count(1)
    cost(ours.hear, messages(texts, numbers))
    with cProfile.Profile() as taken:
        for _ in range(rounds):
            cost(ours.hear, messages(texts, numbers))
    pstats.Stats(taken).sort_stats("cumulative").print_stats(70)


if __name__ == "__main__":
    main()
