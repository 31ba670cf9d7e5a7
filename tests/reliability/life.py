"""One life of the program, in a process of its own, until it is killed: the real one, threads, database and all."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection

import structlog

from bot.parts import Parts, load_parts
from bot.program import Habits, Program
from models.engine import open_engine
from tests.reliability.town import ACCOUNT, QUICK, SECRET
from tests.reliability.wire import PipeChannel

HABITS = Habits(heartbeat_s=0.1, under_way_s=0, forget_s=0.5)
PARTS: Parts = load_parts(QUICK, SECRET)  # read once: every life is forked from the process that read it


@dataclass(frozen=True, slots=True)
class Death:
    """Where this life ends by itself: at the ``nth`` passage of a named crash point; no point: it is killed from outside."""

    point: str = ""
    nth: int = 1

    def watch(self) -> Callable[[str], None]:
        """What the program calls at its crash points."""
        left = self.nth

        def passed(point: str) -> None:
            nonlocal left
            if point == self.point:
                left -= 1
                if left <= 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        return passed


def now() -> datetime:
    """The moment."""
    return datetime.now(UTC)


def live(pipe: Connection, url: str, death: Death, log_file: str) -> None:
    """Run the program until it is killed or asked to close."""
    random.seed()
    with open(log_file, "a", encoding="utf-8") as log:  # noqa: PTH123 - kept open for the whole life
        os.dup2(log.fileno(), sys.stdout.fileno())
        os.dup2(log.fileno(), sys.stderr.fileno())
        structlog.configure(
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.format_exc_info,
                structlog.processors.KeyValueRenderer(),
            ],
            logger_factory=structlog.WriteLoggerFactory(log),
        )
        asyncio.run(_live(pipe, url, death))


async def _live(pipe: Connection, url: str, death: Death) -> None:
    engine = open_engine(url)
    channel = PipeChannel(pipe, ACCOUNT)
    program = Program(engine, PARTS, {ACCOUNT: channel}, now, HABITS, crash_point=death.watch())
    await program.start()
    await channel.closing.wait()
    await program.close()
    engine.dispose()
