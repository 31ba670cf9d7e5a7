"""Payloads become our own values, whatever a gateway puts into them."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechaty import WechatySettings, open_channel
from bot.channels.wechaty.inbound import Inbound
from bot.channels.wechaty.payloads import HeardPayload
from bot.channels.wechaty.reading import Us, ids, moment, read, without_call
from bot.channels.wechaty.settings import address
from bot.channels.wechaty.wire import Event
from models.rules.message import Message, MessageKind, Recalled

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
US = Us("a1", "wxid_bot", "小助手")


def _read(text: str, number: int = 7, **more: object) -> Message | Recalled:
    return read(HeardPayload(id="m1", text=text, type=number, talker_id="wxid_wang", **more), US, NOW)


@pytest.mark.parametrize(
    ("stamp", "at"),
    [
        (NOW.timestamp(), NOW),
        (NOW.timestamp() * 1e3, NOW),
        (NOW.timestamp() * 1e6, NOW),
        (0, NOW),
        (-5, NOW),
        (12, NOW),
        (1e18, NOW),
        (NOW.timestamp() - 3600, NOW - timedelta(hours=1)),
    ],
)
def test_a_time_is_read_in_any_unit_and_nonsense_is_now(stamp: float, at: datetime):
    assert moment(stamp, NOW) == at


def test_the_newer_time_field_is_read_where_the_older_is_gone():
    message = _read("路灯不亮", receive_time=(NOW - timedelta(minutes=3)).timestamp())

    assert message.at == NOW - timedelta(minutes=3)


@pytest.mark.parametrize(
    ("text", "words", "called"),
    [
        ("@小助手\u2005我的单", "我的单", True),
        ("@小助手 我的单", "我的单", True),
        ("@小助手\xa0我的单", "我的单", True),
        ("接单 @小助手", "接单", True),
        ("@小助手", "", True),
        ("@小助手2号 我的单", "@小助手2号 我的单", False),
        ("小助手在吗", "小助手在吗", False),
    ],
)
def test_being_called_is_told_by_our_name_and_any_white_space(text: str, words: str, called: bool):
    assert without_call(text, "小助手") == (words, called)


def test_a_name_full_of_regex_characters_is_only_a_name():
    assert without_call("@(.*)+[邻里] 在吗", "(.*)+[邻里]") == ("在吗", True)


@pytest.mark.parametrize(
    ("number", "text", "kind", "caption", "seconds"),
    [
        (
            8,
            '<msg><location x="30" y="120" label="幸福路8号" poiname="东门"/></msg>',
            MessageKind.LOCATION,
            "东门 幸福路8号",
            0,
        ),
        (8, "幸福路8号:\n/cgi-bin/mmwebwx", MessageKind.LOCATION, "幸福路8号", 0),
        (
            14,
            "<msg><appmsg><title>停电通知</title><type>5</type></appmsg></msg>",
            MessageKind.LINK,
            "停电通知",
            0,
        ),
        (2, '<msg><voicemsg voicelength="3200" /></msg>', MessageKind.VOICE, "", 3),
        (12, "<msg>恭喜发财</msg>", MessageKind.RED_PACKET, "", 0),
    ],
)
def test_what_is_not_text_says_what_it_is_of_itself(
    number: int, text: str, kind: MessageKind, caption: str, seconds: int
):
    message = _read(text, number)

    assert isinstance(message, Message)
    (attachment,) = message.attachments
    assert (message.kind, message.text, attachment.caption, attachment.seconds) == (
        kind,
        "",
        caption,
        seconds,
    )


def test_a_quotation_as_raw_xml_is_text_whatever_type_the_gateway_gives_it():
    xml = (
        "<msg><appmsg><title>接单</title><type>57</type><refermsg><type>1</type>"
        "<content>路灯不亮</content></refermsg></appmsg></msg>"
    )
    for number in (7, 14, 1, 0):
        message = _read(xml, number)
        assert isinstance(message, Message)
        assert (message.kind, message.quote, message.text) == (MessageKind.TEXT, "路灯不亮", "接单")


@pytest.mark.parametrize(
    ("text", "recalled"),
    [
        ("8273645", "8273645"),
        ("<sysmsg><revokemsg><msgid>77</msgid><newmsgid>88</newmsgid></revokemsg></sysmsg>", "77"),
        ("", "m1"),
        ("王婶 撤回了一条消息", None),
    ],
)
def test_a_recall_tells_which_message_or_is_only_a_system_line(text: str, recalled: str | None):
    heard = _read(text, 13, room_id="1@chatroom")

    if recalled is None:
        assert isinstance(heard, Message)
        assert (heard.kind, heard.text) == (MessageKind.OTHER, "")
    else:
        assert heard == Recalled("wechaty", "a1", recalled, NOW, "1@chatroom")


def test_a_list_of_ids_is_read_from_anything():
    assert ids(["a", 1, None, "b"]) == ("a", "b")
    assert [ids(value) for value in ("ab", None, 3, {"a": 1})] == [()] * 4


@given(
    text=st.text(max_size=300),
    number=st.integers(-5, 120),
    stamp=st.integers(0, 2**63),
    mentions=st.lists(st.text(max_size=9), max_size=3),
)
def test_no_payload_is_too_strange_to_be_read(text: str, number: int, stamp: int, mentions: list[str]):
    payload = HeardPayload(id="m1", text=text, type=number, timestamp=stamp, mention_ids=tuple(mentions))

    assert read(payload, US, NOW).at.tzinfo is UTC


def test_a_message_of_a_megabyte_is_read():
    message = _read("路" * 350_000)

    assert isinstance(message, Message)
    assert len(message.text) == 350_000


def test_no_event_of_any_type_or_shape_breaks_the_stream():
    inbound = Inbound(_settings(), lambda: NOW)
    bodies = ("", "[]", "null", "{", "3", '{"roomId": 5, "timestamp": "x"}', '{"messageId": 7}', "[" * 9999)

    for kind, body in itertools.product(range(-1, 130), bodies):
        inbound.on_event(kind, body)

    assert not inbound.logged_in


def test_a_message_proves_that_we_are_logged_in_where_a_gateway_does_not_say_so_again():
    async def story() -> list[bool]:
        inbound, logged_in = Inbound(_settings(), lambda: NOW), []
        inbound.on_event(Event.LOGIN, '{"contactId": "wxid_bot"}')
        inbound.on_connected()
        logged_in.append(inbound.logged_in)
        inbound.on_event(Event.MESSAGE, '{"messageId": "m1"}')
        logged_in.append(inbound.logged_in)
        inbound.on_event(Event.LOGOUT, '{"contactId": "wxid_bot"}')
        inbound.on_event(Event.MESSAGE, '{"messageId": "m2"}')
        return [*logged_in, inbound.logged_in]

    assert asyncio.run(story()) == [False, True, False]


def _settings(**more: object) -> WechatySettings:
    given = {"account": "a1", "endpoint": "127.0.0.1:8788", "token": "insecure_x"} | more
    return WechatySettings(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("endpoint", "found"),
    [
        ("127.0.0.1:8788", ("127.0.0.1", 8788)),
        ("[::1]:1", ("::1", 1)),
        ("gateway.example:443", ("gateway.example", 443)),
    ],
)
def test_an_endpoint_is_a_host_and_a_port(endpoint: str, found: tuple[str, int]):
    assert address(endpoint) == found


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"endpoint": "127.0.0.1"}, "host:port"),
        ({"endpoint": "127.0.0.1:0"}, "host:port"),
        ({"token": ""}, "token is empty"),
        ({"ca_file": "ca.pem"}, "tls is off"),
        ({"endpoint": "192.0.2.7:8788"}, "another machine"),
        ({"endpoint": "gateway.example:8788"}, "another machine"),
    ],
)
def test_settings_that_cannot_work_or_would_leak_are_refused_with_a_sentence(
    given: dict[str, object], sentence: str
):
    with pytest.raises(ValueError, match=sentence):
        open_channel(_settings(**given), clock=lambda: NOW)


def test_another_machine_without_tls_must_be_allowed_and_is_warned_of(capsys: pytest.CaptureFixture[str]):
    open_channel(_settings(endpoint="192.0.2.7:8788", allow_remote=True), clock=lambda: NOW)

    assert "travel readable" in capsys.readouterr().out


def test_the_token_is_never_shown():
    assert "insecure_x" not in repr(_settings())
