"""Rows in every table of a database, whatever its schema is at the moment: made, and read again."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    Table,
    insert,
    inspect,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.schema import sort_tables_and_constraints

from models.engine import for_writing, open_engine

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
SQLITE_SCHEMA = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
POSTGRES_SCHEMA = """
SELECT concat_ws(' ', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid))
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
UNION ALL SELECT pg_get_indexdef(indexrelid) || ' ' || indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""
NOT_OURS = ("case_words", "alembic")
Held = dict[str, list[dict[str, Any]]]


def tables(connection: Connection) -> list[Table]:
    """All that rows may be written into; the index of words is filled by triggers."""
    here = MetaData()
    here.reflect(connection, only=lambda name, _: not name.startswith(NOT_OURS))
    return [table for table, _ in sort_tables_and_constraints(here.tables.values()) if table is not None]


def fill(url: str, rows: int = 2, only: Sequence[Table] = ()) -> None:
    """So many rows in every table, or in those, pointing at each other by number."""
    engine = open_engine(url)
    with for_writing(engine).begin() as connection:
        filled: set[str] = set()
        for table in only or tables(connection):
            made = [{c.name: value(c, n, filled) for c in table.columns} for n in range(1, rows + 1)]
            connection.execute(insert(table), made)
            filled.add(table.name)
    engine.dispose()


def value(column: Column[Any], n: int, filled: set[str]) -> Any:
    """Something of the column's kind, other for each row."""
    for key in column.foreign_keys:
        return n if key.column.table.name in filled else None
    kind = column.type.python_type
    made = {
        int: n, str: f"{column.name}{n}", float: n + 0.5, bool: n % 2 == 0, bytes: bytes([n]), dict: {}, object: {},
        datetime: NOON.replace(day=n), date: NOON.date().replace(day=n),
    }  # fmt: skip
    return made[kind]


def held(url: str) -> Held:
    """Every row of every table, in one order, as the driver gives it."""
    engine = open_engine(url)
    with engine.connect() as connection:
        names = [name for name in inspect(connection).get_table_names() if not name.startswith(NOT_OURS)]
        found = {
            name: connection.execute(select(literal_column("*")).select_from(table(name))).mappings().all()
            for name in names
        }
    engine.dispose()
    return {name: sorted(map(dict, rows), key=repr) for name, rows in found.items()}


def shared(one: Held, other: Held) -> tuple[Held, Held]:
    """What both have, table by table and column by column."""
    both = {
        name: set(one[name][0]) & set(other[name][0])
        for name in one.keys() & other.keys()
        if one[name] and other[name]
    }
    return tuple(
        {
            n: sorted(({c: row[c] for c in sorted(both.get(n, ()))} for row in side[n]), key=repr)
            for n in one.keys() & other.keys()
        }
        for side in (one, other)
    )  # type: ignore[return-value] # two of them


def schema(url: str) -> list[str]:
    """Everything that a schema is made of, word by word, in one order."""
    engine = open_engine(url)
    with engine.connect() as connection:
        asked = SQLITE_SCHEMA if engine.dialect.name == "sqlite" else POSTGRES_SCHEMA
        # SQLite's statement of a table names its constraints in no certain order.
        found = sorted(
            " ".join(sorted(str(line).replace(",", " ").split()))
            for line in connection.execute(text(asked)).scalars()
        )
    engine.dispose()
    return found
