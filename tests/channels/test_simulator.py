"""The simulated WeChat: what people say is heard as a real gateway would tell it, and fails as one fails."""

import asyncio
from collections import deque
from datetime import timedelta

import pytest

from bot.channels import Accepted, AnswerLost, Channel, ChannelDown, ChannelRefused
from bot.channels.simulator import (
    Mishap,
    NotThere,
    SimulatedWeChat,
    SimulatorChannel,
    SimulatorSettings,
    open_channel,
)
from models.rules.message import (
    FriendRequest,
    LinkChange,
    LinkState,
    Message,
    MessageKind,
    Outgoing,
    Recalled,
    RoomChange,
    RoomEvent,
)
from tests.channels.village import NOON, Watch, privately, to_room, village


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def wechat(watch: Watch) -> SimulatedWeChat:
    return village(watch)


@pytest.fixture
def ours(wechat: SimulatedWeChat) -> SimulatorChannel:
    channel = wechat.connect("main")
    channel.take()
    return channel


def heard(channel: SimulatorChannel) -> list[Message]:
    return [event for event in channel.take() if isinstance(event, Message)]


def test_it_keeps_the_channel_contract(wechat: SimulatedWeChat):
    channel: Channel = open_channel(SimulatorSettings(wechat, "main"))

    assert (channel.name, channel.account) == ("simulator", "main")
    assert channel.capabilities.receives_all


def test_a_line_in_a_group_is_heard_with_its_sender_time_and_room(
    wechat: SimulatedWeChat, ours: SimulatorChannel
):
    said = wechat.say("li", "四组桥头路灯不亮", room="four")

    assert heard(ours) == [said]
    assert said == Message(
        "sim-1", "simulator", "main", "li", NOON, "四组桥头路灯不亮", room="four", sender_name="李桂芬"
    )


def test_a_connected_channel_first_hears_that_it_is_online(wechat: SimulatedWeChat):
    channel = wechat.connect("main")

    assert channel.take() == [LinkChange("simulator", "main", LinkState.ONLINE, NOON, "connected")]


def test_private_chat_has_no_room_and_stays_out_of_the_groups(
    wechat: SimulatedWeChat, ours: SimulatorChannel
):
    said = wechat.say("liu", "我的单")

    assert said.room is None
    assert heard(ours) == [said]
    assert wechat.conversation(room="four") == []
    assert [line.text for line in wechat.conversation(contact="liu", account="main")] == ["我的单"]


def test_only_members_can_talk_in_a_group(wechat: SimulatedWeChat):
    with pytest.raises(NotThere):
        wechat.say("liu", "在吗", room="five")
    with pytest.raises(NotThere):
        wechat.say("nobody", "在吗")


def test_a_quote_arrives_as_text_and_is_split_off(wechat: SimulatedWeChat):
    first = wechat.say("li", "又停电哒 六组", room="four")
    answer = wechat.say("liu", "我马上到", room="four", quote=first.id)

    assert (answer.quote, answer.text) == ("又停电哒 六组", "我马上到")
    assert wechat.line(answer.id).raw.startswith("「李桂芬：又停电哒 六组」\n- - - - - - - - - - - - - - -\n")
    assert wechat.line(answer.id).quoted.line == first.id


def test_words_of_a_line_are_enough_to_quote_it(wechat: SimulatedWeChat):
    first = wechat.say("li", "3栋2单元门禁坏了 谁都能进来", room="four")
    answer = wechat.say("liu", "办结 已换锁芯", room="four", quote="3栋2单元门禁坏了")

    assert answer.quote == "3栋2单元门禁坏了"
    assert wechat.line(answer.id).quoted.line == first.id


def test_words_nobody_said_are_quoted_as_they_are(wechat: SimulatedWeChat):
    answer = wechat.say("liu", "接单", room="four", quote="桥头的灯：不亮")

    assert (answer.quote, answer.text) == ("桥头的灯：不亮", "接单")


def test_a_line_typed_in_the_form_of_a_quote_is_a_quote(wechat: SimulatedWeChat):
    typed = "「许姨：3栋2单元门禁坏了」\n- - - - - - - - - - - - - - -\n办结 已换锁芯"
    answer = wechat.say("liu", typed, room="four", quote="门禁坏了")

    assert (answer.quote, answer.text) == ("3栋2单元门禁坏了", "办结 已换锁芯")


def test_a_quoted_photo_is_quoted_by_its_kind(wechat: SimulatedWeChat):
    photo = wechat.say("li", room="four", kind=MessageKind.IMAGE, picture=b"png")
    answer = wechat.say("liu", "我去看看", room="four", quote=photo.id)

    assert answer.quote == "图片"


