"""A report of many cases as a spreadsheet: how long it takes, and how far memory grows with the rows.

``python -m benchmarks.case_export [--rows N]``

Each size in a process of its own over the same kind of town, on SQLite: a year of cases with their events, through the
same functions as the page. ``page`` is the screen with the figures. The file is opened again by openpyxl, row by row,
and compared with the figures; "grew by" is the highest memory in use while it was written, above what was in use before.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from openpyxl import load_workbook
from sqlalchemy import Engine, text

from benchmarks.busy_town import fill_with_cases, stage_busy_town
from benchmarks.memory import rss
from bot.parts import load_parts
from handlers.actors import OPERATOR
from handlers.dispatch import Dispatch
from handlers.reports import reckon
from handlers.work import Work
from models.engine import for_writing, migrate, open_engine
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from models.rules.pacing import SHANGHAI, Pace, shanghai_date
from models.rules.report_periods import period_between
from web.report_asked import Asked
from web.report_export import write_book
from web.report_pages import wording_of

NOW = datetime(2026, 3, 4, 8, 0, tzinfo=SHANGHAI).astimezone(UTC)
SIZES = (5_000, 50_000)
MEGABYTE = 2**20
HEAD = 3
"""Rows above those of cases on a sheet."""
RESULTS = """
INSERT INTO case_event (case_id, seq, step, to_state, reason, changes, at)
SELECT id, 3, 'resolve', 'closed', '', '{}', created_at FROM case_file WHERE state = 'closed'
"""
T = TypeVar("T")


def peak(afresh: bool = False) -> float:
    """Megabytes of the most this process had in memory, since it was asked ``afresh``."""
    if afresh:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def large_town(rows: int, folder: Path) -> Engine:
    """A town with so many cases of the past year; all but two in a hundred have a result."""
    url = f"sqlite:///{folder / 'town.db'}"
    migrate(url)
    engine = open_engine(url)
    stage_busy_town(engine, NOW)
    fill_with_cases(engine, rows, NOW)
    with for_writing(engine).begin() as connection:
        connection.execute(text(RESULTS))
    return engine


def measure(rows: int, folder: Path) -> None:
    """One size."""
    engine = large_town(rows, folder)
    parts = load_parts(Pace(), "benchmark" * 4, hears=False)
    dispatch = Dispatch(engine, parts.standing, lambda: NOW)
    town = dispatch.current_town()
    area = min(town.areas, key=lambda one: (town.areas[one].rank, one))
    today = shanghai_date(NOW)
    asked = Asked(period_between(str(today - timedelta(days=365)), str(today)), area, "register", {})

    def timed(question: Callable[[Work], T]) -> tuple[T, float]:
        began = time.perf_counter()
        origin = Origin(Door.SHELL, IdempotencyKey("benchmark"), NOW)
        return dispatch.look(question, OPERATOR, origin), time.perf_counter() - began

    figures, screen_s = timed(lambda work: reckon(work, area, asked.period))
    expected = int(figures.figure("received").share.numerator)
    del figures
    file = folder / "report.xlsx"
    before, _ = rss(), peak(afresh=True)

    def written(work: Work) -> int:
        say = wording_of(work, area, lambda key: parts.standing.texts.render(key, {}))
        return write_book(file, lambda _: None, work, asked, "benchmark", say)

    total, export_s = timed(written)
    grew = peak() - before
    found = rows_in(file)
    if found != expected:
        raise SystemExit(f"{found} rows in the file, {expected} on the page")
    size = file.stat().st_size / MEGABYTE
    print(
        f"{rows:>6} cases: page {screen_s:5.1f} s, file {export_s:6.1f} s ({total} rows, {size:.1f} MB), "
        f"memory {before:.0f} MB, grew by {grew:.0f} MB; openpyxl reads {found} rows of the register, as the page counts"
    )


def rows_in(file: Path) -> int:
    """Rows of the register, as openpyxl reads them one by one."""
    sheet = load_workbook(file, read_only=True)["民情台账"]
    return sum(1 for row in sheet.iter_rows(min_row=HEAD + 1, values_only=True) if row[1])


def main() -> None:
    """Each size in its own process."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--rows", type=int, default=0)
    rows = asked.parse_args().rows
    if rows:
        with tempfile.TemporaryDirectory() as folder:
            measure(rows, Path(folder))
        return
    for each in SIZES:
        subprocess.run([sys.executable, "-m", "benchmarks.case_export", "--rows", str(each)], check=True)


if __name__ == "__main__":
    main()
