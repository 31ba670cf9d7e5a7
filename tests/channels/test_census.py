"""A group that was dissolved without a word is noticed by counting."""

import asyncio
from datetime import UTC, datetime

from bot.census import Census
from bot.channels.simulator import SimulatedWeChat
from handlers.intents import Intent
from handlers.rooms import NoteRoomChange
from models.presets import preset_named
from models.rules.message import RoomChange
from models.rules.town import RoomCard, Town

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def scene() -> tuple[SimulatedWeChat, Census, list[Intent]]:
    wechat = SimulatedWeChat(lambda: NOON)
    us = wechat.add_account("main", "小助手")
    wechat.add_contact("li", "李桂芬")
    for room in ("one", "two"):
        wechat.add_room(room, room, [us.id, "li"])
    cards = {
        n: RoomCard(n, "simulator", room, room, "resident", 1, (1,), account="main")
        for n, room in enumerate(("one", "two"), 1)
    }
    town = Town(preset_named("anxiang"), {}, {}, cards)
    told: list[Intent] = []
    channel = wechat.connect("main")
    return wechat, Census(channel, lambda: town, lambda: NOON, lambda what, _key: told.append(what)), told


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