@pytest.mark.parametrize("text", ["@小助手\u2005路灯坏了", "@小助手 路灯坏了", "路灯坏了 @小助手"])
def test_a_mention_of_us_is_seen_whatever_closes_it(wechat: SimulatedWeChat, text: str):
    said = wechat.say("li", text, room="four")

    assert said.mentions_us
    assert said.mentions == ("us-main",)
    assert said.text == text


def test_a_longer_name_is_no_mention_and_odd_names_are_taken_literally(wechat: SimulatedWeChat):
    assert not wechat.say("li", "@小助手二号 在吗", room="four").mentions_us
    assert wechat.say("li", "@C++(老陈) 在吗", room="four").mentions == ("c++",)


def test_the_mention_button_adds_a_mention_only_once(wechat: SimulatedWeChat):
    assert wechat.say("li", "路灯坏了", room="four", mentions_bot=True).text == "@小助手\u2005路灯坏了"
    assert wechat.say("li", "@小助手 路灯坏了", room="four", mentions_bot=True).text == "@小助手 路灯坏了"


def test_a_name_chosen_for_the_group_is_what_the_group_sees(wechat: SimulatedWeChat):
    wechat.book.room("four").aliases["li"] = "组长老王"

    assert wechat.say("li", "接单", room="four").sender_name == "组长老王"


def test_a_photo_is_fetched_by_its_key(wechat: SimulatedWeChat, ours: SimulatorChannel):
    said = wechat.say("li", room="four", kind=MessageKind.IMAGE, picture=b"png", caption="歪了的灯杆")
    (photo,) = said.attachments

    assert (photo.kind, photo.caption) == (MessageKind.IMAGE, "歪了的灯杆")
    assert asyncio.run(ours.fetch(photo.key)) == b"png"
    wechat.recall(said.id)
    with pytest.raises(ChannelRefused):
        asyncio.run(ours.fetch(photo.key))


def test_a_voice_message_tells_its_length(wechat: SimulatedWeChat):
    said = wechat.say("li", room="four", kind=MessageKind.VOICE, seconds=12)

    assert said.attachments[0].seconds == 12


def test_what_we_say_is_listed_and_comes_back_as_our_own(wechat: SimulatedWeChat, ours: SimulatorChannel):
    accepted = ours.say_now(to_room("记下了 #1", mentions=("li",), token="out-7"))

    (said,) = wechat.said
    assert (said.conversation, said.text, said.mentions, said.token, said.at) == (
        "four",
        "记下了 #1",
        ("li",),
        "out-7",
        NOON,
    )
    (echo,) = heard(ours)
    assert echo.own
    assert accepted == Accepted(echo.id)


def test_without_echoes_nothing_comes_back(watch: Watch):
    wechat = village(watch, echoes=False)
    ours = wechat.connect("main")
    ours.take()
    ours.say_now(to_room("记下了 #1"))

    assert not ours.capabilities.echoes_own
    assert ours.take() == []
    assert len(wechat.said) == 1


@pytest.mark.parametrize(
    "what",
    [
        to_room("在吗", room="nowhere"),
        privately("在吗", contact="li"),
        to_room(""),
        to_room("长" * 667),
    ],
    ids=["unknown room", "a stranger", "nothing to say", "too long"],
)
def test_what_wechat_would_not_take_is_refused(
    ours: SimulatorChannel, wechat: SimulatedWeChat, what: Outgoing
):
    with pytest.raises(ChannelRefused):
        ours.say_now(what)
    assert wechat.said == []


def test_a_recall_names_the_original_message_and_ends_after_two_minutes(
    wechat: SimulatedWeChat, ours: SimulatorChannel, watch: Watch
):
    first, second = wechat.say("li", "路灯不亮", room="four"), wechat.say("li", "看错了", room="four")
    ours.take()
    watch.pass_seconds(120)
    wechat.recall(first.id)

    assert ours.take() == [Recalled("simulator", "main", first.id, watch.now, "four")]
    assert wechat.line(first.id).recalled
    watch.pass_seconds(1)
    with pytest.raises(NotThere):
        wechat.recall(second.id)


def test_the_second_account_in_a_room_hears_the_same_line_under_another_id(watch: Watch):
    wechat = village(watch, second_account=True)
    main, spare = wechat.connect("main"), wechat.connect("spare")
    for channel in (main, spare):
        channel.take()
    wechat.say("li", "路灯不亮", room="four")
    main.say_now(to_room("记下了 #1"))

    assert [(one.id, one.own) for one in heard(main)] == [("sim-1", False), ("sim-2", True)]
    assert [(one.id, one.own) for one in heard(spare)] == [("sim-1@spare", False), ("sim-2@spare", True)]


