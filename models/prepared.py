"""Statements of the hot path, spelled out once for each kind of database.

SQLAlchemy looks a statement up, arranges its parameters and wraps its rows anew for each run, and that costs several
times as much as the database's own part. Here the same text goes to the driver's cursor of the same transaction, with
the same conversion of values; what the driver complains of is raised as SQLAlchemy would raise it. A list of changing
length (``IN``) is not for this.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Dialect, Float, Select, UpdateBase
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine
from sqlmodel.sql.sqltypes import UTCDateTime

Convert = Callable[[Any], Any]
_CURSOR = "linli cursor"
"""Where a connection keeps the one cursor of its prepared statements: making one costs as much as a small statement."""
_MOMENTS: dict[str, Convert] = {}
"""Moments as each kind of database takes them, the last few remembered: a piece of work writes one many times."""


@dataclass(frozen=True, slots=True)
class _Spelled:
    """A statement as one kind of database takes it."""

    sql: str
    fixed: dict[str, Any]
    """Values that stand in the statement itself."""
    names: tuple[str, ...]
    """Its parameters, in order."""
    pick: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    """Takes the parameters' values out of a mapping, in order."""
    into: tuple[tuple[int, Convert], ...]
    """What makes of a value one that the driver takes, by the parameter's place; the others are taken as they are."""
    out_of: tuple[Convert | None, ...]
    """What makes of the driver's values ours, by column; empty where they are the same."""
    by_place: bool
    """Parameters are told apart by their place, not by name."""

    def given(self, binds: Mapping[str, Any]) -> Any:
        """Parameters for the driver."""
        values = list(self.pick({**self.fixed, **binds} if self.fixed else binds))
        for place, make in self.into:
            values[place] = make(values[place])
        return values if self.by_place else dict(zip(self.names, values, strict=True))

    def read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """A row with our values."""
        pairs = zip(row, self.out_of, strict=True)
        return tuple([value if make is None else make(value) for value, make in pairs])


class Prepared:
    """One statement; ``columns`` are those that an INSERT fills."""

    def __init__(self, statement: Executable, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = columns
        self._spelled: dict[str, _Spelled] = {}

    def run(self, wire: Connection, binds: Mapping[str, Any]) -> None:
        """Run it once, in the transaction that the connection has begun. Raises what SQLAlchemy raises."""
        spelled = self._for(wire.dialect)
        self._send(wire, spelled, spelled.given(binds), many=False, fetch=False)

    def run_each(self, wire: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it for each of several rows."""
        spelled = self._for(wire.dialect)
        self._send(wire, spelled, [spelled.given(row) for row in rows], many=True, fetch=False)

    def rows(self, wire: Connection, binds: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """What it finds or returns."""
        spelled = self._for(wire.dialect)
        found = self._send(wire, spelled, spelled.given(binds), many=False, fetch=True)
        return [spelled.read(row) for row in found] if spelled.out_of else found

    @staticmethod
    def _send(wire: Connection, spelled: _Spelled, values: Any, *, many: bool, fetch: bool) -> list[Any]:
        kept = wire.info  # lives as long as the driver's connection, and is used by one thread at a time
        cursor = kept.get(_CURSOR) or kept.setdefault(_CURSOR, wire.connection.cursor())
        try:
            if many:
                cursor.executemany(spelled.sql, values)
            else:
                cursor.execute(spelled.sql, values)
            return list(cursor.fetchall()) if fetch else []
        except wire.dialect.loaded_dbapi.Error as fault:
            raise told(fault, wire, spelled.sql) from fault

    def _for(self, dialect: Dialect) -> _Spelled:
        known = self._spelled.get(dialect.name)
        if known is None:
            known = self._spelled[dialect.name] = _spell(self._statement, self._columns, dialect)
        return known


def told(fault: Exception, wire: Connection, sql: str) -> BaseException:
    """The driver's fault as SQLAlchemy tells it; a connection that is lost goes back to no pool."""
    lost = wire.dialect.is_disconnect(cast("Any", fault), wire.connection.driver_connection, None)
    kind = wire.dialect.loaded_dbapi.Error
    told = DBAPIError.instance(sql, None, fault, kind, hide_parameters=True, connection_invalidated=lost)
    if lost:
        wire.invalidate(fault)
    return told


def _spell(statement: Executable, columns: Sequence[str] | None, dialect: Dialect) -> _Spelled:
    compiled = statement.compile(dialect=dialect, column_keys=None if columns is None else list(columns))  # type: ignore[attr-defined]
    if not isinstance(compiled, SQLCompiler):
        raise TypeError(f"{type(statement).__name__} is not a statement that can be prepared")
    names = tuple((compiled.positiontup if compiled.positional else compiled.bind_names.values()) or ())
    binds = compiled.binds
    told: Iterable[ColumnElement[Any]] = ()
    if isinstance(statement, Select):
        told = statement.selected_columns
    elif isinstance(statement, UpdateBase):
        told = statement.exported_columns
    types = [c.type for c in told]
    out_of = tuple(_reader(each, dialect) for each in types)
    return _Spelled(
        compiled.string,
        {n: binds[n].effective_value for n in names if not binds[n].required},
        names,
        _picker(names),
        tuple((at, make) for at, n in enumerate(names) if (make := _writer(binds[n].type, dialect))),
        out_of if any(out_of) else (),
        compiled.positional,
    )


def _picker(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda said: tuple(said[name] for name in names)


def _writer(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    found: Convert | None = kind.dialect_impl(dialect).bind_processor(dialect)
    if found is None or not isinstance(kind, UTCDateTime):
        return found
    return _MOMENTS.setdefault(dialect.name, lru_cache(64)(found))


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if isinstance(kind, Float):
        return None  # both drivers give floats; SQLAlchemy asks the wire which kind of number it was
    found: Convert | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return found
