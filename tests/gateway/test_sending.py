"""What the channel says through the real gateway, and what it knows afterwards."""

import asyncio
import base64
from collections.abc import Callable

import pytest

from bot.channels import AnswerLost, ChannelDown, ChannelRefused
from bot.channels.wechaty.calls import LARGEST_FILE
from models.rules.message import FriendRequest, LinkCard, LinkState, Message, MessageKind, Outgoing
from models.rules.sent_files import card_of
from tests.gateway.driver import Gateway
from tests.gateway.listener import Listener
from tests.gateway.town import BOT, LI, ROOM, WANG, ZHAO

pytestmark = pytest.mark.gateway

CLAIMED = Outgoing(ROOM, "#1 组长刘已接单，不用再跑。")


def _say(bot: Listener, what: Outgoing) -> str | None:
    return bot.run(bot.channel.say(what)).id


def test_what_is_said_reaches_the_room_and_comes_back_as_our_own(gateway: Gateway, bot: Listener):
    sent = _say(bot, CLAIMED)

    (deed,) = gateway.done()
    echo = bot.hear(Message)

    assert (deed["what"], deed["conversation"], deed["text"]) == ("text", ROOM, CLAIMED.text)
    assert sent == deed["id"] == echo.id
    assert (echo.own, echo.sender, echo.room, echo.text) == (True, BOT, ROOM, CLAIMED.text)


def test_a_private_word_comes_back_with_its_receiver(gateway: Gateway, bot: Listener):
    _say(bot, Outgoing(WANG, "您的灯修好了", in_room=False))

    echo = bot.hear(Message)

    assert gateway.done()[0]["conversation"] == WANG
    assert (echo.own, echo.room, echo.to) == (True, None, WANG)


def test_who_is_mentioned_is_named_in_front_once(gateway: Gateway, bot: Listener):
    gateway.do("nameInRoom", room=ROOM, contact=LI, name="四组组长李")
    _say(bot, Outgoing(ROOM, "请看一下", mentions=(LI,)))
    _say(bot, Outgoing(ROOM, "@四组组长李 请看一下", mentions=(LI,)))

    first, second = gateway.done() + gateway.done(0.1)

    assert (first["text"], first["mentions"]) == ("@四组组长李\u2005请看一下", [LI])
    assert (second["text"], second["mentions"]) == ("@四组组长李 请看一下", [LI])


def test_a_puppet_that_tells_no_id_has_still_taken_it(gateway: Gateway, bot: Listener):
    gateway.do("giveIds", yes=False)

    assert _say(bot, CLAIMED) is None
    assert bot.hear(Message).own


def test_an_answer_that_never_comes_is_lost_and_the_echo_tells_that_it_was_said(
    gateway: Gateway, bot: Listener
):
    gateway.do("spoil", method="messageSendText:answer", hang=True)

    with pytest.raises(AnswerLost):
        _say(bot, CLAIMED)

    assert bot.hear(Message).text == CLAIMED.text
    assert [deed["what"] for deed in gateway.done()] == ["text"]


def test_a_gateway_that_dies_while_sending_leaves_the_answer_lost(
    own_gateway: Gateway, listen: Callable[..., Listener]
):
    bot = listen(own_gateway, rpc_timeout_s=10).online()
    own_gateway.do("spoil", method="messageSendText:answer", hang=True)

    async def say_and_lose() -> None:
        saying = asyncio.create_task(bot.channel.say(CLAIMED))
        await asyncio.to_thread(own_gateway.done)
        await asyncio.to_thread(own_gateway.kill)
        with pytest.raises(AnswerLost):
            await saying

    bot.run(say_and_lose())
    bot.link(LinkState.OFFLINE)
    with pytest.raises(ChannelDown):
        _say(bot, CLAIMED)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("no such room", ChannelRefused),
        ("you are not logged in", ChannelDown),
        ("request timed out", AnswerLost),
    ],
)
def test_the_puppets_error_decides_whether_to_try_again(
    gateway: Gateway, bot: Listener, message: str, error: type[Exception]
):
    gateway.do("spoil", method="messageSendText", message=message)

    with pytest.raises(error) as told:
        _say(bot, CLAIMED)

    assert message not in str(told.value)


def test_a_conversation_that_does_not_exist_is_refused(bot: Listener):
    with pytest.raises(ChannelRefused):
        _say(bot, Outgoing("gone@chatroom", "有人吗"))


def test_a_picture_arrives_whole(gateway: Gateway, bot: Listener):
    picture = bytes(range(256)) * 400
    _say(bot, Outgoing(ROOM, "", picture=picture, file_name="result.png"))

    (deed,) = gateway.done()

    assert (deed["name"], base64.b64decode(deed["base64"])) == ("result.png", picture)
    assert bot.hear(Message).kind is MessageKind.IMAGE


