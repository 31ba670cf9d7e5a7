"""Delivery as production runs it: an event loop, a thread for the database, a bell when something was written."""

import asyncio
from datetime import UTC, datetime
from random import Random

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.delivery import Delivery
from models.rules.message import Outgoing
from models.rules.pacing import Pace
from tests.delivery.scene import LINES, Make, Scene

QUICK = Pace(reply_gap_s=0, broadcast_gap_s=0, room_hourly=10_000, room_daily=10_000, quiet="")
PATIENCE = 60


def running(scene: Scene) -> Delivery:
    return Delivery(
        scene.engine, LINES, QUICK, scene.channels, lambda: datetime.now(UTC), Random(1).random  # noqa: S311
    )  # fmt: skip


async def until_said(scene: Scene, number: int) -> None:
    said = asyncio.Event()
    forget = scene.wechat.on_change(said.set)
    async with asyncio.timeout(PATIENCE):
        while len(scene.wechat.said) < number:
            said.clear()
            await said.wait()
    forget()


def test_what_is_written_is_said_when_the_bell_rings(make_scene: Make):
    scene = make_scene(now=datetime.now(UTC))
    room = scene.room("r1")

    async def story() -> None:
        delivery = running(scene)
        speaking = asyncio.create_task(delivery.run(idle_s=PATIENCE * 10))
        await asyncio.sleep(0)
        scene.queue("hello", room_id=room)
        delivery.wake()
        await until_said(scene, 1)
        delivery.stop()
        async with asyncio.timeout(PATIENCE):
            await speaking

    asyncio.run(story())
    assert scene.texts() == ["hello"]
    assert scene.states() == {"sent": 1}


def test_a_frozen_account_stops_no_other(make_scene: Make, monkeypatch: pytest.MonkeyPatch):
    scene = make_scene(accounts=("a1", "a2"), now=datetime.now(UTC))
    scene.queue("stuck", room_id=scene.room("r1", listener="a1"))
    room = scene.room("r2", listener="a2")
    for n in range(20):
        scene.queue(f"line {n}", room_id=room)

    async def frozen(_: Outgoing) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(scene.channels["a1"], "say", frozen)

    async def story() -> None:
        speaking = asyncio.create_task(running(scene).run())
        await until_said(scene, 20)
        speaking.cancel()
        await asyncio.gather(speaking, return_exceptions=True)

    asyncio.run(story())
    assert scene.texts() == [f"line {n}" for n in range(20)]
    assert scene.states()["sent"] >= 19


@pytest.mark.parametrize("moments_between", range(8))
def test_ends_when_cancelled_together_with_the_bell(make_scene: Make, moments_between: int):
    scene = make_scene(now=datetime.now(UTC))

    async def story() -> bool:
        delivery = running(scene)
        speaking = asyncio.create_task(delivery.run(idle_s=PATIENCE * 10))
        await asyncio.sleep(0.3)  # the lanes wait for the bell
        delivery.wake()
        for _ in range(moments_between):
            await asyncio.sleep(0)
        speaking.cancel()
        done, _ = await asyncio.wait({speaking}, timeout=2)
        delivery.stop()
        return bool(done)

    assert asyncio.run(story())


def test_a_fault_of_the_database_is_outlived(make_scene: Make):
    scene = make_scene(now=datetime.now(UTC))
    scene.queue("hello", room_id=scene.room("r1"))
    faults = [OSError("disk full")]

    def crash(point: str) -> None:
        if point == "before_claim" and faults:
            raise faults.pop()

    async def story() -> None:
        delivery = Delivery(
            scene.engine, LINES, QUICK, scene.channels, lambda: datetime.now(UTC), Random(1).random,  # noqa: S311
            crash_point=crash,
        )  # fmt: skip
        speaking = asyncio.create_task(delivery.run(idle_s=0.01))
        await until_said(scene, 1)
        speaking.cancel()
        await asyncio.gather(speaking, return_exceptions=True)

    asyncio.run(story())
    assert scene.texts() == ["hello"]


def test_a_database_that_is_away_at_the_start_is_waited_for(make_scene: Make):
    scene = make_scene(now=datetime.now(UTC))
    scene.queue("hello", room_id=scene.room("r1"))
    faults = [OperationalError("BEGIN", {}, OSError("connection refused"))]

    def refuse(*_: object) -> None:
        if faults:
            raise faults.pop()

    async def story() -> None:
        event.listen(scene.engine, "before_cursor_execute", refuse)
        speaking = asyncio.create_task(running(scene).run(idle_s=0.01))
        await until_said(scene, 1)
        speaking.cancel()
        await asyncio.gather(speaking, return_exceptions=True)

    asyncio.run(story())
    assert faults == []
    assert scene.texts() == ["hello"]


def test_an_answer_no_channel_should_give_leaves_the_row_in_doubt(
    make_scene: Make, monkeypatch: pytest.MonkeyPatch
):
    scene = make_scene(pace=QUICK)
    row = scene.queue("hello", room_id=scene.room("r1"))

    async def broken(_: Outgoing) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(scene.channels["a1"], "say", broken)
    scene.run()

    assert (scene.row(row).state, scene.row(row).why) == ("unknown", "ZeroDivisionError")
