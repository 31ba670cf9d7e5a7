"""The manual relay never speaks by itself and says so."""

import asyncio

import pytest

from bot.channels import Channel, ChannelRefused
from bot.channels.relay import RelaySettings, open_channel
from models.rules.message import Outgoing


def relay() -> Channel:
    return open_channel(RelaySettings("paper", (("six", "六组群"),)))


def test_a_person_must_send_what_the_relay_is_given():
    async def try_to_say() -> None:
        await relay().say(Outgoing("six", "明早停水"))

    assert relay().capabilities.push_needs_human
    with pytest.raises(ChannelRefused, match="waits for a person"):
        asyncio.run(try_to_say())


def test_it_hears_nothing_and_stops_when_it_is_closed():
    async def listen() -> list[object]:
        channel = relay()
        listening = asyncio.create_task(collect(channel))
        await asyncio.sleep(0)
        assert not listening.done()
        await channel.close()
        async with asyncio.timeout(10):
            return await listening

    async def collect(channel: Channel) -> list[object]:
        return [event async for event in channel.events()]

    assert asyncio.run(listen()) == []


def test_its_rooms_come_from_the_configuration():
    async def rooms() -> list[tuple[str, str]]:
        return [(card.id, card.title) for card in await relay().rooms()]

    assert asyncio.run(rooms()) == [("six", "六组群")]


def test_it_is_never_deaf_for_it_never_hears():
    assert asyncio.run(relay().round_trip()) == 0.0


@pytest.mark.parametrize("ask", ["fetch", "accept_friend"])
def test_what_it_never_heard_of_is_refused(ask: str):
    with pytest.raises(ChannelRefused):
        asyncio.run(getattr(relay(), ask)("x1"))
