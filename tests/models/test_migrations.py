"""The schema is what the tables say, on both databases, upwards and downwards."""

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
    """Of all tables and columns that are there before and after; step by step, from the newest to the first."""
    rows.fill(database_url)
    steps = list(ScriptDirectory.from_config(alembic_config(database_url)).walk_revisions())
    assert len(steps) > 20
    above = rows.held(database_url)
    for step in steps[:-1]:  # below the first there is nothing to keep
        roll_back(database_url, step.down_revision)
        below = rows.held(database_url)
        assert rows.shared(above, below)[0] == rows.shared(above, below)[1], f"{step.revision} taken back"
        migrate(database_url, step.revision)
        again = rows.held(database_url)
        assert again.keys() == above.keys()
        assert rows.shared(below, again)[0] == rows.shared(below, again)[1], f"{step.revision} applied"
        roll_back(database_url, step.down_revision)
        above = below
    assert all(len(found) == 2 for found in above.values())


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
