"""What the Wechaty channel keeps: bounded, forgotten in time, and small."""

import asyncio
import tracemalloc

import pytest

from bot.channels.wechaty.caches import Cache, MemberNames, Seen


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
