"""What the channel hears from the real gateway."""

from datetime import UTC, datetime

import pytest

from models.rules.message import LinkState, Message, MessageKind, Recalled
from tests.gateway.driver import Gateway
from tests.gateway.listener import Listener
from tests.gateway.town import BOT, BOT_NAME, LI, OTHER_ROOM, ROOM, WANG, ZHAO

pytestmark = pytest.mark.gateway

RULE = "- - - - - - - - - - - - - - -"


def _say(gateway: Gateway, text: str, sender: str = WANG, **more: object) -> str:
    place = {} if "to" in more or "room" in more else {"room": ROOM}
    said: str = gateway.do("say", **({"from": sender, "text": text} | place | more))
    return said


def test_messages_of_two_rooms_come_in_the_order_they_were_said(gateway: Gateway, bot: Listener):
    rooms = (ROOM, OTHER_ROOM)
    for number in range(60):
        _say(gateway, f"第{number}句", room=rooms[number % 2])

    heard = bot.messages(60)

    assert [message.text for message in heard] == [f"第{number}句" for number in range(60)]
    assert [message.room for message in heard] == [rooms[number % 2] for number in range(60)]
    assert {message.sender for message in heard} == {WANG}


def test_a_slow_payload_does_not_change_the_order(gateway: Gateway, bot: Listener):
    gateway.do("spoil", method="messagePayload", delay=300)
    for text in ("一", "二", "三"):
        _say(gateway, text)

    assert [message.text for message in bot.messages(3)] == ["一", "二", "三"]


def test_a_payload_that_fails_is_asked_for_again(gateway: Gateway, bot: Listener):
    gateway.do("spoil", method="messagePayload", count=3, message="puppet is busy")
    _say(gateway, "路灯不亮")

    assert bot.messages(1)[0].text == "路灯不亮"
    assert gateway.calls()["messagePayload"] == 4


def test_a_message_whose_payload_never_comes_is_an_outage_and_holds_nobody_up(
    gateway: Gateway, bot: Listener
):
    gateway.do("emit", event="message", payload={"messageId": "m-nobody-knows"})
    _say(gateway, "我家停水了")

    assert bot.messages(1)[0].text == "我家停水了"
    assert bot.link(LinkState.DEAF).why == "a message could not be fetched"
    bot.online()


def test_a_quote_is_split_off(gateway: Gateway, bot: Listener):
    _say(gateway, f"「王婶：桥头路灯不亮」\n{RULE}\n接单", LI)

    message = bot.messages(1)[0]

    assert (message.quote, message.text, message.sender) == ("桥头路灯不亮", "接单", LI)


def test_a_mention_of_us_is_a_hint_and_not_part_of_the_words(gateway: Gateway, bot: Listener):
    _say(gateway, f"@{BOT_NAME}\u2005我的单", LI, mentions=[BOT])
    _say(gateway, "@李哥 来看看", WANG, mentions=[LI])

    ours, others = bot.messages(2)

    assert (ours.text, ours.mentions_us, ours.mentions) == ("我的单", True, (BOT,))
    assert (others.text, others.mentions_us, others.mentions) == ("@李哥 来看看", False, (LI,))


def test_a_private_message_has_no_room_and_says_to_whom(gateway: Gateway, bot: Listener):
    _say(gateway, "我的事", to=BOT)

    message = bot.messages(1)[0]

    assert (message.room, message.sender, message.to) == (None, WANG, BOT)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (0, MessageKind.OTHER),
        (2, MessageKind.VOICE),
        (5, MessageKind.STICKER),
        (8, MessageKind.LOCATION),
        (9, MessageKind.MINI_PROGRAM),
        (12, MessageKind.RED_PACKET),
        (14, MessageKind.LINK),
        (16, MessageKind.OTHER),
        (99, MessageKind.OTHER),
    ],
)
def test_every_type_has_its_place_and_unknown_ones_are_placeholders(
    gateway: Gateway, bot: Listener, number: int, kind: MessageKind
):
    _say(gateway, "<msg><title>停电通知</title></msg>", type=number)

    message = bot.messages(1)[0]

    assert (message.kind, message.text) == (kind, "")


def test_events_of_unknown_types_are_passed_over(gateway: Gateway, bot: Listener):
    gateway.do("emit", event="post", payload={"postId": "p1"})
    gateway.do("emit", event="message", payload={"nothing": 1})
    gateway.do("emit", event="room-join", payload={"roomId": ROOM, "inviteeIdList": "nobody"})
    gateway.do("emit", event="ready", payload={"data": "ready"})
    _say(gateway, "还在吗")

    assert bot.messages(1)[0].text == "还在吗"


def test_a_recall_names_the_message_that_was_taken_back(gateway: Gateway, bot: Listener):
    said = _say(gateway, "写错了")
    gateway.do("recall", **{"from": WANG}, id=said, room=ROOM)
    gateway.do("recall", **{"from": WANG}, id="王婶 拍了拍 李哥", room=ROOM)

    recalled = bot.hear(Recalled)

    assert (recalled.message_id, recalled.room) == (said, ROOM)
    assert [message.kind for message in bot.messages(2)] == [MessageKind.TEXT, MessageKind.OTHER]
    assert not any(isinstance(event, Recalled) and event != recalled for event in bot.events)


@pytest.mark.parametrize("stamp", [1_763_776_800, 1_763_776_800_000])
def test_timestamps_in_seconds_and_in_milliseconds_are_the_same_moment(
    gateway: Gateway, bot: Listener, stamp: int
):
    _say(gateway, "几点了", timestamp=stamp)

    assert bot.messages(1)[0].at == datetime(2025, 11, 22, 2, 0, tzinfo=UTC)


def test_a_message_delivered_again_is_heard_once(gateway: Gateway, bot: Listener):
    first = _say(gateway, "路灯不亮")
    gateway.do("again", id=first)
    gateway.do("again", id=first)
    _say(gateway, "还有水管")
    gateway.do("again", id=first)
    _say(gateway, "完了")

    assert [message.text for message in bot.messages(3)] == ["路灯不亮", "还有水管", "完了"]
    assert len([event for event in bot.events if isinstance(event, Message)]) == 3


def test_one_slow_message_holds_the_others_up_for_seconds_only(gateway: Gateway, bot: Listener):
    gateway.do("spoil", method="messagePayload", count=1, hang=True)
    _say(gateway, "一直没有内容")
    _say(gateway, "着火了", ZHAO, room=OTHER_ROOM)

    heard = [message.text for message in bot.messages(2)]

    assert sorted(heard) == ["一直没有内容", "着火了"]


def test_a_burst_of_two_thousand_is_heard_completely_and_in_order(gateway: Gateway, bot: Listener):
    gateway.do("flood", count=2000, rooms=[ROOM, OTHER_ROOM])

    heard = bot.messages(2000)

    assert [message.text for message in heard] == [f"路灯不亮 {number}" for number in range(2000)]
