"""What a township and a county write in a day and a year, with the broom and without, and what a night's sweeping takes.

``python -m benchmarks.growth [--days 30] [--townships 40] [--db sqlite,postgres]``

The simulated township (``tests.year``: about 1,370 lines of chat and 27 requests a day) plays so many days; the bytes of
each table and its indexes are what the database says. Tables of a year and of five are that many days of the same. Then
a database holds what a county has at nightfall (keys of 31 days; of the audit, of what was said and of cases the night's
share with 200,000, 200,000 and 20,000 younger rows in front of it, for what is younger is not looked at), and the broom
sweeps it batch by batch.
"""

import argparse
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, insert, text

from benchmarks.many_cases import NOON, fill
from bot.parts import Parts, load_parts
from handlers.actors import CLOCK
from handlers.dispatch import Dispatch
from handlers.housekeeping import SweepExpired
from models.engine import for_writing, open_engine
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from models.rules.pacing import Pace
from models.rules.retention import AUDIT_KEPT, CASES_KEPT, KEYS_KEPT, LINES, SAID_KEPT, Fate
from models.sizes import TableSize, sizes, total
from models.store.rows import TABLES
from tests.reliability.kill import database
from tests.year.play import Year

MB = 2**20
YEAR = 365
YOUNGER, YOUNGER_CASES = 200_000, 20_000
PART = 20_000
GO = {line.table: line.span.days for line in LINES if line.fate is Fate.GOES}
GROW = (
    "audit",
    "case_event",
    "case_file",
    "case_line",
    "consumed_key",
    "due_firing",
    "notice_room",
    "outbox",
)
"""Those that hold more than a hundredth of a year."""


def month(engine: Engine, parts: Parts, days: int) -> dict[str, TableSize]:
    """Tables of a township after so many days."""
    year = Year(engine, parts, days, seed=5)
    year.run()
    if year.wrong:
        raise SystemExit("\n".join(year.wrong[:5]))
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as wire:
            wire.execute(text("VACUUM (ANALYZE)"))
    return {one.name: one for one in sizes(engine, year.clock())}


def told(name: str, tables: dict[str, TableSize], days: int, townships: int) -> Iterator[str]:
    """A line for each table that grows, and for all."""
    yield (
        f"{name}: rows a day, bytes a row with indexes; MB of a township after a year, the same swept, after five years,"
        f" swept; of {townships} townships after five years, swept"
    )
    sums = [0.0] * 4
    for table in sorted(GROW):
        one = tables[table]
        if not one.rows:
            continue
        daily, each = one.rows / days, (one.bytes or 0) / one.rows
        kept = GO.get(table, 10**6)
        weights = [daily * each * n / MB for n in (YEAR, min(YEAR, kept), 5 * YEAR, min(5 * YEAR, kept))]
        sums = [a + b for a, b in zip(sums, weights, strict=True)]
        yield line(table, daily, each, weights, townships)
    yield line("all", sum(tables[t].rows for t in GROW) / days, 0, sums, townships)


def line(table: str, daily: float, each: float, weights: list[float], townships: int) -> str:
    """MB: a year unswept, swept; five years unswept, swept; of the county the last two."""
    small = " ".join(f"{weight:9.1f}" for weight in weights)
    return f"  {table:14s}{daily:9.1f}{each:7.0f} {small}   {weights[2] * townships:10.0f} {weights[3] * townships:10.0f}"


