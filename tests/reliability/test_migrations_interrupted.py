"""Migrations that are killed, that meet each other, a long reader, or a database from tomorrow."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from models import schema_change
from models.engine import for_writing, migrate, open_engine, roll_back, standing
from models.schema_change import DatabaseTooNew, SchemaBusy, alone
from tests.databases import Postgres
from tests.models import rows
from tests.reliability import migrating

PATIENCE_S = 30


def until(true: Callable[[], Any]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_killed_anywhere_and_started_again_it_ends_where_it_would_have(database_url: str):
    whole = rows.schema(database_url)
    rows.fill(database_url)
    roll_back(database_url, "0001")
    before = rows.held(database_url)

    assert migrating.deaths(database_url, seed=7) > 3

    after = rows.held(database_url)
    assert rows.schema(database_url) == whole
    assert rows.shared(before, after)[0] == rows.shared(before, after)[1]


def test_killed_while_the_words_are_filled_they_are_filled_the_next_time(database_url: str):
    whole = rows.schema(database_url)
    rows.fill(database_url)
    roll_back(database_url, "0015")
    for dies_at in (20, 37, 44):  # SQLite: after the words; PostgreSQL: after them, and after their index
        assert migrating.died(database_url, dies_at)
    migrate(database_url)

    assert rows.schema(database_url) == whole


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_of_two_that_start_at_once_one_does_the_work(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
):
    whole = rows.schema(str(request.getfixturevalue(f"{kind}_url")))
    postgres: Postgres | None = request.getfixturevalue("postgres") if kind == "postgres" else None
    url = postgres.empty() if postgres else f"sqlite:///{tmp_path / 'empty.db'}"

    both = [migrating.start(url) for _ in range(2)]
    for one in both:
        one.join(migrating.ENDS_WITHIN_S)

    assert [one.exitcode for one in both] == [0, 0]
    assert rows.schema(url) == whole
    if postgres:
        postgres.drop(url)


def test_who_comes_second_says_whom_it_waits_for(database_url: str):
    roll_back(database_url, "0022")
    engine = open_engine(database_url)
    second = threading.Thread(target=migrate, args=(database_url,))
    with capture_logs() as said:
        with alone(engine):
            second.start()
            until(lambda: said)
            assert second.is_alive()
        second.join(PATIENCE_S)
    engine.dispose()

    assert "another process changes the schema" in said[0]["event"]
    assert schema_change.ourselves() in said[0]["by"]
    assert not second.is_alive()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema_change, "ASK_MS", 50)


@pytest.mark.postgres
@pytest.mark.usefixtures("impatient")
def test_a_long_reader_stops_neither_the_village_nor_the_migration_for_ever(postgres_url: str):
    roll_back(postgres_url, "0003")
    engine = open_engine(postgres_url)
    second = threading.Thread(target=migrate, args=(postgres_url, "0004"))
    with engine.connect() as reader, capture_logs() as said:
        reader.execute(text("SELECT count(*) FROM case_file"))
        second.start()
        until(lambda: said)
        with engine.begin() as somebody:  # who reads and writes meanwhile
            somebody.execute(text("SET LOCAL statement_timeout = '2s'"))
            somebody.execute(text("SELECT count(*) FROM case_file"))
            somebody.execute(text("UPDATE case_file SET event_count = event_count"))
        reader.rollback()
        second.join(PATIENCE_S)
    engine.dispose()

    assert "asking again" in said[0]["event"]
    assert not second.is_alive()
    assert "waiting_until" in str(rows.schema(postgres_url))


@pytest.mark.postgres
@pytest.mark.usefixtures("impatient")
def test_it_gives_up_in_the_end_and_says_who_is_in_the_way(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(schema_change, "ASKS", 2)
    roll_back(postgres_url, "0003")
    engine = open_engine(postgres_url)
    with engine.connect() as reader:
        pid = reader.execute(
            text("SELECT pg_backend_pid() FROM (SELECT count(*) FROM case_file) AS held")
        ).scalar_one()
        with pytest.raises(
            SchemaBusy, match=f"held too long by session {pid} .*run `python -m bot migrate` again"
        ):
            migrate(postgres_url)
    engine.dispose()


@pytest.fixture
def tomorrows(database_url: str) -> Iterator[Callable[[str | None], None]]:
    """Says in a database that a later version migrated it, and what it promised; no longer so afterwards."""
    number, _ = standing(database_url)
    yield lambda promise: number_the_schema(database_url, "9998", promise)
    number_the_schema(database_url, str(number), None)


def test_beside_a_newer_schema_a_program_works_as_far_as_the_newer_one_promised(
    database_url: str, tomorrows: Callable[[str | None], None]
):
    whole = rows.schema(database_url)
    for promise in ("0023", "0001"):
        tomorrows(promise)
        migrate(database_url)
    assert rows.schema(database_url) == whole

    for promise in ("9997", None):
        tomorrows(promise)
        with pytest.raises(DatabaseTooNew, match="start the newer version again, or take the schema back"):
            migrate(database_url)


def number_the_schema(url: str, number: str, oldest: str | None) -> None:
    engine = open_engine(url)
    with for_writing(engine).begin() as connection:
        asked = text("UPDATE alembic_version SET version_num = :number, oldest = :oldest")
        connection.execute(asked, {"number": number, "oldest": oldest})
    engine.dispose()
