"""What every part of the store shares: the session, statements run as they are, and used keys.

Statements of the hot path are built once, at import: building one costs more than running it. They run through Core
and know nothing of rows held as objects, so whatever is pending is flushed first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import (
    Connection,
    CursorResult,
    Executable,
    Insert,
    Table,
    bindparam,
    exists,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy import inspect as sql_inspect
from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import Session, SQLModel

from models import tables

TABLES = SQLModel.metadata.tables
DEPLOYMENT: Table = TABLES[tables.Deployment.__tablename__]
KEY: Table = TABLES[tables.ConsumedKey.__tablename__]
USED = or_(KEY.c.key == bindparam("key"), KEY.c.content_digest == bindparam("digest"))
_STANDING = select(DEPLOYMENT.c.version, exists().where(USED)).where(DEPLOYMENT.c.id == 1)


NO_TOWN = "no town in this database: run `python -m bot import` first"


class NoDeployment(LookupError):  # noqa: N818
    """The database holds no town yet: run ``import`` or ``demo`` first."""


class Rows:
    """One session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.newcomers: set[int] = set()
        """Contacts remembered for the first time in this piece of work: they have no past to look up."""
        self.strangers: set[tuple[str, str]] = set()
        """(channel, contact) pairs that were looked for and have no row."""
        self.town_changed = False
        """Whether this piece of work made the snapshot of the town out of date."""
        self._wire: Connection | None = None
        self._appended: dict[type[SQLModel], list[dict[str, Any]]] = {}

    def run(self, statement: Executable, **binds: object) -> CursorResult[*tuple[Any, ...]]:
        """Run a Core statement in the transaction of the session."""
        return self.wire().execute(statement, binds)

    def wire(self) -> Connection:
        """The connection of the session's transaction, after what is pending."""
        self.session.flush()
        if self._wire is None:
            self._wire = self.session.connection()
        return self._wire

    def insert_rows(self, table: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
        """Append rows through Core: the hot path builds no objects."""
        if rows:
            self.wire().execute(_into(table), rows[0] if len(rows) == 1 else list(rows))

    def add(self, row: SQLModel) -> None:
        """Insert a new object through Core; from then on the session knows it like any other.

        For tables whose key is ``id``. The unit of work costs several times as much as the statement.
        """
        values = {c: v for c, v in vars(row).items() if v is not None and c in _blank_of(type(row)).columns}
        (row.id,) = self.wire().execute(_into(type(row)), values).inserted_primary_key or (None,)
        make_transient_to_detached(row)
        self.session.add(row)

    def append(self, table: type[SQLModel], row: dict[str, Any]) -> None:
        """Append a row at the end of the work, together with the others of its table."""
        self._appended.setdefault(table, []).append(row)

    def write_appended(self) -> None:
        """Write what was appended; asked before the end only where it is read again."""
        for table, rows in self._appended.items():
            self.insert_rows(table, rows)
        self._appended.clear()

    def roll_back(self) -> None:
        """Nothing of what was written or appended is kept."""
        self._appended.clear()
        self.newcomers.clear()
        self.strangers.clear()
        self.town_changed = False
        self._wire = None
        self.session.rollback()

    def standing(self, key: str, digest: str | None) -> tuple[int, bool]:
        """The town's version, and whether the key, or the same content under another id, was used before.

        Raises:
            NoDeployment: nothing was set up.
        """
        found = self.run(_STANDING, key=key, digest=digest).one_or_none()
        if found is None:
            raise NoDeployment(NO_TOWN)
        return int(found[0]), bool(found[1])

    def consume(self, key: str, digest: str | None, now: datetime) -> None:
        """Use up the key; a second use fails at flush."""
        self.insert_rows(tables.ConsumedKey, [{"key": key, "content_digest": digest, "at": now}])

    def next_no(self, counter: str) -> int:
        """The next number of ``last_case_no`` or ``last_notice_no``; concurrent askers wait for each other."""
        return int(self.run(_next_of(counter)).scalar_one())


@cache
def _next_of(counter: str) -> Executable:
    column = DEPLOYMENT.c[counter]
    return update(DEPLOYMENT).where(DEPLOYMENT.c.id == 1).values({counter: column + 1}).returning(column)


R = TypeVar("R", bound=SQLModel)


def new_row(table: type[R], **columns: object) -> R:
    """An object for ``Rows.add`` with its class's defaults; the class itself takes several times as long to make one.

    Raises:
        TypeError: the table has no such column.
    """
    blank = _blank_of(table)
    if not columns.keys() <= blank.columns:
        raise TypeError(f"{table.__name__} has no column {sorted(columns.keys() - blank.columns)}")
    row = blank.make()
    vars(row).update(blank.plain)
    vars(row).update({name: make() for name, make in blank.made.items() if name not in columns})
    vars(row).update(columns)
    return cast("R", row)


@dataclass(frozen=True, slots=True)
class _Blank:
    """What an unfilled row of a table holds."""

    make: Callable[[], SQLModel]
    columns: frozenset[str]
    plain: dict[str, object]
    made: dict[str, Callable[[], object]]


@cache
def _blank_of(table: type[SQLModel]) -> _Blank:
    fields = table.model_fields.items()
    return _Blank(
        sql_inspect(table).class_manager.new_instance,
        frozenset(TABLES[str(table.__tablename__)].c.keys()),
        {name: f.default for name, f in fields if not f.is_required() and f.default_factory is None},
        {name: cast("Callable[[], object]", f.default_factory) for name, f in fields if f.default_factory},
    )


@cache
def _into(table: type[SQLModel]) -> Insert:
    return insert(TABLES[str(table.__tablename__)])
