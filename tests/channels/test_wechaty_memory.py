"""What the Wechaty channel keeps: bounded, forgotten in time, and small."""

import asyncio
import tracemalloc
from datetime import UTC, datetime

import pytest

from bot.channels.wechaty import WechatySettings
from bot.channels.wechaty.caches import Cache, MemberNames, Seen
from bot.channels.wechaty.inbound import Inbound
from bot.channels.wechaty.link import Link
from bot.channels.wechaty.payloads import HeardPayload
from models.rules.message import ChannelEvent, Message


class Gateway:
    """Counts what it is asked, and answers when told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.fails = False

    async def name(self, key: str) -> str:
        self.asked.append(key)
        await self.may_answer.wait()
        if self.fails:
            raise ConnectionError(key)
        return f"{key} {len(self.asked)}"


def test_the_oldest_value_goes_when_the_cache_is_full():
    async def story() -> list[str]:
        gateway = Gateway()
        cache = Cache(2, gateway.name)
        for key in "abac":  # b is the one unused longest when c comes
            await cache.get(key)
        await cache.get("a")
        await cache.get("b")
        return gateway.asked

    assert asyncio.run(story()) == ["a", "b", "c", "b"]


def test_an_answer_asked_for_before_the_news_is_not_kept():
    async def story() -> tuple[str, str]:
        gateway = Gateway()
        cache = Cache(9, gateway.name)
        gateway.may_answer.clear()
        early = asyncio.create_task(cache.get("a"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        cache.forget("a")
        gateway.may_answer.set()
        return await early, await cache.get("a")

    assert asyncio.run(story()) == ("a 1", "a 2")


def test_a_failed_question_is_asked_again_and_one_callers_patience_is_not_anothers():
    async def story() -> str:
        gateway = Gateway()
        cache = Cache(9, gateway.name)
        gateway.fails = True
        with pytest.raises(ConnectionError):
            await cache.get("a")
        gateway.fails = False
        gateway.may_answer.clear()
        hasty, patient = asyncio.create_task(cache.get("a")), asyncio.create_task(cache.get("a"))
        await asyncio.sleep(0)
        hasty.cancel()
        gateway.may_answer.set()
        return await patient

    assert asyncio.run(story()) == "a 2"


def test_500_rooms_of_100_members_fit_into_a_few_megabytes(capsys: pytest.CaptureFixture[str]):
    async def name(room: str, contact: str) -> str:
        return f"{contact} of {room}"

    async def story() -> tuple[int, int]:
        names = MemberNames(60_000, name)
        for room in range(500):
            for member in range(100):
                await names.get(f"{room}@chatroom", f"wxid_{room}_{member}")
        return len(names), tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        known, kept = asyncio.run(story())
    finally:
        tracemalloc.stop()
    with capsys.disabled():
        print(f"\n500 rooms x 100 members, every name known: {kept / 1e6:.1f} MB")  # noqa: T201
    assert known == 50_000
    assert kept < 30e6


def test_only_the_last_ids_are_remembered():
    seen = Seen(3)
    for key in "abcd":
        seen.add(key)

    assert [key in seen for key in "abcd"] == [False, True, True, True]


def test_a_gateway_that_calls_everything_dirty_fills_no_memory():
    async def name(room: str, contact: str) -> str:
        return f"{contact} of {room}"

    async def story() -> int:
        names = MemberNames(1000, name)
        for number in range(50_000):
            names.forget(f"wxid_{number}")
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        kept = asyncio.run(story())
    finally:
        tracemalloc.stop()
    assert kept < 1e6


def test_no_name_comes_back_that_was_called_dirty_however_much_else_was():
    async def story() -> list[str]:
        gateway = Gateway()
        names = MemberNames(3, lambda room, contact: gateway.name(f"{room} {contact}"))
        told = [await names.get("room", "wang")]
        names.forget("room")
        for number in range(7):
            names.forget(f"another{number}")
        return [*told, await names.get("room", "wang"), await names.get("room", "wang")]

    assert asyncio.run(story()) == ["room wang 1", "room wang 2", "room wang 2"]


def test_a_message_that_could_not_be_read_is_asked_for_again_when_it_is_told_again(
    monkeypatch: pytest.MonkeyPatch,
):
    class Line:
        answers = iter(
            (ValueError("broken"), HeardPayload(id="m1", text="路灯不亮", type=7, talker_id="wxid_wang"))
        )

        async def heard(self, _message: str) -> HeardPayload:
            answer = next(self.answers)
            if isinstance(answer, ValueError):
                raise answer
            return answer

    async def story() -> ChannelEvent | None:
        line = Line()

        async def up(_link: Link) -> Line:
            return line

        monkeypatch.setattr(Link, "wait_up", up)
        settings = WechatySettings(account="a1", endpoint="127.0.0.1:8788", token="insecure_x")
        inbound = Inbound(settings, lambda: datetime(2026, 11, 22, tzinfo=UTC))
        working = asyncio.create_task(inbound.intake.work())
        inbound.on_message({"messageId": "m1"})
        for _ in range(9):
            await asyncio.sleep(0)
        inbound.on_message({"messageId": "m1"})
        heard = await inbound.intake.take()
        working.cancel()
        return heard

    heard = asyncio.run(story())
    assert isinstance(heard, Message)
    assert heard.text == "路灯不亮"
