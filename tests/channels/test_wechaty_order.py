"""Order, patience and bounds between the event stream and whoever listens."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.channels.wechaty.intake import Intake
from models.rules.message import ChannelEvent, LinkChange, LinkState, Message

NOW = datetime(2026, 11, 22, tzinfo=UTC)
Load = Callable[[], Awaitable[ChannelEvent | None]]


def _message(key: str) -> Message:
    return Message(key, "wechaty", "a1", "wxid_wang", NOW, key)


def _at_once(key: str) -> Load:
    async def load() -> ChannelEvent:
        return _message(key)

    return load


def _after(gate: asyncio.Event, key: str) -> Load:
    async def load() -> ChannelEvent:
        await gate.wait()
        return _message(key)

    return load


async def _heard(intake: Intake, count: int) -> list[str]:
    heard = [await intake.take() for _ in range(count)]
    return [event.id if isinstance(event, Message) else str(event.state) for event in heard]  # type: ignore[union-attr]


async def _working(intake: Intake, story: Callable[[], Awaitable[list[str]]]) -> list[str]:
    worker = asyncio.create_task(intake.work())
    try:
        return await story()
    finally:
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)


def test_answers_that_come_in_any_order_are_given_out_in_the_first_one():
    async def story() -> list[str]:
        intake, gate = Intake(), asyncio.Event()

        async def listen() -> list[str]:
            intake.ask(_after(gate, "first"))
            intake.put(_message("second"))
            intake.ask(_at_once("third"))
            asyncio.get_running_loop().call_later(0.01, gate.set)
            return await _heard(intake, 3)

        return await _working(intake, listen)

    assert asyncio.run(story()) == ["first", "second", "third"]


def test_one_that_does_not_answer_is_overtaken_and_still_heard():
    async def story() -> list[str]:
        intake, gate = Intake(patience_s=0.05), asyncio.Event()

        async def listen() -> list[str]:
            intake.ask(_after(gate, "late"))
            intake.ask(_at_once("fire"))
            heard = await _heard(intake, 1)
            gate.set()
            intake.ask(_at_once("after"))
            return heard + await _heard(intake, 2)

        return await _working(intake, listen)

    assert asyncio.run(story()) == ["fire", "late", "after"]


def test_the_state_of_the_way_overtakes_messages_that_are_stuck():
    async def story() -> list[str]:
        intake, gate = Intake(), asyncio.Event()

        async def listen() -> list[str]:
            intake.ask(_after(gate, "stuck"))
            intake.notice(LinkChange("wechaty", "a1", LinkState.OFFLINE, NOW))
            heard = await _heard(intake, 1)
            gate.set()
            return heard + await _heard(intake, 1)

        return await _working(intake, listen)

    assert asyncio.run(story()) == ["offline", "stuck"]


def test_a_fault_in_one_event_does_not_stop_the_others():
    async def broken() -> ChannelEvent | None:
        raise KeyError("payload")

    async def story() -> list[str]:
        intake = Intake(fetchers=1)

        async def listen() -> list[str]:
            intake.ask(broken)
            intake.ask(_at_once("next"))
            return await _heard(intake, 1)

        return await _working(intake, listen)

    assert asyncio.run(story()) == ["next"]


def test_no_more_is_asked_for_than_may_wait_to_be_taken():
    async def story() -> list[str]:
        intake = Intake(ahead=4)
        asked: list[str] = []

        def counted(key: str) -> Load:
            async def load() -> ChannelEvent:
                asked.append(key)
                return _message(key)

            return load

        async def listen() -> list[str]:
            for number in range(100):
                intake.ask(counted(str(number)))
            for _ in range(50):
                await asyncio.sleep(0)
            assert len(asked) == 4
            return await _heard(intake, 100)

        return await _working(intake, listen)

    assert asyncio.run(story()) == [str(number) for number in range(100)]


def test_a_crowded_intake_lets_the_stream_rest_until_somebody_listens():
    async def story() -> list[str]:
        intake = Intake(limit=3)

        async def listen() -> list[str]:
            for number in range(3):
                intake.put(_message(str(number)))
            assert intake.crowded
            resting = asyncio.create_task(intake.space())
            await asyncio.sleep(0)
            assert not resting.done()
            heard = await _heard(intake, 1)
            await resting
            assert not intake.crowded
            return heard

        return await _working(intake, listen)

    assert asyncio.run(story()) == ["0"]


def test_closing_ends_the_listening():
    async def story() -> ChannelEvent | None:
        intake = Intake()
        asyncio.get_running_loop().call_soon(intake.close)
        return await intake.take()

    assert asyncio.run(story()) is None
