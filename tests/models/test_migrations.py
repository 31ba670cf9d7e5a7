"""The schema is what the tables say, on both databases, upwards and downwards."""

from itertools import pairwise

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from models.engine import alembic_config, migrate, open_engine, roll_back
from tests.databases import Postgres
from tests.models import rows
from tests.models.rows import schema


def tables_of(url: str) -> set[str]:
    engine = open_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def test_the_migrations_build_exactly_what_the_tables_say(database_url: str):
    command.check(alembic_config(database_url))


def test_every_migration_taken_back_and_applied_again_keeps_the_rows(database_url: str):
    """Of all tables and columns that are there before and after: two down, one up, from the newest to the first."""
    rows.fill(database_url)
    numbers = [
        step.revision for step in ScriptDirectory.from_config(alembic_config(database_url)).walk_revisions()
    ]
    assert len(numbers) > 20
    now = rows.held(database_url)
    for upper, lower in pairwise(numbers):
        roll_back(database_url, lower)
        below = rows.held(database_url)
        assert rows.shared(now, below)[0] == rows.shared(now, below)[1], f"{upper} taken back"
        migrate(database_url, upper)
        now = rows.held(database_url)
        assert rows.shared(below, now)[0] == rows.shared(below, now)[1], f"{upper} applied"
    assert all(len(found) == 2 for found in below.values())


def test_from_the_first_table_to_the_last_and_back(database_url: str):
    built = schema(database_url)

    roll_back(database_url, "base")
    assert tables_of(database_url) == {"alembic_version"}

    migrate(database_url)
    assert schema(database_url) == built


def test_migrating_twice_changes_nothing(database_url: str):
    built = tables_of(database_url)

    migrate(database_url)

    assert tables_of(database_url) == built


def test_a_fresh_database_is_nobody_elses(postgres: Postgres):
    first, second = postgres.fresh(), postgres.fresh()

    assert first != second
    assert "case_file" in tables_of(first)

    postgres.drop(first)
    postgres.drop(second)
