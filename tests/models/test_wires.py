"""A transaction of prepared statements alone ends as SQLAlchemy's own would: kept, or nothing of it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, Select, bindparam, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import SQLModel

from models.engine import open_engine
from models.prepared import Prepared
from models.tables import ConsumedKey, DueFiring
from models.wires import looking, writing

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
KEY = SQLModel.metadata.tables[ConsumedKey.__tablename__]
FIRING = SQLModel.metadata.tables[DueFiring.__tablename__]
INTO = Prepared(insert(KEY), ("key", "content_digest", "at"))
WHAT: Select[tuple[str]] = select(KEY.c.key).order_by(KEY.c.key)
KEYS = Prepared(WHAT)


def used(key: str) -> dict[str, object]:
    return {"key": key, "content_digest": None, "at": NOON}


def keys(engine: Engine) -> list[str]:
    with looking(engine) as wire:
        return [key for (key,) in KEYS.rows(wire, {})]


def _write(engine: Engine, *names: str, but: str = "") -> None:
    with writing(engine) as wire:
        for name in names:
            INTO.run(wire, used(name))
        if but:
            raise RuntimeError(but)


def test_what_was_written_together_is_seen_together_and_only_then(engine: Engine):
    with writing(engine) as wire:
        INTO.run(wire, used("a"))
        INTO.run(wire, used("b"))
        assert keys(engine) == []

    assert keys(engine) == ["a", "b"]


def test_after_a_fault_nothing_is_kept_and_the_next_one_begins_anew(engine: Engine):
    _write(engine, "a")
    with pytest.raises(IntegrityError) as fault:
        _write(engine, "b", "a")
    assert "2026" not in str(fault.value)

    with pytest.raises(RuntimeError, match="out of breath"):
        _write(engine, "c", but="out of breath")
    _write(engine, "d")
    assert keys(engine) == ["a", "d"]


def test_what_a_change_returns_has_our_values(engine: Engine):
    columns = ("key", "intent", "fields", "due_at", "state", "attempts", "why")
    into = insert(FIRING).returning(FIRING.c.fields, FIRING.c.due_at)
    row = {"key": "k", "intent": "Climb", "fields": {"words": "桥头"}, "due_at": NOON, "state": "waiting"}
    with writing(engine) as wire:
        assert Prepared(into, columns).rows(wire, {**row, "attempts": 0, "why": ""}) == [
            ({"words": "桥头"}, NOON)
        ]


def test_a_database_that_is_not_there_is_the_fault_that_sqlalchemy_tells(tmp_path: Path):
    gone = open_engine(f"sqlite:///{tmp_path / 'town.db'}")
    one = Prepared(select(KEY.c.key).where(KEY.c.key == bindparam("key")))
    with pytest.raises(OperationalError), looking(gone) as wire:
        one.rows(wire, {"key": "a"})
    nowhere = open_engine("postgresql://nobody:nothing@127.0.0.1:1/town")
    with pytest.raises(OperationalError) as fault, looking(nowhere):
        pass
    assert "nothing" not in str(fault.value)
