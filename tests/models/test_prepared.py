"""Prepared statements do what SQLAlchemy's own do: same rows, same values, same faults, same transaction."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import SQLModel

from models.engine import for_writing, open_engine
from models.prepared import Prepared
from models.rules.pacing import SHANGHAI
from models.store import Store, new_row
from models.tables import Area, AreaLevel, ChatIdentity, ConsumedKey, Deployment, DueFiring

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
KEY = SQLModel.metadata.tables[ConsumedKey.__tablename__]
FIRING = SQLModel.metadata.tables[DueFiring.__tablename__]
CONTACT = SQLModel.metadata.tables[ChatIdentity.__tablename__]
INTO_FIRING = insert(FIRING).returning(FIRING.c.id)
FILLED = ("key", "intent", "fields", "due_at", "state", "attempts", "why", "leased_until")


@pytest.fixture
def wire(engine: Engine) -> Iterator[Connection]:
    """A connection whose transaction has begun and is taken back afterwards."""
    with for_writing(engine).connect() as connection, connection.begin():
        yield connection


def firing(key: str, **more: object) -> dict[str, object]:
    return {
        "key": key, "intent": "ClimbCase", "fields": {"no": 1, "words": "桥头"}, "due_at": NOON, "state": "waiting",
        "attempts": 0, "why": "", "leased_until": None, **more,
    }  # fmt: skip


def test_what_is_written_is_read_by_either_way_with_the_same_values(wire: Connection):
    east = NOON.astimezone(SHANGHAI)
    ((prepared,),) = Prepared(INTO_FIRING, FILLED).rows(wire, firing("a", due_at=east))
    plain = wire.execute(INTO_FIRING, firing("b", due_at=east)).scalar_one()
    columns = (FIRING.c.fields, FIRING.c.due_at, FIRING.c.leased_until, FIRING.c.attempts)
    one = select(*columns).where(FIRING.c.id == bindparam("id"))

    rows = [Prepared(one).rows(wire, {"id": each}) for each in (prepared, plain)]
    assert rows[0] == rows[1] == [({"no": 1, "words": "桥头"}, NOON, None, 0)]
    assert [tuple(row) for row in wire.execute(one, {"id": prepared})] == rows[0]
    assert rows[0][0][1].utcoffset() == timedelta(0)


def test_values_that_stand_in_the_statement_need_not_be_given(wire: Connection):
    Prepared(insert(FIRING), FILLED).run_each(wire, [firing("a"), firing("b"), firing("c", state="done")])
    cancel = update(FIRING).where(FIRING.c.state == "waiting", FIRING.c.key != bindparam("but"))
    Prepared(cancel.values(state="cancelled")).run(wire, {"but": "b"})
    found = wire.execute(select(FIRING.c.key, FIRING.c.state).order_by(FIRING.c.key)).all()
    assert [tuple(row) for row in found] == [("a", "cancelled"), ("b", "waiting"), ("c", "done")]


def test_a_key_used_twice_is_sqlalchemys_fault_and_carries_no_values(wire: Connection):
    into = Prepared(insert(KEY), ("key", "content_digest", "at"))
    into.run(wire, {"key": "secret-words", "content_digest": None, "at": NOON})
    with pytest.raises(IntegrityError) as told:
        into.run(wire, {"key": "secret-words", "content_digest": None, "at": NOON})
    assert told.value.params is None
    assert told.value.hide_parameters


def test_nothing_stays_of_a_transaction_that_is_not_committed(engine: Engine):
    into = Prepared(insert(KEY), ("key", "content_digest", "at"))
    with for_writing(engine).connect() as connection:
        store = Store(connection)
        into.run(store.wire(), {"key": "a", "content_digest": None, "at": NOON})
        store.roll_back()
        into.run(store.wire(), {"key": "b", "content_digest": None, "at": NOON})
    with engine.connect() as connection:
        assert connection.execute(select(KEY.c.key)).all() == []


def test_what_was_written_after_taking_back_is_one_transaction_again(engine: Engine):
    with for_writing(engine).connect() as connection:
        store = Store(connection)
        store.consume("a", None, NOON)
        store.roll_back()
        store.consume("b", None, NOON)
        store.consume("c", "digest", NOON)
        connection.commit()
    with engine.connect() as connection:
        assert connection.execute(select(KEY.c.key).order_by(KEY.c.key)).scalars().all() == ["b", "c"]


def test_an_object_made_without_a_session_is_written_when_it_changes(engine: Engine):
    with for_writing(engine).connect() as connection:
        store = Store(connection)
        row = new_row(ChatIdentity, channel="simulator", contact="wx-1", first_heard_at=NOON)
        store.add(row)
        row.is_friend = True
        assert store.find_identity("simulator", "wx-1") is row  # one object for one row
        store.strangers.add(("simulator", "wx-2"))
        other = store.ensure_identity("simulator", "wx-2", NOON)
        store.consume("a", None, NOON)
        other.is_friend = True
        store.flush()
        connection.commit()
        store.close()
    with engine.connect() as connection:
        table = SQLModel.metadata.tables[ChatIdentity.__tablename__]
        found = connection.execute(select(table.c.contact, table.c.is_friend).order_by(table.c.contact)).all()
    assert [tuple(each) for each in found] == [("wx-1", True), ("wx-2", True)]


def test_a_change_of_an_object_is_written_before_the_next_statement_reads(engine: Engine):
    with for_writing(engine).connect() as connection:
        store = Store(connection)
        store.session.add(Deployment(name="安全乡", preset="anxiang", contact="12345"))
        store.session.add(AreaLevel(scheme="main", code="xiang", name="乡", rank=1))
        store.session.flush()
        area = new_row(Area, name="桥头村", level_id=1, valid_from=NOON.date())
        store.add(area)
        area.name = "河西村"
        assert store.town_version() == 1
        names = store.run(select(SQLModel.metadata.tables[Area.__tablename__].c.name)).scalars().all()
    assert names == ["河西村"]


def test_a_lock_that_is_not_given_is_an_operational_fault(sqlite_url: str):
    engine = open_engine(sqlite_url)
    with for_writing(engine).connect() as holder, engine.connect() as other:
        Store(holder).consume("a", None, NOON)
        other.exec_driver_sql("PRAGMA busy_timeout=1")
        with pytest.raises(OperationalError, match="locked"):
            Store(other).consume("b", None, NOON)
    engine.dispose()


@pytest.mark.postgres
def test_a_connection_that_was_thrown_out_is_not_used_again(postgres_url: str):
    engine = open_engine(postgres_url)
    with engine.connect() as connection, engine.connect() as other:
        store = Store(connection)
        store.consume("a", None, NOON)
        other.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        with pytest.raises(OperationalError) as told:
            store.consume("b", None, NOON)
        assert told.value.connection_invalidated
        assert connection.invalidated
    engine.dispose()


def test_a_row_held_twice_is_one_object_and_what_is_changed_on_it_is_written(engine: Engine):
    with for_writing(engine).connect() as connection:
        store = Store(connection)
        for contact in ("a", "b"):
            store.add(new_row(ChatIdentity, channel="simulator", contact=contact, first_heard_at=NOON))
        store.flush()
        connection.commit()
    with for_writing(engine).connect() as connection:
        store = Store(connection)
        one = store.find_identity("simulator", "a")
        other = store.find_identity("simulator", "b")
        assert one is not None
        assert other is not None
        assert (one.first_heard_at, one.is_friend, one.home_room_id) == (NOON, False, None)
        assert store.identity(one.id or 0) is one

        one.is_friend = True
        assert store.session.get(ChatIdentity, one.id) is one, "the session reads what was changed before it"
        other.is_friend = True
        assert store.identity(other.id or 0) is other, "held by the session by now"
        store.flush()
        connection.commit()
        store.close()
    with engine.connect() as connection:
        rows = connection.execute(select(CONTACT.c.contact, CONTACT.c.is_friend).order_by(CONTACT.c.contact))
        assert [tuple(row) for row in rows] == [("a", True), ("b", True)]
