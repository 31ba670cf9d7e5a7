"""What is due happens once, whoever claims it and whoever dies on the way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from handlers.dispatch import Outcome, Status
from handlers.housekeeping import SweepExpired
from handlers.intents import Intent
from jobs.due_firings import fire_due
from jobs.scheduler import Tick, Ticker
from models.due import LEASE, TRIES, DueTable
from models.rules.actor import Actor, Origin
from models.rules.permissions import Permission
from models.tables import DueFiring

NOW = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)


class Killed(BaseException):
    """The process died."""


class Bells:
    """Stands where dispatch stands, with its one promise: a key is used once."""

    def __init__(self) -> None:
        self.rung: list[str] = []
        self.keys: list[str] = []
        self.faults: list[Exception] = []

    def __call__(self, intent: Intent, actor: Actor, origin: Origin) -> Outcome:
        assert isinstance(intent, SweepExpired)
        assert Permission.CLOCK_TICK in actor.permissions
        if self.faults:
            raise self.faults.pop()
        if origin.key in self.keys:
            return Outcome(Status.DUPLICATE)
        self.keys.append(origin.key)
        self.rung.append(intent.since)
        return Outcome(Status.DONE)


def plan(
    engine: Engine, *keys: str, due: datetime = NOW, intent: str = "SweepExpired", **fields: Any
) -> None:
    rows = [
        {"key": key, "intent": intent, "fields": fields or {"since": key}, "due_at": due, "state": "waiting",
         "attempts": 0, "why": ""}
        for key in keys
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(DueFiring), rows)


def states(engine: Engine) -> dict[str, tuple[str, str]]:
    with engine.connect() as connection:
        return {key: (state, why) for key, state, why in connection.execute(
            select(DueFiring.key, DueFiring.state, DueFiring.why)
        )}  # fmt: skip


def test_what_is_due_happens_in_order_and_the_rest_waits(engine: Engine):
    plan(engine, "later", due=NOW + timedelta(hours=1))
    plan(engine, "second")
    plan(engine, "first", due=NOW - timedelta(hours=1))
    bells = Bells()

    assert fire_due(DueTable(engine), bells, lambda: NOW) == 2
    assert bells.rung == ["first", "second"]
    assert bells.keys == ["job:first", "job:second"]
    assert DueTable(engine).next_due(NOW) == NOW + timedelta(hours=1)


def test_a_death_after_the_work_does_it_no_second_time(engine: Engine):
    plan(engine, "bell")
    bells = Bells()

    def die(point: str) -> None:
        if point == "before_finish":
            raise Killed

    with pytest.raises(Killed):
        fire_due(DueTable(engine, die), bells, lambda: NOW)
    assert fire_due(DueTable(engine), bells, lambda: NOW) == 0
    assert DueTable(engine).next_due(NOW) == NOW + LEASE
    assert fire_due(DueTable(engine), bells, lambda: NOW + LEASE) == 1
    assert bells.rung == ["bell"]
    assert states(engine) == {"bell": ("done", "duplicate")}


def test_a_death_before_the_work_leaves_it_to_the_next_process(engine: Engine):
    plan(engine, "bell")
    bells = Bells()

    def die(point: str) -> None:
        if point == "after_lease":
            raise Killed

    with pytest.raises(Killed):
        fire_due(DueTable(engine, die), bells, lambda: NOW)
    assert bells.rung == []
    assert fire_due(DueTable(engine), bells, lambda: NOW + LEASE) == 1
    assert bells.rung == ["bell"]


@pytest.mark.parametrize(("faults", "end"), [(TRIES - 1, ("done", "")), (TRIES, ("failed", "OSError"))])
def test_a_fault_is_tried_again_and_at_last_given_up(engine: Engine, faults: int, end: tuple[str, str]):
    plan(engine, "bell")
    bells, due = Bells(), DueTable(engine)
    bells.faults = [OSError() for _ in range(faults)]
    now: datetime | None = NOW
    while now is not None:
        fire_due(due, bells, lambda at=now: at)
        now = due.next_due(now)

    assert states(engine) == {"bell": end}


def test_what_makes_no_intent_is_given_up_at_once(engine: Engine):
    plan(engine, "unknown", intent="FlyToTheMoon")
    plan(engine, "wrong fields", since="x", height=3)

    fire_due(DueTable(engine), Bells(), lambda: NOW)

    assert {key: state for key, (state, _) in states(engine).items()} == {
        "unknown": "failed", "wrong fields": "failed",
    }  # fmt: skip


def test_two_schedulers_never_double(engine: Engine):
    keys = [f"bell-{n:03}" for n in range(300)]
    plan(engine, *keys)
    taken: list[list[str]] = [[], []]

    def work(which: int) -> None:
        due = DueTable(engine)
        while firings := due.claim(NOW, limit=7):
            taken[which] += [f.key for f in firings]
            due.finish([(firing, "") for firing in firings])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, (0, 1)))

    assert sorted(taken[0] + taken[1]) == keys
    assert {state for state, _ in states(engine).values()} == {"done"}


def test_a_claim_takes_no_more_than_its_batch(engine: Engine):
    plan(engine, *[f"bell-{n:03}" for n in range(30)])

    assert len(DueTable(engine).claim(NOW, limit=7)) == 7


def test_a_tick_comes_again_after_it_failed():
    seen, calls = Event(), []

    def call() -> None:
        calls.append(1)
        if len(calls) > 1:
            seen.set()
        raise OSError

    ticker = Ticker([Tick("look", 0.01, call)])
    ticker.start()
    try:
        assert seen.wait(timeout=30)
    finally:
        ticker.stop()
