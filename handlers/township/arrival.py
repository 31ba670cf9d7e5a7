"""Writing a township: many short transactions that nobody sees, then one that shows them all.

Rows carry the import's id in ``arrival`` and count once that import is done (models.tables.township). So the
switch is the same size however large the township is, and a message heard meanwhile meets either the old town
or the new one.
This is the one place beside dispatch, outbox and due that ends transactions: a township is too large for one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Delete,
    Engine,
    Table,
    Update,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlmodel import SQLModel

from handlers.township.plan import Change, NewRow, Plan, Ref
from models.engine import for_writing
from models.tables import (
    Appointment,
    Area,
    AreaLevel,
    Deployment,
    Household,
    HouseholdArea,
    HouseholdTag,
    Person,
    PostTypeRow,
    Room,
    RoomArea,
    TownImport,
)

BATCH = 100
"""Rows in one transaction: a few milliseconds of SQLite's only write lock."""
REST_S = 0.01
"""Seconds between transactions, so that those who wait for the lock get it."""

IN_ORDER: tuple[type[SQLModel], ...] = (
    AreaLevel, PostTypeRow, Area, Household, HouseholdArea, HouseholdTag, Person, Appointment, Room,
    RoomArea,
)  # fmt: skip
"""Tables, those pointed to first."""
ARRIVING: tuple[type[SQLModel], ...] = (
    Area, Household, HouseholdArea, HouseholdTag, Person, Appointment, Room,
)  # fmt: skip
AFTERWARDS: tuple[type[SQLModel], ...] = (Household, Person)
"""Changed rows of these follow after the switch in batches: nothing that routes a message reads them."""


def plain(table: type[SQLModel]) -> Table:
    """The Core table of a model."""
    return SQLModel.metadata.tables[str(table.__tablename__)]


def _defaults(table: type[SQLModel]) -> dict[str, Any]:
    fields = table.model_fields.items()
    return {
        name: f.get_default(call_default_factory=True)
        for name, f in fields
        if not f.is_required() and name != "id"
    }


