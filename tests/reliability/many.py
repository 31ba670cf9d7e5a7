"""Kill test of many processes: two with the accounts, two with the jobs, two with the pages, on one PostgreSQL.

``python -m tests.reliability.many [--minutes 10] [--rate 6] [--seed N] [--keep FOLDER]``

Real processes behind real gateways are killed, ended and frozen at random while people talk; either of the two may
act for both accounts, and one group is handed to and fro between them. Whatever happens, no request is lost outside
of a recorded outage, none becomes two cases, and nothing is said twice.
"""

import argparse
import random
import re
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from bot.parts import load_parts
from handlers.dispatch import Dispatch
from models.engine import open_engine
from models.heartbeats import Heartbeats
from models.tables import DueFiring, OutboxMessage, Room
from tests.databases import postgres_server
from tests.gateway.driver import Gateway, install_packages
from tests.gateway.running import BRISK
from tests.reliability import town, two_wechats
from tests.reliability.fleet import Fleet, Process
from tests.reliability.pages import Visitor, free_port
from tests.reliability.stream import PROBE, REQUESTS, Spoken, make_stream
from tests.reliability.two_wechats import ACCOUNTS, SHARED, WeChats, now
from tests.reliability.verdict import UNSETTLED, Uttered, Verdict, judge, tell
from tests.year.watch import Watch

WITHIN_S = 400
NUMBER = re.compile(r"#(\d+)")
AREA = two_wechats.AREA_OF_SHARED