def test_a_link_card_arrives_and_one_that_was_sent_to_us_is_read(gateway: Gateway, bot: Listener):
    card = LinkCard("医保缴费怎么交", "https://example.com/yibao", "图解三步")
    _say(bot, Outgoing(ROOM, "", card=card))

    (deed,) = gateway.done()
    assert (deed["what"], deed["title"], deed["url"], deed["description"]) == (
        "card", card.title, card.address, card.description
    )  # fmt: skip
    assert bot.hear(Message).kind is MessageKind.LINK

    gateway.do("sendCard", **{"from": WANG}, room=ROOM, title=card.title, url=card.address, description="")
    key = bot.messages(1)[0].attachments[0].key
    assert card_of(bot.run(bot.channel.fetch(key))) == LinkCard(card.title, card.address)
    gateway.do("sendCard", **{"from": WANG}, room=ROOM, title="坏的", url="javascript:alert(1)")
    with pytest.raises(ChannelRefused):
        bot.run(bot.channel.fetch(bot.messages(1)[0].attachments[0].key))


def test_the_largest_file_passes_and_a_larger_one_is_refused_before_it_leaves(
    gateway: Gateway, bot: Listener
):
    _say(bot, Outgoing(ROOM, "", picture=b"x" * LARGEST_FILE, file_name="large.pdf"))
    with pytest.raises(ChannelRefused, match="3000001 bytes"):
        _say(bot, Outgoing(ROOM, "", picture=b"x" * (LARGEST_FILE + 1), file_name="larger.pdf"))

    assert [deed["size"] for deed in gateway.done()] == [LARGEST_FILE]


@pytest.mark.parametrize("size", [900, 20_000, 60_000, 2_500_000])
def test_a_photo_is_fetched_whole_whatever_its_size(gateway: Gateway, bot: Listener, size: int):
    photo = (bytes(range(251)) * (size // 251 + 1))[:size]
    coded = base64.b64encode(photo).decode()
    gateway.do("sendFile", **{"from": WANG}, room=ROOM, name="lamp.jpg", base64=coded)

    message = bot.messages(1)[0]
    (attachment,) = message.attachments

    assert (message.kind, attachment.name) == (MessageKind.IMAGE, "lamp.jpg")
    assert bot.run(bot.channel.fetch(attachment.key)) == photo


def test_a_puppet_without_the_original_gives_the_smaller_picture(gateway: Gateway, bot: Listener):
    coded = base64.b64encode(b"small").decode()
    gateway.do("sendFile", **{"from": WANG}, room=ROOM, name="lamp.jpg", base64=coded, sizes=[1, 2])

    assert bot.run(bot.channel.fetch(bot.messages(1)[0].attachments[0].key)) == b"small"


def test_a_document_is_fetched_and_one_that_is_gone_is_refused(gateway: Gateway, bot: Listener):
    letter = b"%PDF" + b"1" * 40_000
    coded = base64.b64encode(letter).decode()
    gateway.do("sendFile", **{"from": WANG}, room=ROOM, name="letter.pdf", base64=coded, type=1)

    key = bot.messages(1)[0].attachments[0].key

    assert bot.run(bot.channel.fetch(key)) == letter
    for gone in ("file:nobody", "image:nobody", "nonsense"):
        with pytest.raises(ChannelRefused):
            bot.run(bot.channel.fetch(gone))


def test_a_friend_request_is_heard_and_accepted(gateway: Gateway, bot: Listener):
    assert not bot.run(bot.channel.is_friend(ZHAO))
    gateway.do("befriend", id="f1", contact=ZHAO, hello="我是赵姐")

    request = bot.hear(FriendRequest)
    bot.run(bot.channel.accept_friend(request.id))

    assert (request.contact, request.hello) == (ZHAO, "我是赵姐")
    assert gateway.done()[0]["what"] == "friend accepted"
    gateway.do("befriend", id="f2", contact=ZHAO, type=1)
    gateway.do("say", **{"from": ZHAO}, room=ROOM, text="加上了")
    bot.messages(1)
    assert bot.run(bot.channel.is_friend(ZHAO))


def test_the_setters_reach_a_gateway_of_today(gateway: Gateway, bot: Listener):
    bot.run(bot.channel.rename_room(ROOM, "一号楼便民群"))
    bot.run(bot.channel.announce(ROOM, "明天停水"))
    bot.run(bot.channel.remark(WANG, "1-302 王"))

    deeds = gateway.done() + gateway.done(0.1) + gateway.done(0.1)

    assert [deed["what"] for deed in deeds] == ["topic", "announce", "alias"]
    assert [deed.get("topic") or deed.get("text") or deed.get("alias") for deed in deeds] == [
        "一号楼便民群",
        "明天停水",
        "1-302 王",
    ]
