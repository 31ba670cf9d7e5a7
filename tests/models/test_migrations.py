"""The schema is what the tables say, on both databases, upwards and downwards."""

from alembic import command
from sqlalchemy import inspect

from models.engine import alembic_config, migrate, open_engine
from tests.databases import Postgres


def tables_of(url: str) -> set[str]:
    engine = open_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def test_the_migrations_build_exactly_what_the_tables_say(database_url: str):
    command.check(alembic_config(database_url))


def test_every_migration_can_be_taken_back_and_applied_again(database_url: str):
    built = tables_of(database_url)

    command.downgrade(alembic_config(database_url), "base")
    assert tables_of(database_url) == {"alembic_version"}

    migrate(database_url)
    assert tables_of(database_url) == built


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