def test_a_lost_answer_leaves_it_open_whether_it_was_said(ours: SimulatorChannel, wechat: SimulatedWeChat):
    wechat.faults("main").mishaps.extend([Mishap.LOST_AFTER, Mishap.LOST_BEFORE, Mishap.NO_ID])

    with pytest.raises(AnswerLost):
        ours.say_now(to_room("一"))
    with pytest.raises(AnswerLost):
        ours.say_now(to_room("二"))
    assert ours.say_now(to_room("三")) == Accepted(None)
    assert [said.text for said in wechat.said] == ["一", "三"]
    assert [echo.text for echo in heard(ours)] == ["一", "三"]


def test_single_sends_can_be_refused_or_find_the_way_closed(ours: SimulatorChannel, wechat: SimulatedWeChat):
    wechat.faults("main").mishaps.extend([Mishap.REFUSED, Mishap.DOWN])
    wechat.faults("main").refused_conversations.add("five")

    with pytest.raises(ChannelRefused):
        ours.say_now(to_room("一"))
    with pytest.raises(ChannelDown):
        ours.say_now(to_room("二"))
    with pytest.raises(ChannelRefused):
        ours.say_now(to_room("三", room="five"))
    assert ours.say_now(to_room("四")).id


def test_what_is_said_while_the_way_is_down_is_gone(ours: SimulatorChannel, wechat: SimulatedWeChat):
    wechat.go_offline("main")
    wechat.say("li", "路灯不亮", room="four")
    with pytest.raises(ChannelDown):
        ours.say_now(to_room("在"))
    wechat.come_online("main")

    states = [event.state for event in ours.take() if isinstance(event, LinkChange)]
    assert states == [LinkState.OFFLINE, LinkState.ONLINE]
    assert [event.text for _, event in wechat.lost if isinstance(event, Message)] == ["路灯不亮"]


def test_a_gateway_that_replays_history_delivers_old_lines_with_their_old_times(
    ours: SimulatorChannel, wechat: SimulatedWeChat, watch: Watch
):
    wechat.say("li", "一", room="four")
    wechat.go_offline("main")
    wechat.say("li", "二", room="four")
    ours.take()
    watch.pass_seconds(3600)
    wechat.come_online("main", replays=2)

    assert [(one.id, one.text, one.at) for one in heard(ours)] == [
        ("sim-1", "一", NOON),
        ("sim-2", "二", NOON),
    ]


def test_a_frozen_gateway_answers_nothing_and_delivers_later(ours: SimulatorChannel, wechat: SimulatedWeChat):
    wechat.freeze("main")
    wechat.say("li", "路灯不亮", room="four")
    assert ours.take() == []
    with pytest.raises(AnswerLost):
        ours.say_now(to_room("在"))
    with pytest.raises(ChannelDown):
        asyncio.run(ours.round_trip())
    wechat.thaw("main")

    assert [one.text for one in heard(ours)] == ["路灯不亮"]
    assert asyncio.run(ours.round_trip()) == 0.0


@pytest.mark.parametrize(("ailment", "hears", "speaks"), [("deaf", False, True), ("mute", True, False)])
def test_a_deaf_or_mute_way_fails_the_round_trip(
    ours: SimulatorChannel, wechat: SimulatedWeChat, ailment: str, hears: bool, speaks: bool
):
    setattr(wechat.faults("main"), ailment, True)
    wechat.say("li", "路灯不亮", room="four")

    assert bool(heard(ours)) is hears
    with pytest.raises(ChannelDown):
        asyncio.run(ours.round_trip())
    if speaks:
        assert ours.say_now(to_room("在")).id
    else:
        with pytest.raises(ChannelDown):
            ours.say_now(to_room("在"))


def test_duplicate_deliveries_repeat_the_same_message(ours: SimulatorChannel, wechat: SimulatedWeChat):
    wechat.faults("main").copies = 2
    first = wechat.say("li", "路灯不亮", room="four")
    wechat.faults("main").copies = 1
    wechat.redeliver(first.id)

    assert heard(ours) == [first, first, first]


def test_a_scan_and_a_logout_are_told_with_the_code(ours: SimulatorChannel, wechat: SimulatedWeChat):
    wechat.log_out("main")
    wechat.ask_scan("main", "scan-me")

    assert [(event.state, event.qrcode) for event in ours.take()] == [
        (LinkState.LOGGED_OUT, ""),
        (LinkState.SCAN, "scan-me"),
    ]


def test_a_new_connection_takes_the_place_of_the_old_one(wechat: SimulatedWeChat, ours: SimulatorChannel):
    wechat.say("li", "没人听完", room="four")
    again = wechat.connect("main")
    ours.stop()
    again.take()
    wechat.say("li", "路灯不亮", room="four")

    assert [one.text for one in heard(again)] == ["路灯不亮"]


