"""``python -m tests.faults --seeds 1000 [--seed N] [--days 7] [--db sqlite|postgres] [--replay FILE] [--keep FOLDER]``.

Each seed is a week of a small town with faults; a failing one is shrunk to the shortest week that still fails the same
way, printed and kept for ``--replay``. Stop it when you like: what ran so far is told.
"""

import argparse
import gc
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import structlog

from bot.parts import Parts, load_parts
from models.rules.pacing import Pace
from tests.databases import SqliteFiles, postgres_server
from tests.faults.happenings import Happening, read, write
from tests.faults.shrink import same_fault, shortest
from tests.faults.week import Played, play
from tests.year.__main__ import SECRET

Fresh = Callable[[], str]
"""Gives the URL of an empty, migrated database."""


def fresh_databases(kind: str, folder: Path, stack: ExitStack) -> tuple[Fresh, Callable[[str], object]]:
    """What gives a database for each week, and what takes it back."""
    if kind == "postgres":
        server = stack.enter_context(postgres_server())
        return server.lend, server.take_back
    files = SqliteFiles(folder)
    return lambda: files.fresh(folder), lambda _: [left.unlink() for left in folder.glob("linli.db*")]


class Weeks:
    """Plays weeks, each on a database of its own."""

    def __init__(self, parts: Parts, fresh: Fresh, take_back: Callable[[str], object], days: int) -> None:
        self._parts, self._fresh, self._take_back, self.days = parts, fresh, take_back, days

    def play(self, seed: int, script: list[Happening] | None = None, days: int = 0) -> Played:
        """One week; ``script``: these happenings and no others."""
        url = self._fresh()
        try:
            return play(url, self._parts, days or self.days, seed, script)
        finally:
            self._take_back(url)

    def shrink(self, played: Played, seed: int, most: int, days: int = 0) -> list[Happening]:
        """The shortest week found in so many plays that fails in the same way."""
        sign = same_fault(played.wrong[0])
        return shortest(
            played.happenings,
            lambda script: any(same_fault(w) == sign for w in self.play(seed, script, days).wrong),
            most,
        )


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def quiet_log() -> None:
    """Nobody reads the log of a simulated alarm; making its lines would cost a tenth of the time."""
    structlog.configure(logger_factory=lambda *_: _Silence(), processors=[lambda *_: ""])


class _Silence:
    def msg(self, *_: object) -> None:
        """Nothing."""

    debug = info = warning = error = critical = exception = msg


def run(weeks: Weeks, seeds: range, keep: Path, most: int) -> int:
    """How many seeds failed. Tells of every failing seed, and of its shortest week."""
    began, failing, ran = time.monotonic(), 0, 0
    try:
        for ran, seed in enumerate(seeds, 1):
            gc.collect(1)
            played = weeks.play(seed)
            if played.wrong:
                failing += 1
                _tell_failure(weeks, seed, played, keep, most)
            if ran % 10 == 0 or ran == len(seeds):
                pace = (time.monotonic() - began) / ran
                tell(f"{ran} of {len(seeds)} seeds, {failing} failing, {pace:.1f} s a seed")
    except KeyboardInterrupt:
        tell(f"stopped in seed {seeds.start + ran - 1}; {failing} failing before it")
    return failing


def _tell_failure(weeks: Weeks, seed: int, played: Played, keep: Path, most: int) -> None:
    tell(f"seed {seed} FAILS: {played.wrong[0]} ({len(played.wrong)} faults in all)")
    for wrong in played.wrong[1:4]:
        tell(f"    also: {wrong}")
    if not most:
        return
    script = weeks.shrink(played, seed, most)
    file = keep / f"seed-{seed}.jsonl"
    write(script, file, days=weeks.days)
    tell(f"    shrunk from {len(played.happenings)} to {len(script)} happenings: --replay {file}")
    for each in script:
        tell(f"    {each}")


def main() -> None:
    asked = argparse.ArgumentParser(prog="tests.faults")
    asked.add_argument("--seeds", type=int, default=20)
    asked.add_argument("--seed", type=int, default=1, help="the first seed")
    asked.add_argument("--days", type=int, default=7)
    asked.add_argument("--db", default="sqlite", choices=("sqlite", "postgres"))
    asked.add_argument("--replay", type=Path, help="play this kept week instead")
    asked.add_argument("--keep", type=Path, help="folder for shrunk weeks")
    asked.add_argument(
        "--shrink", type=int, default=200, help="plays that shrinking may take; 0: do not shrink"
    )
    options = asked.parse_args()
    quiet_log()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linli-faults-")))
        keep = options.keep or Path(tempfile.gettempdir())
        keep.mkdir(parents=True, exist_ok=True)
        weeks = Weeks(load_parts(Pace(), SECRET), *fresh_databases(options.db, folder, stack), options.days)
        if options.replay is None:
            seeds = range(options.seed, options.seed + options.seeds)
            sys.exit(run(weeks, seeds, keep, options.shrink) > 0)
        days, script = read(options.replay)
        played = weeks.play(options.seed, list(script), days)
        for wrong in played.wrong:
            tell(f"WRONG {wrong}")
        tell(f"{played.facts}")
        sys.exit(bool(played.wrong))


if __name__ == "__main__":
    main()
