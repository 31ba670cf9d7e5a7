"""What every part of the store shares: the transaction, statements run as they are, and used keys.

Statements of the hot path are built once, at import: building one costs more than running it. They know nothing of
rows held as objects, so whatever is pending is flushed first. A session, which is needed only where rows are held as
objects and changed, is made when somebody asks for it: most pieces of work that open a case never do.
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
    Table,
    bindparam,
    exists,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy import inspect as sql_inspect
from sqlalchemy.orm import InstanceState, configure_mappers, make_transient_to_detached
from sqlmodel import Session, SQLModel

from models import tables
from models.prepared import Prepared

TABLES = SQLModel.metadata.tables
DEPLOYMENT: Table = TABLES[tables.Deployment.__tablename__]
KEY: Table = TABLES[tables.ConsumedKey.__tablename__]
USED = or_(KEY.c.key == bindparam("key"), KEY.c.content_digest == bindparam("digest"))
_STANDING = Prepared(select(DEPLOYMENT.c.version, exists().where(USED)).where(DEPLOYMENT.c.id == 1))


R = TypeVar("R", bound=SQLModel)
NO_TOWN = "no town in this database: run `python -m bot import` first"


class NoDeployment(LookupError):  # noqa: N818
    """The database holds no town yet: run ``import`` or ``demo`` first."""


class Rows:
    """One transaction: a connection that has begun it, or a session."""

    def __init__(self, on: Connection | Session) -> None:
        """Whoever made the connection or session commits and closes it."""
        self._lent = isinstance(on, Session)
        self._session = on if isinstance(on, Session) else None
        self._wire = on if isinstance(on, Connection) else None
        self._loose: list[tuple[SQLModel, InstanceState[Any]]] = []
        """Rows inserted as objects that no session holds yet."""
        self.newcomers: set[int] = set()
        """Contacts remembered for the first time in this piece of work: they have no past to look up."""
        self.strangers: set[tuple[str, str]] = set()
        """(channel, contact) pairs that were looked for and have no row."""
        self.town_changed = False
        """Whether this piece of work made the snapshot of the town out of date."""
        self._appended: dict[type[SQLModel], list[dict[str, Any]]] = {}

    @property
    def session(self) -> Session:
        """The session of this transaction: it reads rows as objects, and writes what is changed on them."""
        if self._session is None:
            self._session = Session(self._wire, expire_on_commit=False)
        if self._loose:
            self._session.add_all([row for row, _ in self._loose])
            self._loose.clear()
        return self._session

    def flush(self) -> None:
        """Write what was changed on objects."""
        if self._session is not None:
            self.session.flush()
            return
        for _, state in self._loose:
            if state.modified:
                self.session.flush()
                return

    def run(self, statement: Executable, **binds: object) -> CursorResult[*tuple[Any, ...]]:
        """Run a Core statement in the transaction, after what is pending."""
        return self.wire().execute(statement, binds)

    def find(self, statement: Prepared, **binds: object) -> list[tuple[Any, ...]]:
        """What a prepared statement finds or returns in the transaction, after what is pending."""
        return statement.rows(self.wire(), binds)

    def wire(self) -> Connection:
        """The connection of the transaction, after what is pending."""
        self.flush()
        return self._begun()

    def wire_aside(self) -> Connection:
        """The same for a statement that no changed object bears on: changes wait, and are written together."""
        if self._session is None or self._session.new or self._loose:
            return self.wire()
        return self._begun()

    def _begun(self) -> Connection:
        if self._wire is None:
            self._wire = self.session.connection()
        if not self._wire.in_transaction():
            # A driver's cursor would begin none, and each statement would stand alone.
            self._wire.begin()
        return self._wire

    def insert_rows(self, table: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
        """Append rows, all with the same columns, without making objects."""
        if len(rows) == 1:
            _into(table, tuple(rows[0])).run(self.wire_aside(), rows[0])
        elif rows:
            _into(table, tuple(rows[0])).run_each(self.wire_aside(), rows)

    def add(self, row: SQLModel) -> None:
        """Insert a new object; from then on it is like any other that was read, and changes of it are written.

        For tables whose key is ``id``. The unit of work costs several times as much as the statement.
        """
        ((row.id,),) = _making(type(row)).rows(self.wire(), vars(row))
        make_transient_to_detached(row)
        self._loose.append((row, sql_inspect(row)))

    def load(self, table: type[R], wanted: Prepared, **binds: object) -> list[R]:
        """Rows of a table as objects whose changes are written; one that this work holds already stays as it stands.

        ``wanted`` selects all columns of the table. The ORM takes several times as long.
        """
        found = wanted.rows(self.wire(), binds)
        return [self._held(table, values) for values in found]

    def _held(self, table: type[R], values: Sequence[Any]) -> R:
        blank = _blank_of(table)
        known: R | None = self.session.identity_map.get(blank.identity_of(values))
        if known is not None:
            return known
        row = cast("R", blank.make())
        vars(row).update(zip(blank.names, values, strict=True))
        make_transient_to_detached(row)
        self.session.add(row)
        return row

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
        for kept in (self._appended, self._loose, self.newcomers, self.strangers):
            kept.clear()
        self.town_changed = False
        if self._lent and self._session is not None:
            self._session.rollback()
            self._wire = None
        elif self._wire is not None:
            self.close()
            self._wire.rollback()

    def close(self) -> None:
        """Let go of the objects; the transaction itself is whoever's made the connection."""
        if self._session is not None and not self._lent:
            self._session.close()
            self._session = None

    def standing(self, key: str, digest: str | None) -> tuple[int, bool]:
        """The town's version, and whether the key, or the same content under another id, was used before.

        Raises:
            NoDeployment: nothing was set up.
        """
        found = self.find(_STANDING, key=key, digest=digest)
        if not found:
            raise NoDeployment(NO_TOWN)
        return int(found[0][0]), bool(found[0][1])

    def consume(self, key: str, digest: str | None, now: datetime) -> None:
        """Use up the key; a second use fails at flush."""
        self.insert_rows(tables.ConsumedKey, [{"key": key, "content_digest": digest, "at": now}])

    def next_no(self, counter: str) -> int:
        """The next number of ``last_case_no`` or ``last_notice_no``; concurrent askers wait for each other."""
        ((number,),) = self.find(_next_of(counter))
        return int(number)


