"""Kill test: the program dies again and again in the middle of a stream of messages; nothing is lost, nothing twice.

``python -m tests.reliability.kill [--kills 200] [--messages 2000] [--db sqlite|postgres|URL] [--seed N]``

WeChat lives on in this process; the program runs in one of its own (real threads, real database) and is killed with
SIGKILL at random moments, or kills itself at a named crash point around a commit or a send, and is started again.
"""

import argparse
import multiprocessing
import random
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from handlers.township.staging import stage_town
from models.engine import migrate, open_engine
from models.tables import OutboxMessage
from tests.databases import postgres_server
from tests.reliability import life, town
from tests.reliability.stream import PROBE, Spoken, make_stream
from tests.reliability.verdict import UNSETTLED, Uttered, Verdict, judge, tell
from tests.reliability.wire import WeChatEnd

STEPS = ("claim", "sent", "merge", "lease", "finish")
POINTS = ("before_send", "after_send", *(f"{w}_{s}" for w in ("before", "after") for s in STEPS[:3]))
STARTS_WITHIN_S = 60
SETTLES_WITHIN_S = 60
NUMBER = re.compile(r"#(\d+)")
FORKS = multiprocessing.get_context("forkserver")


@dataclass
class Run:
    """One whole test on one database."""

    url: str
    seed: int
    folder: Path
    pause_s: float = 0.06
    """Between two messages, on average; a life of the program lasts a few of them."""
    kills: int = 0
    at_points: int = 0
    uttered: list[Uttered] = field(default_factory=list)
    seen: int = 0
    """How many of our own lines the leaders have read."""
    to_claim: list[tuple[str, int]] = field(default_factory=list)
    to_resolve: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311 - repeatable
        self.engine = open_engine(self.url)

    def go(self, kills: int, messages: int) -> Verdict:
        """Run the stream to its end through so many deaths, settle, and judge."""
        stage_town(self.engine, town.stage(), life.now())
        stream = make_stream(messages, self.seed)
        self.wechat = town.wechat(life.now, stream.residents)
        began = time.monotonic()
        deaths = sorted(self.dice.sample(range(messages), kills))
        self._start(self._death())
        for number, spoken in enumerate(stream.lines):
            self._utter(spoken)
            if deaths and number >= deaths[0]:
                deaths.pop(0)
                self._die()
                self._start(self._death() if deaths else life.Death())
            elif self.end.gone.is_set():  # it died at its crash point before its turn
                self.at_points += 1
                if deaths:
                    deaths.pop(0)
                    self.kills += 1
                self._start(self._death() if deaths else life.Death())
        if self.end.gone.is_set():
            self._start(life.Death())
        self._settle()
        stuck = self._probe_rooms()
        self._close()
        verdict = judge(self.engine, self.uttered, self.wechat.said)
        verdict.wrong += [f"stuck: {room}" for room in stuck]
        verdict.facts |= {
            "kills": self.kills, "of them at crash points": self.at_points, "seconds": round(time.monotonic() - began, 1),
        }  # fmt: skip
        self.engine.dispose()
        return verdict

    # -- lives

    def _death(self) -> life.Death:
        if self.dice.random() < 0.4:
            return life.Death(self.dice.choice(POINTS), self.dice.choice((1, 1, 1, 2, 3)))
        return life.Death()

    def _start(self, death: life.Death) -> None:
        """Start the next life; people mostly wait for it, sometimes they talk on, sometimes history is replayed."""
        ours, its = FORKS.Pipe()
        self.end = WeChatEnd(self.wechat, town.ACCOUNT, ours)
        log = str(self.folder / "program.log")
        self.process = FORKS.Process(target=life.live, args=(its, self.url, death, log), daemon=True)
        self.process.start()
        its.close()
        if self.dice.random() < 0.2:
            for _ in range(self.dice.randint(1, 3)):
                self._say(Spoken(room := self.dice.choice(town.rooms()), f"{room}-chat0", "在吗"))
        if not self.end.ready.wait(STARTS_WITHIN_S):
            raise RuntimeError("the program did not start; see its log")
        if self.dice.random() < 0.3:
            for line in self.wechat.lines[-self.dice.randint(1, 20) :]:
                self.wechat.redeliver(line.id)
            self.end.flush()

    def _die(self) -> None:
        time.sleep(self.dice.choice((0, 0.002, 0.01, 0.03)) * self.dice.random())
        self.at_points += self.end.gone.is_set()
        self.process.kill()
        self._bury()
        self.kills += 1

    def _bury(self) -> None:
        self.process.join(STARTS_WITHIN_S)
        self.end.gone.wait(STARTS_WITHIN_S)

    def _close(self) -> None:
        self.end.ask_to_close()
        self.process.join(STARTS_WITHIN_S)
        if self.process.exitcode != 0:
            raise RuntimeError(f"the program did not end in order: {self.process.exitcode}")

    # -- people

    def _utter(self, spoken: Spoken) -> None:
        line = self._command() if spoken.commands else spoken
        if line is None:
            return
        self._say(line)
        if self.dice.random() < 0.05:
            self.wechat.redeliver(self.wechat.lines[-1].id)
            self.end.flush()
        if self.dice.random() < 0.5:  # the others come in bursts
            time.sleep(4 * self.pause_s * self.dice.random())

    def _say(self, line: Spoken) -> None:
        heard = self.wechat.say(line.sender, line.text, room=line.room or None)
        self.end.flush()
        if line.opens or line.commands:
            self.uttered.append(Uttered(heard.id, heard.at, line.opens))

    def _command(self) -> Spoken | None:
        """A leader takes a case he was told of, or ends one he took; by private chat, as the card says."""
        for said in self.wechat.said[self.seen :]:
            if said.conversation.startswith("leader"):
                self.to_claim += [(said.conversation, int(no)) for no in NUMBER.findall(said.text)]
        self.seen = len(self.wechat.said)
        wanted = self.to_resolve if self.to_resolve and self.dice.random() < 0.5 else self.to_claim
        if not wanted:
            return None
        contact, number = wanted.pop(0)
        if wanted is self.to_resolve:
            return Spoken("", contact, f"办结 {number} 已经修好", commands=True)
        self.to_resolve.append((contact, number))
        return Spoken("", contact, f"接单 {number}", commands=True)

    # -- the end

    def _settle(self) -> None:
        """Wait until nothing is left to say."""
        until, quiet = time.monotonic() + SETTLES_WITHIN_S, 0
        while time.monotonic() < until and quiet < 5:
            time.sleep(0.1)
            quiet = 0 if self._left() else quiet + 1

    def _left(self) -> int:
        waiting = OutboxMessage.state.in_(UNSETTLED)
        with self.engine.connect() as connection:
            return int(connection.execute(select(func.count()).where(waiting)).scalar_one())

    def _probe_rooms(self) -> list[str]:
        """In every room somebody asks for something once more; the rooms that hear nothing are stuck."""
        before = len(self.wechat.said)
        for number, room in enumerate(town.rooms()):
            self._say(Spoken(room, f"{room}-probe", PROBE.format(n=number + 1), opens=True))
        until = time.monotonic() + SETTLES_WITHIN_S
        silent = set(town.rooms())
        while silent and time.monotonic() < until:
            time.sleep(0.05)
            silent -= {said.conversation for said in self.wechat.said[before:]}
        self._settle()
        return sorted(silent)


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """URL of an empty, migrated database."""
    if kind == "postgres":
        with postgres_server() as server:
            yield server.fresh()
        return
    url = f"sqlite:///{folder / 'linli.db'}" if kind == "sqlite" else kind
    migrate(url)
    yield url


def run(url: str, kills: int, messages: int, seed: int, folder: Path) -> Verdict:
    """One test on a migrated database without a town."""
    FORKS.set_forkserver_preload(["tests.reliability.life"])
    return Run(url, seed, folder).go(kills, messages)


def main() -> None:
    asked = argparse.ArgumentParser(prog="tests.reliability.kill")
    asked.add_argument("--kills", type=int, default=200)
    asked.add_argument("--messages", type=int, default=2000)
    asked.add_argument(
        "--db", default="sqlite", help="sqlite, postgres (one of our own) or the URL of an empty database"
    )
    asked.add_argument("--seed", type=int, default=datetime.now(UTC).toordinal())
    asked.add_argument("--keep", type=Path, help="folder for the database and the program's log")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="linli-kill-") as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        with database(options.db, folder) as url:
            verdict = run(url, options.kills, options.messages, options.seed, folder)
    tell(verdict, options.seed)


if __name__ == "__main__":
    main()
