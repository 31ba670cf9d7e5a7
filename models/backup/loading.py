"""A backup becomes a database: the schema by our migrations as it was, every row, and only then the way up to today's."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import psycopg
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import Connection, Engine, Integer, Table, func, insert, select, text

from models.backup.archive import Archive
from models.backup.rows import sums_of, tables_of, values_for
from models.backup.sealing import UnusableBackup
from models.backup.soundness import doubts_of, faults_of
from models.engine import alembic_config, migrate, open_engine

KEYS = text("""
SELECT c.relname, k.conname, pg_get_constraintdef(k.oid)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace ORDER BY k.conname
""")
"""Foreign keys: rooms have owners and contacts have rooms, so no order of tables would fit."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a database was made of."""

    at: datetime
    """The moment that the backup shows."""
    revision: str
    sums: dict[str, list[Any]] = field(repr=False)
    doubts: tuple[str, ...] = ()
    """What did not fit together in the database that it was taken of."""

    @property
    def rows(self) -> int:
        """Of all tables together."""
        return sum(int(rows) for rows, _ in self.sums.values())


def load(archive: Archive, url: str) -> Loaded:
    """Fill an empty database, prove that every row arrived as it was, and bring it to this version's schema.

    Raises:
        UnusableBackup: the backup is damaged or newer than this program, or what it holds does not fit together.
    """
    revision = str(archive.about["revision"])
    known = ScriptDirectory.from_config(alembic_config(url))
    if revision not in {script.revision for script in known.walk_revisions()}:
        raise UnusableBackup(
            f"this backup has schema {revision} of Linli {archive.about['version']}: install that version or a newer one"
        )
    migrate(url, revision)
    engine = open_engine(url)
    try:
        _fill(engine, archive)
        with engine.connect() as wire:
            arrived = sums_of(wire)
        if arrived != archive.sums:
            other = sorted(
                name for name in {*arrived, *archive.sums} if arrived.get(name) != archive.sums.get(name)
            )
            raise UnusableBackup(
                f"not every row could be brought back ({', '.join(other)}): keep the older backup"
            )
    finally:
        engine.dispose()
    migrate(url)
    return Loaded(archive.at, revision, arrived, _prove(url))


def _prove(url: str) -> tuple[str, ...]:
    engine = open_engine(url)
    try:
        with engine.connect() as wire:
            faults, doubts = faults_of(wire), doubts_of(wire)
    finally:
        engine.dispose()
    if faults:
        raise UnusableBackup(f"what was restored does not hold together: {'; '.join(faults)}")
    return tuple(doubts)


def _fill(engine: Engine, archive: Archive) -> None:
    with _without_keys(engine) as wire:
        tables = {table.name: table for table in tables_of(wire)}
        for name, lines in archive.parts():
            if name not in tables:
                raise UnusableBackup(f"the backup holds a table {name} that its schema does not have")
            _put(wire, tables[name], archive.columns[name], lines)
        if engine.dialect.name == "postgresql":
            _count_on(wire, tables.values())


def _put(wire: Connection, table: Table, names: Sequence[str], lines: Sequence[bytes]) -> None:
    if wire.dialect.name == "postgresql":
        values = values_for(table, names, copying=True)
        driver = cast("psycopg.Connection[Any]", wire.connection.driver_connection)
        columns = sql.SQL(", ").join(sql.Identifier(name) for name in names)
        into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
        with driver.cursor() as cursor, cursor.copy(into) as copy:
            for line in lines:
                copy.write_row(values(line))
        return
    values = values_for(table, names, copying=False)
    wire.execute(insert(table), [dict(zip(names, values(line), strict=True)) for line in lines])


@contextmanager
def _without_keys(engine: Engine) -> Iterator[Connection]:
    """One transaction in which rows may come in any order; at its end every foreign key holds, or nothing came."""
    with engine.connect() as wire:
        postgres = engine.dialect.name == "postgresql"
        if not postgres:
            # Outside of a transaction, or SQLite ignores it; the file is nobody's yet, so the disk need not be waited for.
            driver = wire.connection.driver_connection
            for pragma in ("foreign_keys=OFF", "synchronous=OFF"):
                driver.execute(f"PRAGMA {pragma}")  # type: ignore[union-attr]
        keys = wire.execute(KEYS).all() if postgres else ()
        for table, name, _ in keys:
            wire.exec_driver_sql(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        yield wire
        for table, name, spelled in keys:
            wire.exec_driver_sql(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {spelled}')
        wire.commit()


def _count_on(wire: Connection, tables: Iterable[Table]) -> None:
    """New rows get numbers behind those that came."""
    owned = text("SELECT pg_get_serial_sequence(:table, :column)")
    for table in tables:
        for column in table.columns:
            named = (
                isinstance(column.type, Integer)
                and wire.execute(owned, {"table": f'"{table.name}"', "column": column.name}).scalar()
            )
            if named:
                last = wire.execute(select(func.max(column))).scalar()
                wire.execute(select(func.setval(named, last or 1, last is not None)))
