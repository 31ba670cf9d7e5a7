"""What every part of the store shares: the transaction, statements run as they are, and used keys.

Statements of the hot path are built once, at import: building one costs more than running it. They know nothing of
rows held as objects, so whatever is pending is flushed first. A session, which is needed only where rows are held as
objects and changed, is made when somebody asks for it: most pieces of work that open a case never do.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import (
    Connection,
    CursorResult,
    Executable,
    Select,
    Table,
    bindparam,
    exists,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy import inspect as sql_inspect
from sqlalchemy.orm import InstanceState, Mapper, configure_mappers
from sqlalchemy.orm.util import identity_key
from sqlmodel import Session, SQLModel

from models import tables
from models.prepared import Prepared

R = TypeVar("R", bound=SQLModel)
TABLES = SQLModel.metadata.tables
DEPLOYMENT: Table = TABLES[tables.Deployment.__tablename__]
KEY: Table = TABLES[tables.ConsumedKey.__tablename__]
USED = or_(KEY.c.key == bindparam("key"), KEY.c.content_digest == bindparam("digest"))
_STANDING = Prepared(select(DEPLOYMENT.c.version, exists().where(USED)).where(DEPLOYMENT.c.id == 1))


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
        self._loose: dict[tuple[type[SQLModel], int], tuple[SQLModel, InstanceState[Any]]] = {}
        """Rows held as objects that no session holds yet, by table and id."""
        self.newcomers: set[int] = set()
        """Contacts remembered for the first time in this piece of work: they have no past to look up."""
        self.strangers: set[tuple[str, str]] = set()
        """(channel, contact) pairs that were looked for and have no row."""
        self.town_changed = False
        """Whether this piece of work made the snapshot of the town out of date."""
        self._appended: dict[type[SQLModel], list[dict[str, Any]]] = {}
        self._begun = False
        """Whether the transaction stands; not known of a session that somebody else may end."""

    @property
    def session(self) -> Session:
        """The session of this transaction: it reads rows as objects, and writes what is changed on them."""
        if self._session is None:
            self._session = Session(self._wire, expire_on_commit=False)
        if self._loose:
            self._session.add_all([row for row, _ in self._loose.values()])
            self._loose.clear()
        return self._session

    def flush(self) -> None:
        """Write what was changed on objects."""
        if self._session is not None:
            self.session.flush()
            return
        for _, state in self._loose.values():
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
        if self._loose or self._session is not None:
            self.flush()
        return self._opened()

    def wire_aside(self) -> Connection:
        """The same for a statement that no changed object bears on: changes wait, and are written together."""
        if self._session is not None and self._session.new:
            self.flush()
        return self._opened()

    def _opened(self) -> Connection:
        wire = self._wire
        if wire is None:
            wire = self._wire = self.session.connection()
        if not self._begun:
            # A driver's cursor would begin none, and each statement would stand alone.
            if not wire.in_transaction():
                wire.begin()
            self._begun = not self._lent
        return wire

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
        ((number,),) = _making(type(row)).rows(self.wire(), vars(row))
        vars(row)["id"] = number
        self._hold(row, number)

    def hold(self, table: type[R], rows: Iterable[tuple[Any, ...]]) -> list[R]:
        """Rows of ``whole(table)`` as objects like those of a session; one that is held already is that object.

        For tables whose key is ``id``. A session takes several times as long to read one.
        """
        return [self._held(table, row) for row in rows]

    def load(self, table: type[R], wanted: Prepared, **binds: object) -> list[R]:
        """The same of what a prepared statement finds."""
        return self.hold(table, self.find(wanted, **binds))

    def _held(self, table: type[R], row: tuple[Any, ...]) -> R:
        blank = _blank_of(table)
        columns = dict(zip(blank.order, row, strict=True))
        loose = self._loose.get((table, columns["id"]))
        if loose is not None:
            return cast("R", loose[0])
        if self._session is not None:
            known: R | None = self._session.identity_map.get(identity_key(table, columns["id"]))
            if known is not None:
                return known
        held = blank.make()
        vars(held).update(columns)
        self._hold(held, columns["id"])
        return cast("R", held)

    def _hold(self, row: SQLModel, number: int) -> None:
        state = sql_inspect(row)
        state.key = _blank_of(type(row)).mapper.identity_key_from_primary_key((number,))
        state._commit_all(vars(row))  # noqa: SLF001 - make_transient_to_detached, at a third of its cost: no column is missing
        if self._session is not None:
            self._session.add(row)  # at once: another store may read by the same session
        else:
            self._loose[type(row), number] = (row, state)

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
        self.town_changed = self._begun = False
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
    """What an unfilled row of a table holds."""

    make: Callable[[], SQLModel]
    mapper: Mapper[Any]
    order: tuple[str, ...]
    columns: frozenset[str]
    plain: dict[str, object]
    made: dict[str, Callable[[], object]]


@cache
def _blank_of(table: type[SQLModel]) -> _Blank:
    configure_mappers()  # an object made like this cannot be changed before
    fields = table.model_fields.items()
    order = tuple(TABLES[str(table.__tablename__)].c.keys())
    mapper = sql_inspect(table)
    return _Blank(
        mapper.class_manager.new_instance,
        mapper,
        order,
        frozenset(order),
        {name: f.default for name, f in fields if not f.is_required() and f.default_factory is None},
        {name: cast("Callable[[], object]", f.default_factory) for name, f in fields if f.default_factory},
    )


def whole(table: type[SQLModel]) -> Select[*tuple[Any, ...]]:
    """All columns of a table, for ``Rows.hold``."""
    return select(*TABLES[str(table.__tablename__)].c)


@cache
def _into(table: type[SQLModel], columns: tuple[str, ...]) -> Prepared:
    return Prepared(insert(TABLES[str(table.__tablename__)]), columns)


@cache
def _making(table: type[SQLModel]) -> Prepared:
    into = TABLES[str(table.__tablename__)]
    return Prepared(insert(into).returning(into.c.id), [c.key for c in into.c if c.key != "id"])
