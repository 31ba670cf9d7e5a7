"""Deleting what nobody needs any more and emptying what tells of people, a few rows at a time (models.rules.retention).

Every chore takes the wire of a transaction, the moment it sweeps up to, and how many rows it may touch at most; it
returns how many those were. Done again it finds the rest, or nothing.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    Select,
    Table,
    and_,
    delete,
    exists,
    or_,
    select,
    true,
    tuple_,
    update,
)

from models.rules.outliving import ERRANDS
from models.rules.retention import LINES, Fate, Keeping
from models.rules.sent_files import LOST
from models.store.rows import TABLES

Chore = Callable[[Connection, datetime, int], int]
_OUTBOX, _NOTICES, _FILES = TABLES["outbox"], TABLES["notice"], TABLES["sent_file"]
_SHARES = (TABLES["notice_room"], TABLES["notice_person"])
_LISTS = frozenset({"because"})


def chores() -> tuple[Chore, ...]:
    """Everything the list of retention has the broom do, but for what goes with a case."""
    return tuple(
        _chore(line) for line in LINES if line.fate in {Fate.GOES, Fate.FORGETS} and not _is_own(line)
    )


def _is_own(line: Keeping) -> bool:
    """Cases and editions are forgotten by rules of their own; a notice's share in a group goes with what was said."""
    return line.table in {"case_file", "report_edition", "notice_room"}


def _chore(line: Keeping) -> Chore:
    if line.fate is Fate.FORGETS:
        return _emptying(line)
    return _over_states(line) if line.states else _deleting(line, true())


def _over_states(line: Keeping) -> Chore:
    """One state after the other: an index of state and moment finds each."""
    table = TABLES[line.table]
    # An errand whose account is gone waits for nobody; whatever else waits is still to be done.
    nobody = {"waiting": table.c.intent.in_(ERRANDS)} if line.table == "due_firing" else {}
    each = [_deleting(line, and_(table.c.state == state, nobody.get(state, true()))) for state in line.states]

    def sweep(wire: Connection, before: datetime, most: int) -> int:
        done = 0
        for one in each:
            done += one(wire, before, most - done)
            if done >= most:
                break
        return done

    return sweep


def _deleting(line: Keeping, also: ColumnElement[bool]) -> Chore:
    """Rows whose moment is longer ago than the span."""
    table, span = TABLES[line.table], line.span
    keys = list(table.primary_key)
    if line.table == "sent_file":
        also = and_(also, table.c.notice_id.is_(None))

    def sweep(wire: Connection, before: datetime, most: int) -> int:
        old = _old(table, line.after, before - span)
        if line.in_order:
            # Nothing younger is looked at: without this the last batch of a night would read the whole table.
            oldest = select(table.c.id, table.c[line.after]).order_by(table.c.id).limit(most).subquery()
            found = select(oldest.c.id).where(oldest.c[line.after] < before - span)
        else:
            found = select(*keys).where(old, also).limit(most)
        if table is _OUTBOX:
            return _let_go(wire, found)
        rows = keys[0].in_(found) if len(keys) == 1 else tuple_(*keys).in_(found)
        return wire.execute(delete(table).where(rows)).rowcount

    return sweep


def _old(table: Table, after: str, before: datetime) -> ColumnElement[bool]:
    """Whether a row's moment, in its own table or in one it names, lies before another."""
    if "." not in after:
        return table.c[after] < before
    name, column = after.split(".")
    other = TABLES[name]
    # A notice that is repeated still keeps its page and what goes along with it.
    over = other.c.next_at.is_(None) if other is _NOTICES else true()
    return exists().where(other.c.id == table.c[f"{name}_id"], other.c[column] < before, over)


def _let_go(wire: Connection, found: Select[Any]) -> int:
    """Sentences, and the shares of notices that they carried."""
    ids = list(wire.execute(found).scalars())
    if not ids:
        return 0
    for shares in _SHARES:
        wire.execute(delete(shares).where(shares.c.outbox_id.in_(ids)))
    return wire.execute(delete(_OUTBOX).where(_OUTBOX.c.id.in_(ids))).rowcount


def said_about(wire: Connection, cases: list[int]) -> None:
    """What we said about these cases goes, and what was still to happen to them."""
    _let_go(wire, select(_OUTBOX.c.id).where(_OUTBOX.c.case_id.in_(cases)))
    firings = TABLES["due_firing"]
    wire.execute(delete(firings).where(firings.c.case_id.in_(cases)))


def emptied(table: Table, columns: tuple[str, ...]) -> Mapping[str, Any]:
    """Column → what it holds when it holds nothing."""
    return {name: _nothing(table.c[name]) for name in columns}


def _nothing(column: Column[Any]) -> Any:
    if column.nullable:
        return None
    if isinstance(column.type, JSON):
        return [] if column.name in _LISTS else {}
    if isinstance(column.type, LargeBinary):
        return b""
    return 0 if isinstance(column.type, Integer) else ""


def holds(table: Table, nothing: Mapping[str, Any]) -> ColumnElement[bool]:
    """Whether any of these columns holds something."""
    return or_(
        *(
            table.c[name].is_not(None) if blank is None else table.c[name] != blank
            for name, blank in nothing.items()
        )
    )


def _emptying(line: Keeping) -> Chore:
    """Old rows lose what these columns hold."""
    table, span = TABLES[line.table], line.span
    nothing = dict(emptied(table, line.columns))
    full = holds(table, nothing)
    if table is _FILES:
        nothing["state"], full = LOST, table.c.state != LOST

    def sweep(wire: Connection, before: datetime, most: int) -> int:
        found = select(table.c.id).where(_old(table, line.after, before - span), full).limit(most)
        return wire.execute(update(table).where(table.c.id.in_(found)).values(**nothing)).rowcount

    return sweep