def nightfall(engine: Engine, a_day: dict[str, int]) -> None:
    """What is to be swept this night, behind what stays."""
    week, day = timedelta(days=7), timedelta(days=1)
    said = {
        "cause": "wechaty:1",
        "key": "RCPT",
        "rank": 2,
        "state": "sent",
        "room_id": 1,
        "text": "记下了" * 12,
    }
    _rows(engine, "consumed_key", a_day["consumed_key"] * 31, NOON - KEYS_KEPT - day, KEYS_KEPT + day, {})
    for table, kept, more in (
        ("audit", AUDIT_KEPT, {"door": "chat", "intent": "Report", "outcome": "done"}),
        ("outbox", SAID_KEPT, said),
    ):  # fmt: skip
        _rows(engine, table, a_day[table], NOON - kept - day, day, more)
        _rows(engine, table, YOUNGER, NOON - week, week, more)
    with for_writing(engine).begin() as wire:
        old = {"upto": a_day["case_file"], "at": NOON - CASES_KEPT - day}
        wire.execute(text("UPDATE case_file SET closed_at = :at, state = 'closed' WHERE no <= :upto"), old)


def _rows(
    engine: Engine, table: str, count: int, first: datetime, span: timedelta, more: dict[str, Any]
) -> None:
    for begin in range(0, count, PART):
        numbers = range(begin, min(begin + PART, count))
        rows: list[dict[str, Any]] = [{**more, "at": first + span * n / count} for n in numbers]
        for n, row in zip(numbers, rows, strict=True):
            if table == "outbox":
                row["created_at"] = row["not_before"] = row["sent_at"] = row.pop("at")
            else:
                row["key"] = f"wechaty:7120938475610293{n:09d}{begin % 7}{table[0]}{first:%d}"
        with for_writing(engine).begin() as wire:
            wire.execute(insert(TABLES[table]), rows)


def night(engine: Engine, parts: Parts) -> list[float]:
    """Seconds of each batch until nothing is left, and the CPU of this process for all of them last."""
    dispatch, spent = Dispatch(engine, parts.standing, lambda: NOON), []
    with engine.connect() as wire:
        before = _left(wire)
    worked = time.process_time()
    while True:
        turn = len(spent) + 1
        began = time.perf_counter()
        dispatch(
            SweepExpired(NOON.isoformat(), turn), CLOCK, Origin(Door.CLOCK, IdempotencyKey(f"n{turn}"), NOON)
        )
        spent.append(time.perf_counter() - began)
        with engine.connect() as wire:
            after = _left(wire)
        if after == before:
            return [*spent, time.process_time() - worked]
        before = after


def _left(wire: Connection) -> int:
    """Whether another batch was planned."""
    return int(
        wire.execute(text("SELECT count(*) FROM due_firing WHERE intent = 'SweepExpired'")).scalar_one()
    )


def main() -> None:
    """Print all of it."""
    asked = argparse.ArgumentParser(prog="benchmarks.growth")
    asked.add_argument("--days", type=int, default=30)
    asked.add_argument("--townships", type=int, default=40)
    asked.add_argument("--db", default="sqlite,postgres")
    options = asked.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    parts = load_parts(Pace(), "g" * 48)
    for kind in options.db.split(","):
        with tempfile.TemporaryDirectory(prefix="linli-growth-") as scratch:
            with database(kind, Path(scratch)) as url:
                engine = open_engine(url)
                tables = month(engine, parts, options.days)
                whole = total(engine)
                engine.dispose()
            for each in told(kind, tables, options.days, options.townships):
                sys.stdout.write(each + "\n")
            sys.stdout.write(f"  the database after {options.days} days: {whole / MB:.1f} MB\n")
            Path(scratch, "linli.db").unlink(missing_ok=True)
            a_day = {t: round(tables[t].rows / options.days * options.townships) for t in GROW}
            with database(kind, Path(scratch)) as url:
                fill(url, YOUNGER_CASES, tuple(parts.standing.items.values()))
                engine = open_engine(url)
                nightfall(engine, a_day)
                *spent, worked = night(engine, parts)
                engine.dispose()
            sys.stdout.write(
                f"  a county's night: {a_day}; {len(spent)} batches, {sum(spent):.1f} s of writing, {worked:.1f} of CPU"
                f" here, each {statistics.median(spent) * 1000:.0f} ms, the longest {max(spent) * 1000:.0f} ms\n"
            )


if __name__ == "__main__":
    main()
