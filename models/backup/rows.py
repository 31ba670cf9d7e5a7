"""Rows of any revision as lines of JSON, the same from SQLite and from PostgreSQL, and a sum by which to know them again.

Tables are read as the database has them, not as this version's code would: a backup is taken of what is there.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    inspect,
    select,
)

from models.engine import as_json

AT_ONCE = 2000
OTHERS = ("alembic_version", "case_words", "export_file")
"""Beginnings of names that are no rows to bring back: the schema's mark, the search index that triggers keep, and
reports that wait an hour at most to be taken: a backup would keep them for months."""

Out = Callable[[Any], Any]


@dataclass
class Sum:
    """How many rows there are and what they add up to, in whatever order they come."""

    rows: int = 0
    total: int = 0

    def add(self, line: bytes) -> None:
        """One more row."""
        self.rows += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(line).digest()[:16], "big")) % 2**128

    def told(self) -> list[Any]:
        """As it is written down."""
        return [self.rows, f"{self.total:032x}"]


def tables_of(wire: Connection) -> list[Table]:
    """Every table with rows of ours, as it stands in the database, by name."""
    seen = inspect(wire)
    named = [name for name in seen.get_table_names() if not name.startswith(OTHERS)]
    columns = seen.get_multi_columns(filter_names=named)
    return [
        Table(name, MetaData(), *(Column(each["name"], each["type"]) for each in columns[None, name]))
        for name in sorted(named)
    ]


def _moment(value: datetime) -> str:
    aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return aware.isoformat()


def _boxed(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _plainly(value: Any) -> Any:
    return value


_OUT: tuple[tuple[type, Out], ...] = (
    (DateTime, _moment),
    (Date, date.isoformat),
    (LargeBinary, _boxed),
    (Boolean, bool),
)
_INTO_SQLITE: tuple[tuple[type, Out], ...] = (
    (DateTime, lambda told: datetime.fromisoformat(told).replace(tzinfo=None)),
    (Date, date.fromisoformat),
    (LargeBinary, base64.b64decode),
)
_INTO_COPY: tuple[tuple[type, Out], ...] = ((JSON, as_json), (LargeBinary, base64.b64decode))
"""PostgreSQL's COPY reads the rest as it is written."""


def _each(columns: Iterable[Column[Any]], ways: Sequence[tuple[type, Out]]) -> list[Out]:
    def way(column: Column[Any]) -> Out:
        return next((way for kind, way in ways if isinstance(column.type, kind)), _plainly)

    return [way(column) for column in columns]


def lines_of(wire: Connection, table: Table) -> Iterator[bytes]:
    """Every row of a table as one line, in no order that means anything."""
    outs = _each(table.columns, _OUT)
    spell = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    found = wire.execution_options(stream_results=True, yield_per=AT_ONCE).execute(select(table))
    for row in found:
        told = [None if value is None else out(value) for value, out in zip(row, outs, strict=True)]
        yield spell(told).encode() + b"\n"


def values_for(table: Table, names: Sequence[str], *, copying: bool) -> Callable[[bytes], list[Any]]:
    """Turns a line into values of these columns, for PostgreSQL's COPY or for SQLAlchemy on SQLite."""
    ways = _each((table.columns[name] for name in names), _INTO_COPY if copying else _INTO_SQLITE)
    is_json = [isinstance(table.columns[name].type, JSON) for name in names]

    def values(line: bytes) -> list[Any]:
        told = zip(json.loads(line), ways, is_json, strict=True)
        return [None if value is None and not js else way(value) for value, way, js in told]

    return values


def sums_of(wire: Connection) -> dict[str, list[Any]]:
    """Table → what its rows add up to."""
    found = {}
    for table in tables_of(wire):
        one = Sum()
        for line in lines_of(wire, table):
            one.add(line)
        found[table.name] = one.told()
    return found