class Arrival:
    """One import being written.

    ``pause`` waits some seconds; ``crash_point`` is called by name around every transaction (tests stop there).
    """

    def __init__(
        self,
        engine: Engine,
        pause: Callable[[float], None],
        crash_point: Callable[[str], None] = lambda _name: None,
    ) -> None:
        self._reading = engine
        self._engine = for_writing(engine)
        self._pause = pause
        self._crash_point = crash_point
        self._ids: dict[Ref, int] = {}

    def write(self, plan: Plan, place: dict[str, Any], digest: str, now: datetime, today: date) -> None:
        """Write everything, show it, tidy up. ``place`` is name, preset and contact of the deployment."""
        self.sweep()
        arrival = self._begin(digest, now)
        for table in IN_ORDER:
            self._insert(
                table, [r for r in plan.new if r.table is table and not self._shown_late(r)], arrival
            )
        self._switch(plan, place, arrival, now, today)
        for table in AFTERWARDS:
            late = [c for c in plan.changes if c.table is table]
            for begin in range(0, len(late), BATCH):
                with self._step("afterwards") as connection:
                    self._change(connection, late[begin : begin + BATCH])
        self.sweep()

    @contextmanager
    def _step(self, name: str) -> Iterator[Connection]:
        """One short transaction and a rest."""
        self._crash_point(f"before_{name}")
        with self._engine.connect() as connection:
            yield connection
            connection.commit()
        self._crash_point(f"after_{name}")
        self._pause(REST_S)

    def _begin(self, digest: str, now: datetime) -> int:
        table = plain(TownImport)
        with self._step("begin") as connection:
            row = insert(table).values(state="writing", digest=digest, begun_at=now).returning(table.c.id)
            return int(connection.execute(row).scalar_one())

    @staticmethod
    def _shown_late(row: NewRow) -> bool:
        """Further areas of a room that is there cannot wait unseen: they come with the switch."""
        return row.table is RoomArea and row.columns["room_id"] > 0

    def _insert(self, table: type[SQLModel], rows: Sequence[NewRow], arrival: int) -> None:
        batch: list[NewRow] = []
        for row in rows:
            if len(batch) == BATCH or any(ref not in self._ids for ref in _refs(row)):
                self._insert_batch(table, batch, arrival)
                batch = []
            batch.append(row)
        self._insert_batch(table, batch, arrival)

    def _insert_batch(self, table: type[SQLModel], batch: Sequence[NewRow], arrival: int) -> None:
        if not batch:
            return
        target, defaults = plain(table), _defaults(table)
        if table in ARRIVING:
            defaults["arrival"] = arrival
        values = [{**defaults, **self._real(row.columns)} for row in batch]
        with self._step(f"insert_{target.name}") as connection:
            found = _insert_many(connection, target, values)
        self._ids.update(zip((row.ref for row in batch), found, strict=False))

    def _real(self, columns: dict[str, Any]) -> dict[str, Any]:
        """Columns with real ids in place of references."""
        return {k: self._ids.get(v, v) if k.endswith("_id") else v for k, v in columns.items()}

    def _switch(self, plan: Plan, place: dict[str, Any], arrival: int, now: datetime, today: date) -> None:
        """Show the new town: the smallest transaction of all; the row that counts cases comes last."""
        with self._step("switch") as connection:
            self._change(connection, [c for c in plan.changes if c.table not in AFTERWARDS])
            late = [self._real(r.columns) for r in plan.new if self._shown_late(r)]
            if late:
                connection.execute(insert(plain(RoomArea)), late)
            if any(r.table is HouseholdArea and r.columns["household_id"] > 0 for r in plan.new):
                self._end_old_homes(connection, arrival, today)
            done = update(plain(TownImport)).where(plain(TownImport).c.id == arrival)
            connection.execute(done.values(state="done", done_at=now))
            town = plain(Deployment)
            raised = update(town).where(town.c.id == 1).values(version=town.c.version + 1)
            if connection.execute(raised).rowcount == 0:
                connection.execute(insert(town).values({**_defaults(Deployment), **place, "id": 1}))

    def _change(self, connection: Connection, changes: Sequence[Change]) -> None:
        """Update rows, all that set the same columns in one statement."""
        alike: dict[tuple[type[SQLModel], tuple[str, ...]], list[dict[str, Any]]] = defaultdict(list)
        for change in changes:
            values = self._real(change.columns)
            alike[change.table, tuple(sorted(values))].append({"row_id": change.id, **values})
        for (model, columns), rows in alike.items():
            table = plain(model)
            wanted: dict[str, Any] = {name: bindparam(name) for name in columns}
            connection.execute(update(table).where(table.c.id == bindparam("row_id")).values(wanted), rows)

    @staticmethod
    def _end_old_homes(connection: Connection, arrival: int, today: date) -> None:
        """A household that moved no longer lives where it lived."""
        stays = plain(HouseholdArea)
        moved = select(stays.c.household_id).where(stays.c.arrival == arrival)
        old = stays.c.valid_to.is_(None) & stays.c.arrival.is_distinct_from(arrival)
        connection.execute(update(stays).where(stays.c.household_id.in_(moved), old).values(valid_to=today))

    def sweep(self) -> None:
        """Take away what a broken-off import left; let the rows of finished ones be ordinary rows."""
        imports = plain(TownImport)
        with self._reading.connect() as connection:
            unsettled = select(imports.c.id, imports.c.state).where(imports.c.state != "settled")
            states = connection.execute(unsettled).all()
        for arrival, state in states:
            end: Update | Delete
            if state == "done":
                self._settle(arrival)
                end = update(imports).where(imports.c.id == arrival).values(state="settled")
            else:
                self._take_away(arrival)
                end = delete(imports).where(imports.c.id == arrival)
            with self._step("end") as connection:
                connection.execute(end)

    def _settle(self, arrival: int) -> None:
        for table in ARRIVING:
            self._in_batches(table, arrival, _keep)

    def _take_away(self, arrival: int) -> None:
        rooms = plain(Room)
        areas = plain(RoomArea)
        mine = select(rooms.c.id).where(rooms.c.arrival == arrival)
        with self._step("take_away_room_area") as connection:
            connection.execute(delete(areas).where(areas.c.room_id.in_(mine)))
        for table in (Room, Appointment, Person, HouseholdTag, HouseholdArea, Household, Area):
            self._in_batches(table, arrival, _drop)

    def _in_batches(
        self,
        table: type[SQLModel],
        arrival: int,
        statement: Callable[[Table, Sequence[int]], Update | Delete],
    ) -> None:
        """Do something to all rows of an import, the youngest first: none points to a younger one."""
        target = plain(table)
        youngest = select(target.c.id).where(target.c.arrival == arrival).order_by(target.c.id.desc())
        while True:
            with self._reading.connect() as connection:
                ids = connection.execute(youngest.limit(BATCH)).scalars().all()
            if not ids:
                return
            with self._step(f"sweep_{target.name}") as connection:
                connection.execute(statement(target, ids))


def _insert_many(connection: Connection, target: Table, values: list[dict[str, Any]]) -> Sequence[int]:
    """Insert in one statement; the new ids in order, none for a table without them."""
    if "id" not in target.c:
        connection.execute(insert(target), values)
        return ()
    if connection.dialect.name == "postgresql":
        wanted = insert(target).returning(target.c.id, sort_by_parameter_order=True)
        return connection.execute(wanted, values).scalars().all()
    # SQLite tells ids one row at a time; we hold its only write lock, so the next ones are ours.
    first = 1 + (connection.execute(select(func.max(target.c.id))).scalar() or 0)
    ids = range(first, first + len(values))
    connection.execute(insert(target), [{**row, "id": each} for row, each in zip(values, ids, strict=True)])
    return ids


def _keep(table: Table, ids: Sequence[int]) -> Update:
    return update(table).where(table.c.id.in_(ids)).values(arrival=None)


def _drop(table: Table, ids: Sequence[int]) -> Delete:
    return delete(table).where(table.c.id.in_(ids))


def _refs(row: NewRow) -> list[Ref]:
    """References of a row to rows to come."""
    return [v for k, v in row.columns.items() if k.endswith("_id") and isinstance(v, int) and v < 0]
