"""Five thousand things due in the same second: none lost, none done twice, by one process or by two."""

import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.lockfile import AlreadyRunning, LockFile
from jobs.due_firings import fire_due
from models.due import _NEXT, LEASE, DueTable
from models.engine import open_engine
from tests.due.ringing import Notebook
from tests.due.test_firings import NOW, plan, states
from tests.house.source import ROOT

HERD = [f"bell-{number:04}" for number in range(5_000)]


def all_done(engine: Engine) -> bool:
    found = states(engine)
    return len(found) == len(HERD) and {state for state, _ in found.values()} == {"done"}


def test_one_process_does_a_herd_once(engine: Engine, tmp_path: Path):
    plan(engine, *HERD)
    notes = tmp_path / "notes"
    with notes.open("w") as file:
        assert fire_due(DueTable(engine), Notebook(file), lambda: NOW) == len(HERD)

    assert sorted(notes.read_text().split()) == [f"job:{key}" for key in HERD]
    assert all_done(engine)


@pytest.mark.postgres
def test_two_processes_share_a_herd_and_do_it_once(postgres_url: str, tmp_path: Path):
    engine = open_engine(postgres_url)
    plan(engine, *HERD)
    notes = [tmp_path / "one", tmp_path / "two"]
    command = [sys.executable, "-m", "tests.due.ringing", postgres_url, NOW.isoformat()]
    both = [subprocess.Popen([*command, str(note)], cwd=ROOT) for note in notes]
    while not all(note.with_suffix(".ready").exists() for note in notes):
        assert all(each.poll() is None for each in both)
        time.sleep(0.02)
    (tmp_path / "go").touch()

    assert [each.wait(timeout=120) for each in both] == [0, 0]
    done = [note.read_text().split() for note in notes]
    assert sorted(done[0] + done[1]) == [f"job:{key}" for key in HERD]
    assert min(map(len, done)) > 0
    assert all_done(engine)
    engine.dispose()


def test_on_sqlite_a_second_process_is_told_why_it_may_not_start(tmp_path: Path):
    with (
        LockFile(tmp_path / "linli.lock"),
        pytest.raises(AlreadyRunning, match="is held by another Linli: stop it first, or use PostgreSQL"),
        LockFile(tmp_path / "linli.lock"),
    ):
        raise AssertionError("two processes")
    with LockFile(tmp_path / "linli.lock"):
        pass


def test_looking_for_what_is_due_reads_the_rows_that_may_be_and_no_others(sqlite_url: str):
    engine = open_engine(sqlite_url)
    plan(engine, *HERD, due=NOW + timedelta(days=1))
    plan(engine, "leased")
    due = DueTable(engine)
    assert [firing.key for firing in due.claim(NOW)] == ["leased"]
    assert due.next_due(NOW) == NOW + LEASE

    raw = sqlite3.connect(engine.url.database or "")
    seen: list[str] = []
    with engine.connect() as connection:
        wire = connection.connection.dbapi_connection
        assert isinstance(wire, sqlite3.Connection)
        wire.set_trace_callback(seen.append)
        _NEXT.rows(connection, {"now": NOW})
        wire.set_trace_callback(None)
    looked = next(statement for statement in seen if "due_firing" in statement)
    ways = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {looked}") if "due_firing" in row[3]]
    raw.close()
    assert ways == [
        "SEARCH due_firing USING INDEX ix_due_open (state=?)",  # in order, and the first one is enough
        "SEARCH due_firing USING INDEX ix_due_leased (state=? AND leased_until>?)",
    ]
    engine.dispose()


def test_a_clock_put_back_and_forward_again_does_nothing_twice(engine: Engine, tmp_path: Path):
    plan(engine, *HERD[:50])
    plan(engine, "later", due=NOW + timedelta(minutes=30))
    notes = tmp_path / "notes"
    with notes.open("w") as file:
        for minutes in (0, -60, 30, -60, 60):
            fire_due(DueTable(engine), Notebook(file), lambda at=NOW + timedelta(minutes=minutes): at)

    assert sorted(notes.read_text().split()) == sorted(f"job:{key}" for key in [*HERD[:50], "later"])
