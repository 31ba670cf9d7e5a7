"""A process stands by until an account is free, takes it up, and ends when another one took it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.holding import Holding
from models.engine import open_engine
from models.leases import Leases
from tests.leases.test_leases import run_out

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
WITHIN_S = 60


class Clock:
    """Stands still until it is told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def engine(postgres_url: str) -> Engine:  # SQLite has one process
    return open_engine(postgres_url)


def test_the_next_one_takes_over_when_the_first_lets_go(engine: Engine):
    first, second = (Holding(Leases(engine, who), ["a"], Clock()) for who in ("first", "second"))

    async def story() -> tuple[bool, int, bool]:
        await first.start()
        await first.taken("a")
        await second.start()
        waiting = asyncio.create_task(second.taken("a"))
        await asyncio.sleep(0)
        stood_by = not waiting.done()
        await first.stop()
        async with asyncio.timeout(WITHIN_S):
            await waiting
        await second.stop()
        return stood_by, second.fence.tokens["a"], second.lost.is_set()

    assert asyncio.run(story()) == (True, 2, False)
    engine.dispose()


def test_one_that_stood_still_for_too_long_learns_that_it_is_too_late(engine: Engine):
    late = Holding(Leases(engine, "late"), ["a"], Clock())

    async def story() -> None:
        await late.start()
        await late.stop()
        run_out(engine, "a")
        assert Leases(engine, "next").take("a") == 2
        await asyncio.to_thread(late.look)
        async with asyncio.timeout(WITHIN_S):
            await late.lost.wait()

    asyncio.run(story())
    engine.dispose()


def test_who_stands_by_after_the_database_was_away_waits_as_long_as_a_lease_lasts_whatever_the_clock_said(
    engine: Engine,
):
    clock = Clock()
    clock.now += timedelta(days=1)  # it is ahead, and is put right in a moment
    holding = Holding(Leases(engine, "next"), ["a"], clock)
    with engine.begin() as wire:
        wire.exec_driver_sql("ALTER TABLE lease RENAME TO lease_away")
    holding.round()
    with engine.begin() as wire:
        wire.exec_driver_sql("ALTER TABLE lease_away RENAME TO lease")

    holding.round()
    assert holding.fence.tokens == {}
    clock.now = NOON
    holding.round()
    assert holding.fence.tokens == {"a": 1}
    engine.dispose()


def test_an_account_without_anybody_is_missed_since_it_was_seen_missing(engine: Engine):
    clock = Clock()
    watcher = Holding(Leases(engine, "pages"), [], clock)
    token = Leases(engine, "other").take("a")
    assert token is not None
    watcher.look()
    assert watcher.gone_for("a") == timedelta()

    Leases(engine, "other").let_go("a", token)
    watcher.look()
    assert watcher.gone_for("a") == timedelta()
    clock.now += timedelta(minutes=31)
    watcher.look()
    assert watcher.gone_for("a") == timedelta(minutes=31)
    engine.dispose()
