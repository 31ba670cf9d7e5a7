"""From a cry for help to the line with the number to call, in a town of 500 groups that goes on talking (seed C10).

``python -m benchmarks.emergency_latency [--gateway] [--cries N] [--every S] [--cases N] [--rate N]``

The whole shipped program with its default pacing, one account, the real clock, SQLite with synchronous=FULL: others
talk in other groups (``--rate`` lines a second, a tenth of them requests) while every two seconds (``--every``)
somebody collapses in a group of his own, and each time the whole chain is told too. Measured from the moment the
message is said to the moment the group has the line. Without ``--gateway`` in the simulator; with it over the real npm
gateway (tests/gateway), both ways included.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.busy_town import ROOMS, fill_with_cases, stage_busy_town
from benchmarks.understanding_stream import DEV, stream
from bot.channels import Channel
from bot.channels.simulator import SimulatedWeChat
from bot.channels.wechaty import WechatySettings, open_channel
from bot.logs import write_logs
from bot.parts import load_parts
from bot.program import Program
from models.engine import migrate, open_engine
from models.rules.pacing import Pace
from tests.gateway.driver import Gateway, install_packages

ACCOUNT = "main"
CRY = "老许晕倒了!"
NUMBER = "120"
PATIENCE_S = 30.0
PROMISED_S = 3.0
PEOPLE = 3
"""Members of a group who talk, its leader apart."""


def now() -> datetime:
    return datetime.now(UTC)


class Simulated:
    """The simulator: what our account says is heard the moment it is said."""

    def __init__(self) -> None:
        self.wechat = SimulatedWeChat(now)
        us = self.wechat.add_account(ACCOUNT, "便民小助手")
        for room in range(ROOMS):
            leader = self.wechat.add_contact(f"leader{room}", f"组长{room}", friend=True)
            people = [self.wechat.add_contact(who, who) for who in talkers(room)]
            self.wechat.add_room(f"room{room}", f"{room}组群", [us.id, leader.id, *(p.id for p in people)])
        self.channel: Channel = self.wechat.connect(ACCOUNT)
        self._read = 0

    def say(self, who: str, text: str, room: int) -> None:
        self.wechat.say(who, text, room=f"room{room}")

    def heard(self) -> list[tuple[str, str]]:
        """(room, text) of what was said since the last time asked; asked again at once, so that no time is lost."""
        time.sleep(0.002)
        new = self.wechat.said[self._read :]
        self._read += len(new)
        return [(said.conversation, said.text) for said in new if said.in_room]

    def close(self) -> None:
        """Nothing runs."""


class Real:
    """The npm gateway with the same groups."""

    def __init__(self) -> None:
        self._gateway = Gateway(install_packages()).start()
        do = self._gateway.do
        do("contact", id="us", name="便民小助手")
        for room in range(ROOMS):
            do("contact", id=f"leader{room}", name=f"组长{room}", friend=True)
            for who in talkers(room):
                do("contact", id=who, name=who)
            members = ["us", f"leader{room}", *talkers(room)]
            do("room", id=f"room{room}", topic=f"{room}组群", members=members, owner=f"leader{room}")
        do("login", id="us")
        where = {"endpoint": self._gateway.endpoint, "token": self._gateway.token}
        self.channel = open_channel(WechatySettings(account=ACCOUNT, **where), clock=now)

    def say(self, who: str, text: str, room: int) -> None:
        self._gateway.do("say", **{"from": who}, text=text, room=f"room{room}")

    def heard(self) -> list[tuple[str, str]]:
        deeds = self._gateway.done(1.0)
        return [(deed["conversation"], deed["text"]) for deed in deeds if deed["what"] == "text"]

    def close(self) -> None:
        self._gateway.stop()


def talkers(room: int) -> list[str]:
    return [f"resident{room}-{number}" for number in range(PEOPLE)]


class Stopwatch:
    """When each group heard the number to call; read on a thread of its own."""

    def __init__(self, heard: Callable[[], list[tuple[str, str]]]) -> None:
        self.at: dict[str, float] = {}
        self.others = 0
        self._heard = heard
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            for room, text in self._heard():
                if NUMBER in text:
                    self.at.setdefault(room, time.perf_counter())
                else:
                    self.others += 1

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(PATIENCE_S)


def talk(
    town: Simulated | Real, texts: list[str], rate: float, quiet: set[int], stop: threading.Event
) -> None:
    """Everybody else talks until told to stop."""
    dice = random.Random(3)
    rooms = [room for room in range(ROOMS) if room not in quiet]
    while not stop.wait(1 / rate):
        room = dice.choice(rooms)
        town.say(dice.choice(talkers(room)), dice.choice(texts), room)


def cry(town: Simulated | Real, watch: Stopwatch, rooms: list[int], every_s: float) -> list[float]:
    """Seconds from each cry to its line; those never answered count as the whole patience."""
    said: dict[str, float] = {}
    for room in rooms:
        time.sleep(every_s)
        said[f"room{room}"] = time.perf_counter()
        town.say(talkers(room)[0], CRY, room)
    until = time.perf_counter() + PATIENCE_S
    while len(watch.at.keys() & said.keys()) < len(rooms) and time.perf_counter() < until:
        time.sleep(0.05)
    return [watch.at.get(room, at + PATIENCE_S) - at for room, at in said.items()]


async def measure(town: Simulated | Real, folder: Path, options: argparse.Namespace) -> list[float]:
    url = f"sqlite:///{folder / 'town.db'}"
    await asyncio.to_thread(migrate, url)
    engine = open_engine(url)
    stage_busy_town(engine, now(), town.channel.name)
    fill_with_cases(engine, options.cases, now())
    program = Program(engine, load_parts(Pace(), "s" * 48), {ACCOUNT: town.channel}, now)
    await program.start()
    dice = random.Random(7)
    rooms = dice.sample(range(ROOMS), options.cries)
    texts, _ = stream(DEV, 2000)
    stop, watch = threading.Event(), Stopwatch(town.heard)
    await asyncio.sleep(options.settle)
    talking = asyncio.create_task(asyncio.to_thread(talk, town, texts, options.rate, set(rooms), stop))
    await asyncio.sleep(3)
    try:
        return await asyncio.to_thread(cry, town, watch, rooms, options.every)
    finally:
        stop.set()
        await talking
        await asyncio.to_thread(watch.stop)
        await program.close()
        engine.dispose()


def report(taken: list[float], options: argparse.Namespace) -> None:
    way = "the npm gateway" if options.gateway else "the simulator"
    print(
        f"{len(taken)} cries for help over {way}, {ROOMS} groups, {options.cases} cases before, "
        f"{options.rate:g} other lines a second, a cry every {options.every:g} s:"
    )
    print(
        f"median {statistics.median(taken) * 1000:.0f} ms, worst {max(taken) * 1000:.0f} ms "
        f"from the message to the line in the group; promised: {PROMISED_S:.0f} s"
    )


def main() -> None:
    asked = argparse.ArgumentParser(prog="benchmarks.emergency_latency")
    asked.add_argument("--gateway", action="store_true", help="over the real npm gateway")
    asked.add_argument("--cries", type=int, default=50)
    asked.add_argument("--every", type=float, default=2.0, help="seconds between two cries")
    asked.add_argument("--cases", type=int, default=10_000)
    asked.add_argument("--rate", type=float, default=10.0)
    asked.add_argument(
        "--settle", type=float, default=5.0, help="seconds after the start before anybody talks"
    )
    options = asked.parse_args()
    write_logs(level="error")
    with tempfile.TemporaryDirectory() as folder:
        town: Any = Real() if options.gateway else Simulated()
        try:
            taken = asyncio.run(measure(town, Path(folder), options))
        finally:
            town.close()
    report(taken, options)


if __name__ == "__main__":
    main()