@dataclass
class Run:
    """One whole test on one empty database."""

    url: str
    folder: Path
    gateways: dict[str, Gateway]
    seed: int
    uttered: list[Uttered] = field(default_factory=list)
    shared: list[tuple[dict[str, str], datetime]] = field(default_factory=list)
    """Requests of the group in which both accounts sit: the ids of one and the same message."""
    to_do: list[tuple[str, str, str]] = field(default_factory=list)
    """Commands that leaders will give: contact, words, account."""
    moves: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311 - repeatable
        self.engine = open_engine(self.url)
        self.ports = (free_port(), free_port())
        roles = ("channel:a", "channel:b")
        configs = [self._config(port) for port in self.ports]
        self.fleet = Fleet(
            [
                *(Process(f"accounts{n}", configs[0], roles) for n in (1, 2)),
                *(Process(f"jobs{n}", configs[0], ("jobs",)) for n in (1, 2)),
                *(Process(f"web{n}", config, ("web",)) for n, config in enumerate(configs, 1)),
            ],
            self.dice,
        )

    def _config(self, port: int) -> Path:
        file = self.folder / f"config{port}.toml"
        told = two_wechats.SETTINGS.format(
            secret=two_wechats.SECRET, folder=self.folder, url=self.url, port=port, **self.gateways
        )
        file.write_text(told + BRISK, encoding="utf-8")
        return file

    def go(self, seconds: float, rate: float, hurt_every_s: float) -> Verdict:
        """Talk for so long, so many lines a second; then settle and judge."""
        two_wechats.stage(self.engine)
        lines = make_stream(int(seconds * rate) + 1, self.seed)
        residents = {room: list(people) for room, people in lines.residents.items()}
        residents[SHARED] = [f"{SHARED}-asks{n}" for n in range(int(seconds) + 1)] + [f"{SHARED}-probe"]
        self.wechats = WeChats(self.gateways, residents)
        self.wechats.settle()
        began = time.monotonic()
        self.fleet.start()
        self._all_hear()
        self.visitor = Visitor(self.fleet.processes[0].config, self.ports)
        self._talk(lines.lines, began=time.monotonic(), seconds=seconds, hurt_every_s=hurt_every_s)
        self.fleet.thaw()
        self._all_hear()
        self._settle()
        stuck = self._probe()
        self.wechats.listen()
        verdict = judge(self.engine, self.uttered, None)
        self._more(verdict, stuck)
        self.fleet.stop()
        verdict.wrong += self.fleet.wrong + self.visitor.wrong
        verdict.facts |= {
            "killed": self.fleet.killed, "ended in order": self.fleet.ended, "frozen": self.fleet.frozen,
            "of them taken over": self.fleet.taken_over, "moves of the shared group": self.moves,
            "pages seen": self.visitor.seen, "seconds": round(time.monotonic() - began, 1),
        }  # fmt: skip
        self.engine.dispose()
        return verdict

    # -- people

    def _talk(self, lines: list[Spoken], *, began: float, seconds: float, hurt_every_s: float) -> None:
        hurt_at, shared_at = began + hurt_every_s, began
        over = threading.Event()
        office = threading.Thread(target=self._work_in_office, args=(over,), name="office")
        office.start()
        for number, spoken in enumerate(lines):
            due = began + seconds * number / len(lines)
            if (rest := due - time.monotonic()) > 0:
                time.sleep(rest)
            if time.monotonic() > began + seconds:  # a machine that is too busy says less, not longer
                break
            self._utter(spoken)
            if time.monotonic() >= shared_at:
                self._ask_in_shared(number)
                shared_at += 2.0
            if time.monotonic() >= hurt_at:
                self.fleet.hurt()
                hurt_at = time.monotonic() + hurt_every_s * self.dice.uniform(0.5, 1.5)
            self.fleet.tend()
            if number % 10 == 0:
                self._read()
        over.set()
        office.join()

    def _work_in_office(self, over: threading.Event) -> None:
        """Somebody looks at pages, and now and then hands the shared group to the other account."""
        looks = 0
        while not over.wait(1.0):
            self.visitor.look()
            looks += 1
            if looks % 15 == 10:
                self._move_shared()

    def _utter(self, spoken: Spoken) -> None:
        if spoken.commands:
            self._command()
            return
        at = now()
        ids = self.wechats.say(spoken.sender, spoken.text, spoken.room)
        if spoken.opens:
            ((account, told),) = ids.items()
            self.uttered.append(Uttered(told, at, opens=True, channel="wechaty", account=account))

    def _ask_in_shared(self, number: int) -> None:
        sender = f"{SHARED}-asks{len(self.shared)}"
        text = self.dice.choice(REQUESTS).format(n=number + 10_000)
        self.shared.append((self.wechats.say(sender, text, SHARED), now()))

    def _read(self) -> None:
        """Leaders read what they were told, and take or end cases."""
        for line in self.wechats.listen():
            if line.conversation.startswith("leader"):
                for no in NUMBER.findall(line.text):
                    self.to_do.append((line.conversation, f"接单 {no}", line.account))

    def _command(self) -> None:
        if not self.to_do:
            return
        contact, words, account = self.to_do.pop(0)
        at = now()
        told = self.wechats.whisper(contact, words, account)
        self.uttered.append(Uttered(told, at, opens=False, channel="wechaty", account=account))
        if words.startswith("接单"):
            self.to_do.append((contact, words.replace("接单", "办结") + " 已经修好", account))

    def _move_shared(self) -> None:
        with self.engine.connect() as connection:
            listens = connection.execute(select(Room.listener).where(Room.platform_id == SHARED)).scalar_one()
        to = next(account for account in ACCOUNTS if account != listens)
        self.moves += self.visitor.command("rooms", "move", f"{AREA}群", "--to", to)

    # -- the end

    def _all_hear(self) -> None:
        """Wait until a living process acts for each account and has heard since now: the last one may be dead."""
        beats = Heartbeats(self.engine)
        since, until = now(), time.monotonic() + WITHIN_S
        while time.monotonic() < until:
            self.fleet.tend()
            last = [beats.last(account) for account in ACCOUNTS]
            if all(at is not None and at > since for at in last):
                return
            time.sleep(0.2)
        raise RuntimeError("no process acts for the accounts; see the logs")

    def _settle(self) -> None:
        until, quiet = time.monotonic() + WITHIN_S, 0
        while time.monotonic() < until and quiet < 10:
            self.fleet.tend()
            time.sleep(0.2)
            quiet = 0 if self._left() else quiet + 1

    def _left(self) -> int:
        firing = (DueFiring.state == "waiting", DueFiring.due_at <= now())
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(func.count()).where(
                    OutboxMessage.state.in_(UNSETTLED), OutboxMessage.not_before <= now()
                )
            ).scalar_one()
            return int(rows) + int(connection.execute(select(func.count()).where(*firing)).scalar_one())

    def _probe(self) -> list[str]:
        """In every room somebody asks for something once more; the rooms that hear nothing are stuck."""
        self._read()
        before = len(self.wechats.said)
        for number, room in enumerate(two_wechats.rooms()):
            said = Spoken(room, f"{room}-probe", PROBE.format(n=number + 1), opens=room != SHARED)
            self._utter(said)
        until, silent = time.monotonic() + WITHIN_S, set(two_wechats.rooms())
        while silent and time.monotonic() < until:
            time.sleep(0.1)
            self.fleet.tend()
            self.wechats.listen()
            silent -= {line.conversation for line in self.wechats.said[before:]}
        self._settle()
        return sorted(silent)

    def _more(self, verdict: Verdict, stuck: list[str]) -> None:
        """What only several processes and accounts can get wrong."""
        verdict.wrong += [f"stuck: {room}" for room in stuck]
        verdict.wrong += [f"due and not done: {n}" for n in [self._left()] if n]
        verdict.wrong += two_wechats.heard_twice(self.engine, self.shared, verdict)
        verdict.wrong += two_wechats.said_twice(self.engine, self.wechats.said, verdict)
        watch = Watch(self.engine)
        dispatch = Dispatch(
            self.engine, load_parts(town.QUICK, two_wechats.SECRET, hears=False).standing, now
        )
        watch.look(dispatch.current_town(), now())
        verdict.wrong += watch.wrong


def run(
    seconds: float, rate: float, seed: int, folder: Path, *, url: str, hurt_every_s: float = 5.0
) -> Verdict:
    """One test on a migrated, empty PostgreSQL database."""
    node = install_packages()
    with Gateway(node) as a, Gateway(node) as b:
        whole = Run(url, folder, {"a": a, "b": b}, seed)
        try:
            return whole.go(seconds, rate, hurt_every_s)
        finally:
            whole.fleet.bury()


def main() -> None:
    asked = argparse.ArgumentParser(prog="tests.reliability.many")
    asked.add_argument("--minutes", type=float, default=10)
    asked.add_argument("--rate", type=float, default=6, help="lines a second")
    asked.add_argument("--hurt-every", type=float, default=5, help="seconds between two deaths, on average")
    asked.add_argument("--seed", type=int, default=datetime.now(UTC).toordinal())
    asked.add_argument("--keep", type=Path, help="folder for the programs' logs")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="linli-many-") as scratch, postgres_server() as server:
        folder = given.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        verdict = run(
            given.minutes * 60, given.rate, given.seed, folder,
            url=server.fresh(), hurt_every_s=given.hurt_every,
        )  # fmt: skip
    tell(verdict, given.seed)


if __name__ == "__main__":
    main()
