"""How much memory the program takes: idle, and after 500 groups of 100 members chatted.

``python -m benchmarks.memory [--lines N]``

The shipped program (threads, delivery, ticks) over a staged town on SQLite. Every member says ``--lines`` things; what
became nothing must be gone again once its burst is over, so a second wave may not take more than the first.
"""

import argparse
import asyncio
import gc
import os
import random
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import structlog

from benchmarks.busy_town import ROOMS, stage_busy_town
from bot.channels.simulator import SimulatedWeChat, SimulatorChannel
from bot.clocks import MovableClock
from bot.parts import load_parts
from bot.program import Habits, Program
from models.engine import migrate, open_engine
from models.rules.message import Message
from models.rules.pacing import Pace

MEMBERS = 100
FORGET_S = 3.0
QUICK = Pace(burst_s=1, burst_max_s=2)
"""A burst is over soon, so that nobody needs to wait for the end of a real one."""
CHAT = ("谁家包饺子呢真香", "昨晚那场球太精彩了", "哈哈哈笑死我了", "今天好热啊", "晚上打牌三缺一")


def rss() -> float:
    """Megabytes of this process in memory now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def chatter(clock: MovableClock, numbers: "count[int]", lines: int) -> Iterator[Message]:
    """Every member of every group says so many things, all mixed."""
    dice = random.Random(3)
    speakers = [(room, member) for room in range(ROOMS) for member in range(MEMBERS)]
    for _ in range(lines):
        dice.shuffle(speakers)
        for room, member in speakers:
            yield Message(
                f"m{next(numbers)}", "simulator", "main", f"resident{room}-{member}", clock(),
                text=dice.choice(CHAT), room=f"room{room}",
            )  # fmt: skip


async def wave(program: Program, channel: SimulatorChannel, heard: Iterator[Message]) -> float:
    """Let the program hear it all; the most memory seen meanwhile."""
    most, before = rss(), program.listener.collected
    for number, message in enumerate(heard, 1):
        channel.put(message)
        if number % 5000 == 0:
            while program.listener.collected < before + number - 500:  # noqa: ASYNC110 - a counter, not an event
                await asyncio.sleep(0.01)
            most = max(most, rss())
    return most


async def rest() -> None:
    """Let every burst end and the next look at memory pass."""
    await asyncio.sleep(QUICK.burst_max_s + 2 * FORGET_S)
    gc.collect()


async def measure(folder: Path, lines: int) -> None:
    url = f"sqlite:///{folder / 'town.db'}"
    await asyncio.to_thread(migrate, url)
    engine = open_engine(url)
    clock = MovableClock(lambda: datetime.now(UTC))
    stage_busy_town(engine, clock())
    print(f"modules imported, town of {ROOMS} groups staged   {rss():7.1f} MB")
    wechat = SimulatedWeChat(clock)
    wechat.add_account("main", "main")
    channel = wechat.connect("main")
    program = Program(
        engine, load_parts(QUICK, "s" * 48), {"main": channel}, clock, Habits(forget_s=FORGET_S)
    )
    await program.start()
    await asyncio.sleep(2)
    print(f"idle                                       {rss():7.1f} MB")
    numbers = count(1)
    clock.advance(timedelta(hours=1))
    for name in ("first", "second", "third"):
        most = await wave(program, channel, chatter(clock, numbers, lines))
        await rest()
        said = ROOMS * MEMBERS * lines
        print(f"{name} wave of {said} messages: at most {most:7.1f} MB, afterwards {rss():7.1f} MB")
    await program.close()
    engine.dispose()


def main() -> None:
    asked = argparse.ArgumentParser(prog="benchmarks.memory")
    asked.add_argument("--lines", type=int, default=1)
    options = asked.parse_args()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(open(os.devnull, "w")))  # noqa: SIM115, PTH123
    with tempfile.TemporaryDirectory() as scratch:
        asyncio.run(measure(Path(scratch), options.lines))


if __name__ == "__main__":
    main()
