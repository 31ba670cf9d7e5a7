"""A group that was dissolved without a word is noticed by counting."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import OperationalError

from bot.census import Census
from bot.channels.simulator import SimulatedWeChat
from handlers.intents import Intent
from handlers.rooms import NameRoom, NoteRoomChange
from models.presets import preset_named
from models.rules.message import RoomChange
from models.rules.town import AreaNode, RoomCard, Town

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def scene(
    tell: Callable[[str, Intent, str], None] | None = None, account: str = "main"
) -> tuple[SimulatedWeChat, Census, list[Intent]]:
    wechat = SimulatedWeChat(lambda: NOON)
    us = wechat.add_account("main", "小助手")
    wechat.add_contact("li", "李桂芬")
    for room in ("one", "two"):
        wechat.add_room(room, room, [us.id, "li"])
    cards = {
        n: RoomCard(n, "simulator", room, room, "resident", 1, (1,), account=account)
        for n, room in enumerate(("one", "two"), 1)
    }
    town = Town(preset_named("anxiang"), {1: AreaNode(1, "one", "admin", "zu", 6, None)}, {}, cards)
    told: list[Intent] = []
    channel = wechat.connect("main")
    census = Census(
        channel, lambda: town, lambda: NOON, tell or (lambda _account, what, _key: told.append(what))
    )
    return wechat, census, told


def test_a_room_missing_twice_in_a_row_is_gone():
    wechat, census, told = scene()
    wechat.dissolve("two")

    first = asyncio.run(census.count())
    second = asyncio.run(census.count())

    assert (first, second) == ((), ("two",))
    assert told == [NoteRoomChange("simulator", "main", "two", RoomChange.WE_LEFT)]


def test_rooms_that_are_there_are_left_alone():
    _, census, told = scene()

    assert [asyncio.run(census.count()) for _ in range(3)] == [(), (), ()]
    assert told == []


def test_an_account_that_sees_no_room_at_all_proves_nothing():
    wechat, census, told = scene()
    wechat.dissolve("one")
    wechat.dissolve("two")

    assert [asyncio.run(census.count()) for _ in range(3)] == [(), (), ()]
    assert told == []


def test_a_room_that_is_gone_is_told_of_once_and_again_when_it_is_back():
    wechat, census, told = scene()
    wechat.book.room("two").members.remove("us-main")
    for _ in range(5):
        asyncio.run(census.count())
    assert [change.change for change in told] == [RoomChange.WE_LEFT]

    wechat.book.room("two").members.append("us-main")
    for _ in range(3):
        asyncio.run(census.count())
    assert [change.change for change in told] == [RoomChange.WE_LEFT, RoomChange.JOINED]


def test_a_room_that_goes_by_the_name_of_its_area_is_given_its_own():
    wechat, census, told = scene()
    wechat.book.room("one").title = "幸福一家人"
    wechat.book.room("two").title = "别的名字"

    asyncio.run(census.count())
    assert told == [NameRoom("simulator", "one", "幸福一家人")]


@pytest.mark.parametrize("room", ["one", "two"])
def test_a_room_bound_a_moment_ago_is_asked_for_at_once(room: str):
    _, census, told = scene()

    asyncio.run(census.name(room))

    assert told == [NameRoom("simulator", room, room)]


def test_a_count_that_fails_is_not_the_last_one():
    async def until_told() -> Intent:
        loop = asyncio.get_running_loop()
        heard: asyncio.Future[Intent] = loop.create_future()
        faults = [OperationalError("INSERT", {}, Exception("the database is away")) for _ in range(2)]

        def tell(_account: str, what: Intent, _key: str) -> None:
            if faults:
                raise faults.pop()
            loop.call_soon_threadsafe(heard.set_result, what)

        wechat, census, _ = scene(tell)
        wechat.dissolve("two")
        keeping = asyncio.create_task(census.keep(0.001))
        what = await heard
        keeping.cancel()
        return what

    assert asyncio.run(until_told()) == NoteRoomChange("simulator", "main", "two", RoomChange.WE_LEFT)


def test_an_account_notes_once_where_it_sits_beside_the_one_that_listens():
    _, census, told = scene(account="other")

    for _ in range(3):
        asyncio.run(census.count())

    assert told == [NoteRoomChange("simulator", "main", room, RoomChange.JOINED) for room in ("one", "two")]