@cache
def _next_of(counter: str) -> Prepared:
    column = DEPLOYMENT.c[counter]
    return Prepared(
        update(DEPLOYMENT).where(DEPLOYMENT.c.id == 1).values({counter: column + 1}).returning(column)
    )


def new_row(table: type[R], **columns: object) -> R:
    """An object for ``Rows.add`` with its class's defaults; the class itself takes several times as long to make one.

    Raises:
        TypeError: the table has no such column.
    """
    blank = _blank_of(table)
    row = cast("R", blank.make())
    vars(row).update(blank.plain)
    vars(row).update({name: make() for name, make in blank.made.items() if name not in columns})
    fill(row, **columns)
    return row


def fill(row: SQLModel, **columns: object) -> None:
    """Fill columns of an object from ``new_row`` that was not added yet: nobody follows its changes so far.

    Raises:
        TypeError: the table has no such column.
    """
    known = _blank_of(type(row)).columns
    if not columns.keys() <= known:
        raise TypeError(f"{type(row).__name__} has no column {sorted(columns.keys() - known)}")
    vars(row).update(columns)


@dataclass(frozen=True, slots=True)
class _Blank:
    """What an unfilled row of a table holds, and by what a filled one is known."""

    make: Callable[[], SQLModel]
    names: tuple[str, ...]
    identity_of: Callable[[Sequence[Any]], Any]
    """From all its values, in the order of ``names``."""
    columns: frozenset[str]
    plain: dict[str, object]
    made: dict[str, Callable[[], object]]


@cache
def _blank_of(table: type[SQLModel]) -> _Blank:
    configure_mappers()  # an object made like this cannot be changed before
    fields, mapper = table.model_fields.items(), sql_inspect(table)
    names = tuple(TABLES[str(table.__tablename__)].c.keys())
    keys = [names.index(column.key) for column in mapper.primary_key]
    return _Blank(
        mapper.class_manager.new_instance,
        names,
        lambda values: mapper.identity_key_from_primary_key([values[key] for key in keys]),
        frozenset(names),
        {name: f.default for name, f in fields if not f.is_required() and f.default_factory is None},
        {name: cast("Callable[[], object]", f.default_factory) for name, f in fields if f.default_factory},
    )


@cache
def _into(table: type[SQLModel], columns: tuple[str, ...]) -> Prepared:
    return Prepared(insert(TABLES[str(table.__tablename__)]), columns)


@cache
def _making(table: type[SQLModel]) -> Prepared:
    into = TABLES[str(table.__tablename__)]
    return Prepared(insert(into).returning(into.c.id), [c.key for c in into.c if c.key != "id"])
