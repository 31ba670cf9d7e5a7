"""How long each migration takes over a million cases, down and up again, and how long somebody who writes waits for it.

``python -m benchmarks.migrations [--cases N] [--db sqlite,postgres] [--down-to 0001] [--keep FOLDER]``

One line a migration. On PostgreSQL somebody writes into a case every few milliseconds meanwhile; the longest wait is
printed. SQLite has one writer, which is the migration. ``--keep`` takes copies of the databases that ``benchmarks.case_desk``
kept there instead of filling new ones. PostgreSQL keeps the settings of the tests. At the end every case, step and line
has to be there, and to be found.
"""

import argparse
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import psycopg
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, table, text

from benchmarks.many_cases import fill
from bot.parts import load_parts
from models.engine import alembic_config, migrate, open_engine, roll_back
from models.rules.pacing import Pace
from tests.databases import postgres_server

COUNTED = (table("case_file"), table("case_event"), table("case_line"))
PAUSE_S = 0.005
AREAS = " OR ".join(f"g{n}" for n in range(1, 200))
"""Tokens of the areas: each case stands under one of them."""
MATCHED = f"SELECT count(*) FROM case_words WHERE case_words MATCH '{AREAS}'"  # noqa: S608 - ours


class Writer:
    """Somebody who works while the schema changes: writes into one case after the other, each for itself."""

    def __init__(self, url: str, cases: int) -> None:
        self._url, self._cases = url, cases
        self._stop = threading.Event()
        self._longest = 0.0
        self._thread = threading.Thread(target=self._write)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        if self._url.startswith("postgresql"):
            self._thread.start()
        yield
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def longest(self) -> float:
        """Seconds of the longest wait since this was asked last."""
        longest, self._longest = self._longest, 0.0
        return longest

    def _write(self) -> None:
        dice = random.Random(1)
        with psycopg.connect(self._url, autocommit=True) as wire:
            while not self._stop.wait(PAUSE_S):
                began = time.perf_counter()
                wire.execute(
                    "UPDATE case_file SET event_count = event_count WHERE id = %s",
                    (dice.randint(1, self._cases),),
                )
                self._longest = max(self._longest, time.perf_counter() - began)


def counts(url: str) -> list[int]:
    engine = open_engine(url)
    with engine.connect() as connection:
        found = [
            int(connection.execute(select(func.count()).select_from(one)).scalar_one()) for one in COUNTED
        ]
        indexed = MATCHED if engine.dialect.name == "sqlite" else "SELECT count(*) FROM case_words"
        found.append(int(connection.execute(text(indexed)).scalar_one()))
    engine.dispose()
    return found


def measure(url: str, lowest: str) -> None:
    before = counts(url)
    script = ScriptDirectory.from_config(alembic_config(url))
    steps = list(script.walk_revisions(base=lowest))
    titles = {step.revision: (step.doc or "").splitlines()[0] for step in steps}
    numbers = [step.revision for step in steps]
    writer = Writer(url, before[0])
    down: dict[str, tuple[float, float]] = {}
    up: dict[str, tuple[float, float]] = {}
    with writer.at_work():
        for upper, lower in pairwise(numbers):
            down[upper] = timed(writer, lambda to=lower: roll_back(url, to))
        for number in reversed(numbers[:-1]):
            up[number] = timed(writer, lambda to=number: migrate(url, to))
    for number in reversed(numbers[:-1]):
        print(
            f"{number}  down {down[number][0]:7.2f} s (a writer waited {down[number][1]:5.2f})"
            f"  up {up[number][0]:7.2f} s ({up[number][1]:5.2f})  {titles[number]}"
        )
    total = [sum(spent for spent, _ in way.values()) for way in (down, up)]
    worst = [max(waited for _, waited in way.values()) for way in (down, up)]
    print(
        f"all   down {total[0]:7.2f} s (longest wait {worst[0]:5.2f})  up {total[1]:7.2f} s ({worst[1]:5.2f})"
    )
    after = counts(url)
    print(
        f"cases, steps, lines, found by words: {before} before, {after} after: {'all there' if before == after else 'LOST'}"
    )


def timed(writer: Writer, move) -> tuple[float, float]:  # noqa: ANN001
    writer.longest()
    began = time.perf_counter()
    move()
    return time.perf_counter() - began, writer.longest()


@contextmanager
def filled(kind: str, cases: int, keep: Path | None) -> Iterator[str]:
    """The URL of a database with so many cases: a copy of a kept one, or filled now."""
    items = list(dict(load_parts(Pace(), "s" * 48).standing.items).values())
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="linli-migrations-") as scratch:
            file = Path(scratch) / "cases.db"
            url = f"sqlite:///{file}"
            if keep:
                shutil.copyfile(keep / f"cases-{cases}.db", file)
                migrate(url)
            else:
                fill(url, cases, items)
            yield url
        return
    with postgres_server(keep and keep / "pg") as server:
        if keep:
            server.run("DROP DATABASE IF EXISTS moved")
            server.run(f"CREATE DATABASE moved TEMPLATE cases_{cases}")
            url, _ = server.named("moved")
        else:
            url = server.fresh()
            fill(url, cases, items)
        yield url


def main() -> None:
    asked = argparse.ArgumentParser(prog="benchmarks.migrations")
    asked.add_argument("--cases", type=int, default=1_000_000)
    asked.add_argument("--db", default="sqlite,postgres")
    asked.add_argument("--down-to", default="0001")
    asked.add_argument("--keep", type=Path, help="the folder that benchmarks.case_desk kept: works on copies")
    options = asked.parse_args()
    for kind in options.db.split(","):
        with filled(kind, options.cases, options.keep) as url:
            print({"sqlite": "SQLite", "postgres": "PostgreSQL"}[kind], flush=True)
            measure(url, options.down_to)


if __name__ == "__main__":
    main()
