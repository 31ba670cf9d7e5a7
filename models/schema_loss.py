"""What a rollback throws away: tables and columns that the older schema does not have, and how much stands in them."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine, inspect

from models.engine import migrate, open_engine

Columns = dict[str, set[str]]


def loss(url: str, revision: str) -> list[str]:
    """One line for each thing that holds something: ``alarm: 12 rows``, ``audit.number: 3 rows``."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            return list(_lines(connection, _columns(engine), _columns_at(revision)))
    finally:
        engine.dispose()


def _lines(connection: Connection, now: Columns, then: Columns) -> Iterator[str]:
    for table in sorted(now):
        if table not in then:
            if count := _count(connection, table, "*"):
                yield f"{table}: {count} rows"
            continue
        for column in sorted(now[table] - then[table]):
            if count := _count(connection, table, f'"{column}"'):
                yield f"{table}.{column}: {count} rows"


def _count(connection: Connection, table: str, what: str) -> int:
    """How many rows hold something there. Names come from the database itself."""
    return int(connection.exec_driver_sql(f'SELECT count({what}) FROM "{table}"').scalar_one())  # noqa: S608


def _columns_at(revision: str) -> Columns:
    """Of that schema, as an empty database has it."""
    with TemporaryDirectory(prefix="linli-schema-") as folder:
        url = f"sqlite:///{Path(folder) / 'empty.db'}"
        migrate(url, revision)
        engine = open_engine(url)
        try:
            return _columns(engine)
        finally:
            engine.dispose()


def _columns(engine: Engine) -> Columns:
    """Without the index of words, which is made of the cases, and the schema's own number."""
    look = inspect(engine)
    return {
        table: {column["name"] for column in look.get_columns(table)}
        for table in look.get_table_names()
        if not table.startswith(("case_words", "alembic"))
    }
