"""How many rows and bytes each table holds, and how many come a day; read when an operator asks, never while it runs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, Table, func, select, text
from sqlalchemy.exc import OperationalError

from models.rules.retention import LINES, Fate
from models.store.rows import TABLES

RECENT = timedelta(days=30)
MOMENTS = (
    "created_at",
    "at",
    "said_at",
    "made_at",
    "asked_at",
    "due_at",
    "first_heard_at",
    "began_at",
    "since",
)
"""By the first of these that a table has, it is counted what came lately."""
ON_SQLITE = text("SELECT tbl_name, sum(pgsize) FROM dbstat JOIN sqlite_master USING (name) GROUP BY tbl_name")
ON_POSTGRES = text(
    "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
)
_ENDS = {line.table: line.span for line in LINES if line.fate is Fate.GOES and "." not in line.after}


@dataclass(frozen=True, slots=True)
class TableSize:
    """One table with its indexes. ``bytes``: None where this SQLite cannot tell."""

    name: str
    rows: int
    bytes: int | None
    rows_a_day: float
    """Of the last thirty days, or since its first row if that is younger."""
    kept: timedelta | None
    """After so long its rows go; None: they stay."""
    is_full: bool
    """Rows go already: as many leave as come."""

    @property
    def growth(self) -> float:
        """Bytes a day by which it grows."""
        if self.is_full or not self.rows:
            return 0.0
        return self.rows_a_day * (self.bytes or 0) / self.rows


def sizes(engine: Engine, now: datetime) -> list[TableSize]:
    """Every table, the largest first. Each is read once: minutes for a county."""
    with engine.connect() as wire:
        weights = _bytes(wire)
        found = [_size(wire, table, weights, now) for table in TABLES.values()]
    return sorted(found, key=lambda one: (-(one.bytes or 0), -one.rows, one.name))


def total(engine: Engine) -> int:
    """Bytes of the whole database, with what is free for new rows in it."""
    with engine.connect() as wire:
        if engine.dialect.name == "postgresql":
            return int(wire.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
        return int(wire.exec_driver_sql("PRAGMA page_count").scalar_one()) * int(
            wire.exec_driver_sql("PRAGMA page_size").scalar_one()
        )


def _bytes(wire: Connection) -> dict[str, int]:
    if wire.dialect.name == "postgresql":
        return {name: int(size) for name, size in wire.execute(ON_POSTGRES)}
    try:
        return {name: int(size) for name, size in wire.execute(ON_SQLITE)}
    except OperationalError:  # an SQLite without dbstat
        return {}


def _size(wire: Connection, table: Table, weights: dict[str, int], now: datetime) -> TableSize:
    moment = next((table.c[name] for name in MOMENTS if name in table.c), None)
    kept = _ENDS.get(table.name)
    if moment is None:
        rows, daily, first = wire.execute(select(func.count()).select_from(table)).scalar_one(), 0.0, None
    else:
        lately = func.count().filter(moment > now - RECENT, moment <= now)
        rows, recent, first = wire.execute(select(func.count(), lately, func.min(moment))).one()
        days = min(max((now - first) / timedelta(days=1), 1.0), RECENT.days) if first else 1.0
        daily = recent / days
    full = kept is not None and first is not None and first < now - kept + timedelta(days=2)
    return TableSize(table.name, int(rows), weights.get(table.name), daily, kept, full)
