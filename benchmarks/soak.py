"""A soak: half an hour of 50 messages a second through the real npm gateway into the real program.

``python -m benchmarks.soak [--minutes 30] [--rate 50] [--db sqlite|postgres] [--rooms 100] [--cases N] [--seed N]``

Chatter with 2 % requests, further lines, and leaders who take and end cases. ``python -m bot run`` with its own pacing, but
without quiet hours, so that it does not matter when it is run. From ``/proc`` and ``/metrics`` every ten seconds: memory,
open files, threads, tasks of the event loop, events that wait. Message-to-recorded is from the moment before the gateway is
told to say it until its key is found in the database by looking every 20 ms. It ends with 1 when something was lost or done
twice, when memory grows by more than 5 % over the last half, or files, threads or tasks grow. The gateway keeps every
message it ever told; its memory is printed and is not ours. The town has a past of ``--cases``: SQLite keeps up to 8 MB of
the file for each connection, and while a new file is smaller than that, growing of the file looks like growing of memory.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.busy_town import fill_with_cases, stage_busy_town
from benchmarks.soak_meter import HEAD, Recorder, Sample, Sampler, growth, quantile, risen, row
from benchmarks.soak_town import Crowd, settle
from models.engine import migrate, open_engine
from tests.databases import postgres_server
from tests.gateway.driver import Gateway, install_packages
from tests.gateway.running import BRISK, Operator
from tests.reliability.verdict import Uttered, judge

AS_SHIPPED = '\n[pacing]\nquiet = ""\n'
SAMPLES_EVERY_S, LEAST_SAMPLES = 10.0, 12
PATIENCE_S = 60.0
MOST_GROWTH = 0.05
MOST_RISEN = 2
"""Files, threads or tasks: a page that is open at one moment and not at another."""
SHORT_S = 600
"""Whatever runs for less has not filled its caches yet."""


class Soak:
    """One run on one fresh database."""

    def __init__(self, url: str, gateway: Gateway, operator: Operator, asked: argparse.Namespace) -> None:
        self._gateway, self._operator = gateway, operator
        seconds = asked.minutes * 60
        self._crowd = Crowd(asked.rooms, asked.seed)
        self._engine = open_engine(url)
        self._recorder = Recorder(open_engine(url))
        self.sampler = Sampler(operator, gateway, min(SAMPLES_EVERY_S, seconds / LEAST_SAMPLES))
        self.uttered: list[Uttered] = []
        self.said = 0

    def talk(self, seconds: float, rate: float) -> float:
        """Say so many lines a second for so long; by how much the last one was late. A busy machine says less, not longer."""
        began, late = time.monotonic(), 0.0
        self.sampler.start()
        for number in range(int(seconds * rate)):
            late = time.monotonic() - began - number / rate
            if late < 0:
                time.sleep(-late)
            if time.monotonic() - began > seconds:
                break
            self._say()
        return max(late, 0.0)

    def _say(self) -> None:
        now = time.monotonic()
        while self._recorder.opened:
            self._crowd.opened(*self._recorder.opened.popleft(), now)
        spoken, at = self._crowd.next(now), datetime.now(UTC)
        told = self._gateway.do("say", **{"from": spoken.sender}, text=spoken.text, room=spoken.room)
        self.said += 1
        if spoken.opens or spoken.commands:
            one = Uttered(told, at, opens=spoken.opens, channel="wechaty")
            self.uttered.append(one)
            self._recorder.said(one.key, now, spoken.room, "requests" if spoken.opens else "commands")

    def judged(self) -> list[str]:
        """Wait for what is under way; what is wrong."""
        missing = self._recorder.end(PATIENCE_S)
        self.sampler.end()
        verdict = judge(self._engine, self.uttered, None)
        self._engine.dispose()
        print("  " + ", ".join(f"{name}: {told}" for name, told in verdict.facts.items()))
        wrong = list(verdict.wrong)
        if not self.uttered:
            wrong.append("nothing that matters was said: let it run for longer")
        if missing:
            wrong.append(f"{missing} requests or commands are not in the database after {PATIENCE_S:.0f} s")
        if self.sampler.unanswered:
            wrong.append(f"/metrics did not answer {self.sampler.unanswered} times")
        return wrong

    def print_times(self) -> None:
        for kind, took in self._recorder.took_s.items():
            if took:
                p50, p99, most = (quantile(took, share) * 1000 for share in (0.5, 0.99, 1))
                told = f"p50 {p50:.0f} ms, p99 {p99:.0f} ms, max {most:.0f} ms"
                print(f"  message-to-recorded, {len(took)} {kind}: {told}")


def grown(samples: Sequence[Sample]) -> list[str]:
    """What grew over the last half, and a line about each."""
    last = samples[len(samples) // 2 :]
    wrong = []
    memory = growth(last)
    print(
        f"  memory over the last {(last[-1].at - last[0].at) / 60:.1f} minutes: {memory:+.1%} by a straight line"
    )
    if memory > MOST_GROWTH:
        wrong.append(f"memory grew by {memory:.1%}")
    for name in ("files", "threads", "tasks"):
        more = risen(last, name)
        first, final = (getattr(one, name) for one in (samples[0], samples[-1]))
        print(f"  {name}: {first} at first, {final} at last, {more:+.0f} in the last half")
        if more > MOST_RISEN:
            wrong.append(f"{name} grew by {more:.0f}")
    most = max(samples, key=lambda s: s.waiting)
    spent = (samples[-1].cpu_s - samples[0].cpu_s) / (samples[-1].at - samples[0].at)
    print(f"  at most {most.waiting} events waited; {spent:.0%} of one core")
    print(
        f"  the gateway itself: {samples[0].gateway_mb:.0f} MB at first, {samples[-1].gateway_mb:.0f} at last"
    )
    return wrong


def soak(asked: argparse.Namespace) -> list[str]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linli-soak-")))
        (folder / "var").mkdir()
        url = f"sqlite:///{folder / 'var' / 'linli.db'}"
        if asked.db == "postgres":
            url = stack.enter_context(postgres_server()).fresh()
        migrate(url)
        engine = open_engine(url)
        stage_busy_town(engine, datetime.now(UTC), "wechaty", rooms=asked.rooms)
        fill_with_cases(engine, asked.cases, datetime.now(UTC))
        engine.dispose()
        gateway = stack.enter_context(Gateway(install_packages()))
        settle(gateway, asked.rooms)
        operator = stack.enter_context(Operator(folder, gateway, url))
        written = operator.config.read_text(encoding="utf-8")
        operator.config.write_text(written.replace(BRISK, AS_SHIPPED), encoding="utf-8")
        operator.start()
        run = Soak(url, gateway, operator, asked)
        print(f"{asked.db}, {asked.rooms} groups, {asked.rate:g} messages a second\n{HEAD}", flush=True)
        seconds = asked.minutes * 60
        late = run.talk(seconds, asked.rate)
        wrong = run.judged()
        print(
            f"{row(run.sampler.samples[-1])}\n  {run.said} said, {run.said / seconds:.1f} a second, the last {late:.1f} s late"
        )
        run.print_times()
        leaks = grown(run.sampler.samples)
        return wrong + (leaks if seconds >= SHORT_S else [])


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--minutes", type=float, default=30)
    args.add_argument("--rate", type=float, default=50)
    args.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    args.add_argument("--rooms", type=int, default=100)
    args.add_argument("--cases", type=int, default=20_000)
    args.add_argument("--seed", type=int, default=1)
    asked = args.parse_args()
    wrong = soak(asked)
    if asked.minutes * 60 < SHORT_S:
        print("  too short to judge what grew: caches and pools are still filling")
    print("everything held" if not wrong else "\n".join(wrong))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
