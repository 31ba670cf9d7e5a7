"""What the channel knows of rooms and people, and how little it asks for."""

import asyncio
from typing import Self

import pytest

from bot.channels import RoomCard
from models.rules.message import RoomChange, RoomEvent
from tests.gateway.driver import Gateway
from tests.gateway.listener import Listener
from tests.gateway.town import BOT, LI, OTHER_ROOM, ROOM, WANG, ZHAO

pytestmark = pytest.mark.gateway

CONTACT, ROOM_DIRTY, MEMBER = 2, 3, 4


def test_members_who_come_and_go_are_told_by_their_ids(gateway: Gateway, bot: Listener):
    gateway.do("join", room=ROOM, contacts=[ZHAO], by=LI)
    joined = bot.hear(RoomEvent)
    gateway.do("leave", room=ROOM, contacts=[ZHAO], by=LI)
    left = bot.hear(RoomEvent)

    assert (joined.change, joined.room, joined.members) == (RoomChange.JOINED, ROOM, (ZHAO,))
    assert (left.change, left.room, left.members) == (RoomChange.LEFT, ROOM, (ZHAO,))


def test_our_own_removal_is_another_event(gateway: Gateway, bot: Listener):
    gateway.do("leave", room=ROOM, contacts=[BOT], by=LI)

    assert bot.hear(RoomEvent).change is RoomChange.WE_LEFT


def test_a_new_title_is_told_and_known(gateway: Gateway, bot: Listener):
    before = {card.id: card for card in bot.run(bot.channel.rooms())}
    gateway.do("retitle", room=ROOM, topic="一号楼便民群", by=LI)
    renamed = bot.hear(RoomEvent)
    after = {card.id: card for card in bot.run(bot.channel.rooms())}

    assert before[ROOM] == RoomCard(ROOM, "一号楼邻居群", LI, 3)
    assert (renamed.change, renamed.title) == (RoomChange.RENAMED, "一号楼便民群")
    assert after[ROOM].title == "一号楼便民群"


def test_an_invitation_is_told_and_can_be_accepted(gateway: Gateway, bot: Listener):
    gateway.do("room", id="3@chatroom", topic="三号楼", members=[ZHAO], owner=ZHAO)
    gateway.do("invite", id="i1", inviter=ZHAO, room="3@chatroom", topic="三号楼")

    invited = bot.hear(RoomEvent)
    bot.run(bot.channel.accept_invitation(invited.room))
    joined = bot.hear(RoomEvent)

    assert (invited.change, invited.room, invited.title) == (RoomChange.INVITED, "i1", "三号楼")
    assert invited.members == (ZHAO,)
    assert (joined.change, joined.room, joined.members) == (RoomChange.JOINED, "3@chatroom", (BOT,))


def test_a_name_is_asked_for_once_and_again_when_it_is_dirty(gateway: Gateway, bot: Listener):
    def name() -> str:
        return bot.run(bot.channel.member_name(ROOM, WANG))

    assert [name(), name()] == ["王婶", "王婶"]
    assert gateway.calls()["roomMemberPayload"] == 1

    gateway.do("nameInRoom", room=ROOM, contact=WANG, name="1-302 王")
    _heard_everything(gateway, bot)

    assert [name(), name()] == ["1-302 王", "1-302 王"]
    assert gateway.calls()["roomMemberPayload"] == 2


def test_callers_at_once_share_one_question(gateway: Gateway, bot: Listener):
    async def together() -> list[bool]:
        return await asyncio.gather(*(bot.channel.is_friend(WANG) for _ in range(20)))

    _heard_everything(gateway, bot)
    gateway.do("forgetCalls")
    assert bot.run(together()) == [True] * 20
    assert gateway.calls()["contactPayload"] == 1


@pytest.mark.parametrize(("kind", "asked"), [(1, 0), (CONTACT, 1), (ROOM_DIRTY, 2), (MEMBER, 2)])
def test_dirty_forgets_what_it_names_and_nothing_else(gateway: Gateway, bot: Listener, kind: int, asked: int):
    def know() -> None:
        bot.run(bot.channel.is_friend(WANG))
        bot.run(bot.channel.rooms())
        bot.run(bot.channel.member_name(OTHER_ROOM, ZHAO))
        bot.run(bot.channel.member_name(ROOM, LI))

    know()
    gateway.do("dirty", kind=kind, id=WANG if kind == CONTACT else ROOM)
    _heard_everything(gateway, bot)
    with _Counted(gateway) as counted:
        know()

    assert counted.calls == 1 + asked  # the list of rooms is asked for every time


def test_500_rooms_of_100_members_are_learned_one_by_one_as_they_are_needed(gateway: Gateway, bot: Listener):
    gateway.do("township", rooms=500, members=100)
    gateway.do("forgetCalls")
    with _Counted(gateway) as nothing:
        gateway.do("flood", count=500, rooms=[f"t{room}@chatroom" for room in range(500)])
        senders = [(message.room, message.sender) for message in bot.messages(500)]
    with _Counted(gateway) as cards:
        rooms = bot.run(bot.channel.rooms())
    with _Counted(gateway) as names:
        for room, sender in senders * 2:
            bot.run(bot.channel.member_name(room, sender))

    assert nothing.calls == 500, "a message costs its own payload and nothing else"
    assert (len(rooms), cards.calls) == (502, 503)
    assert names.calls == 500
    assert all(card.size == 101 for card in rooms if card.id not in {ROOM, OTHER_ROOM})


def _heard_everything(gateway: Gateway, bot: Listener) -> None:
    """The event stream is in order: once a later message is heard, earlier events were."""
    gateway.do("say", **{"from": LI}, room=ROOM, text="到了")
    bot.messages(1)


class _Counted:
    """Payloads and lists the channel asked the gateway for meanwhile."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.calls = 0

    def __enter__(self) -> Self:
        self._before = self._made()
        return self

    def __exit__(self, *_error: object) -> None:
        self.calls = self._made() - self._before

    def _made(self) -> int:
        return sum(self._gateway.calls().values())
