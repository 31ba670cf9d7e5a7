"""A running program over a small town, heard from a test: real threads, a real database, everything it logs kept."""

import asyncio
import io
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from sqlalchemy import Engine, func, select
from sqlmodel import SQLModel

from bot.channels.simulator import SimulatedWeChat, SimulatorChannel
from bot.logs import name_fault
from bot.parts import Parts, load_parts
from bot.program import Habits, Program
from handlers.township.staging import stage_town
from models.engine import open_engine
from models.rules.message import ChannelEvent, Message
from models.tables import CaseLine
from tests.reliability import town

WITHIN_S = 30.0
RESIDENT = "room1-asks"


def now() -> datetime:
    """The moment."""
    return datetime.now(UTC)


@dataclass
class Listening:
    """The program and what a test needs of it."""

    engine: Engine
    wechat: SimulatedWeChat
    channel: SimulatorChannel
    program: Program
    log: io.StringIO

    def hear(self, *events: ChannelEvent) -> None:
        """Let the channel give these events."""
        for event in events:
            self.channel.put(event)

    def says(self, text: str, room: str = "room1", contact: str = RESIDENT) -> Message:
        """A resident says something in a group; the message as it is heard."""
        return self.wechat.say(contact, text, room=room)

    def has_heard(self, count: int) -> None:
        """Wait until so many messages went through."""
        self.wait(lambda: self.program.listener.collected >= count)

    def becomes_case(self, message: Message) -> None:
        """Wait until a message is a case's line."""
        self.wait(lambda: self.lines_of(message) == 1)

    def wait(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        until = time.monotonic() + WITHIN_S
        while not holds():
            assert time.monotonic() < until, self.log.getvalue()[-2000:]
            time.sleep(0.02)

    def lines_of(self, message: Message) -> int:
        """How many lines of cases came of a message."""
        key = f"{message.channel}:{message.id}"
        with self.engine.connect() as connection:
            found = select(func.count()).where(CaseLine.message_key == key)
            return int(connection.execute(found).scalar_one())

    def rows(self, table: type[SQLModel]) -> int:
        """How many rows a table holds."""
        with self.engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


@contextmanager
def listening(url: str, parts: Parts) -> Iterator[Listening]:
    """Run the program over a fresh town while the block runs."""
    engine = open_engine(url)
    stage_town(engine, town.stage(), now())
    wechat = town.wechat(now, {room: [f"{room}-asks", f"{room}-chat"] for room in town.rooms()})
    channel = wechat.connect(town.ACCOUNT)
    program = Program(engine, parts, {town.ACCOUNT: channel}, now, Habits(heartbeat_s=0.2))
    stop, running = threading.Event(), threading.Event()

    async def live() -> None:
        await program.start()
        running.set()
        await asyncio.to_thread(stop.wait)
        await program.close()

    with _logged() as log:
        thread = threading.Thread(target=lambda: asyncio.run(live()), name="program", daemon=True)
        thread.start()
        running.wait(WITHIN_S)
        try:
            yield Listening(engine, wechat, channel, program, log)
        finally:
            stop.set()
            thread.join(WITHIN_S)
            engine.dispose()
            assert not thread.is_alive(), "the program did not end"


@contextmanager
def _logged() -> Iterator[io.StringIO]:
    """Everything logged, from the least level on, as an operator's file would hold it."""
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    before = structlog.get_config()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            name_fault,
            structlog.processors.KeyValueRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(log),
        cache_logger_on_first_use=False,
    )
    try:
        yield log
    finally:
        structlog.configure(**before)
        logging.getLogger().removeHandler(handler)


def quick_parts() -> Parts:
    """The standing parts at a quick pace."""
    return load_parts(town.QUICK, town.SECRET)