def test_room_changes_are_heard_with_who_came_and_went(wechat: SimulatedWeChat, ours: SimulatorChannel):
    wechat.leave("four", "li")
    wechat.join("four", "li")
    wechat.retitle("four", "四组大家庭")
    wechat.remove_us("four", "main")
    wechat.say("li", "听不见了", room="four")
    wechat.invite_us("four", "main")
    wechat.dissolve("four")

    events = [event for event in ours.take() if isinstance(event, RoomEvent)]
    assert [(event.change, event.members) for event in events] == [
        (RoomChange.LEFT, ("li",)),
        (RoomChange.JOINED, ("li",)),
        (RoomChange.RENAMED, ()),
        (RoomChange.WE_LEFT, ("us-main",)),
        (RoomChange.INVITED, ()),
        (RoomChange.JOINED, ("us-main",)),
        (RoomChange.DISSOLVED, ()),
    ]
    assert events[2].title == "四组大家庭"
    assert [card.id for card in asyncio.run(ours.rooms())] == ["five"]


def test_a_friend_request_once_accepted_opens_private_chat(wechat: SimulatedWeChat, ours: SimulatorChannel):
    request = wechat.ask_friend("li", "我是四组李桂芬")
    assert ours.take() == [FriendRequest("simulator", "main", request, "li", NOON, "我是四组李桂芬")]
    assert wechat.has_asked("li")
    asyncio.run(ours.accept_friend(request))

    assert asyncio.run(ours.is_friend("li"))
    assert not wechat.has_asked("li")
    assert ours.say_now(privately("您好", contact="li")).id
    with pytest.raises(ChannelRefused):
        asyncio.run(ours.accept_friend("ask-99"))


def test_changed_ids_carry_the_person_and_the_room_along(wechat: SimulatedWeChat):
    wechat.say("li", "一", room="four")
    wechat.change_contact_id("li", "li-new")
    wechat.change_room_id("four", "four-new")
    said = wechat.say("li-new", "二", room="four-new")

    assert (said.sender, said.room, said.sender_name) == ("li-new", "four-new", "李桂芬")
    assert [line.sender for line in wechat.conversation(room="four-new")] == ["li-new", "li-new"]


def test_members_have_names_and_rooms_have_cards(ours: SimulatorChannel):
    async def look() -> tuple[str, str, list[tuple[str, str, str | None, int]]]:
        cards = [(card.id, card.title, card.owner, card.size) for card in await ours.rooms()]
        return await ours.member_name("four", "li"), await ours.member_name(None, "ghost"), cards

    assert asyncio.run(look()) == ("李桂芬", "", [("four", "四组群", "liu", 4), ("five", "五组群", None, 2)])


def test_a_late_message_keeps_the_time_it_was_said(wechat: SimulatedWeChat):
    assert wechat.say("li", "昨天的话", room="four", at=NOON - timedelta(days=1)).at == NOON - timedelta(
        days=1
    )


def test_the_phones_are_told_of_every_change(wechat: SimulatedWeChat, ours: SimulatorChannel):
    rung: list[int] = []
    stop = wechat.on_change(lambda: rung.append(1))
    said = wechat.say("li", "路灯不亮", room="four")
    wechat.recall(said.id)
    ours.say_now(to_room("在"))
    stop()
    wechat.say("li", "好了", room="four")

    assert len(rung) == 3


def test_events_wake_a_waiting_listener_from_another_thread_and_end_at_close(wechat: SimulatedWeChat):
    async def listen() -> list[str]:
        channel = wechat.connect("main")
        texts: list[str] = []
        async with asyncio.timeout(10):
            async for event in channel.events():
                if isinstance(event, LinkChange):
                    await asyncio.to_thread(wechat.say, "li", "路灯不亮", room="four")
                elif isinstance(event, Message) and not event.own:
                    texts.append(event.text)
                    await channel.say(to_room("记下了"))
                elif isinstance(event, Message):
                    texts.append(event.text)
                    await channel.close()
        return texts

    assert asyncio.run(listen()) == ["路灯不亮", "记下了"]


def test_what_goes_wrong_in_one_conversation_leaves_the_others_alone(
    ours: SimulatorChannel, wechat: SimulatedWeChat
):
    wechat.faults("main").mishaps_in["five"] = deque([Mishap.DOWN])

    assert ours.say_now(to_room("一")).id
    with pytest.raises(ChannelDown):
        ours.say_now(to_room("二", room="five"))
    assert ours.say_now(to_room("三", room="five")).id
