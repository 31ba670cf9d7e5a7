"""Our quick reading of the wire says the same as the generated classes, and survives anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechaty_grpc.wechaty import puppet

from bot.channels import AnswerLost, ChannelDown, ChannelRefused
from bot.channels.wechaty.calls import LARGEST_FILE, file_box, verdict
from bot.channels.wechaty.payloads import EventHeard, HeardPayload, fields
from bot.channels.wechaty.wire import Declined, SentId, Setting, sent_id

TEXTS = st.text(max_size=40)


@given(
    texts=st.tuples(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS),
    numbers=st.tuples(st.integers(0, 2**63), st.integers(0, 200)),
    mentions=st.lists(TEXTS.filter(bool), max_size=4),
)
def test_a_message_payload_reads_as_the_generated_class_reads_it(
    texts: tuple[str, ...], numbers: tuple[int, int], mentions: list[str]
):
    names = ("id", "filename", "text", "from_id", "room_id", "to_id")
    theirs = puppet.MessagePayloadResponse(
        **dict(zip(names, texts, strict=True)),
        timestamp=numbers[0],
        type=numbers[1],
        mention_ids=mentions,
    )

    ours = HeardPayload.FromString(bytes(theirs))

    assert (ours.id, ours.filename, ours.text, ours.talker_id, ours.room_id, ours.listener_id) == texts
    assert (ours.timestamp, ours.type, ours.mention_ids) == (*numbers, tuple(mentions))


@given(kind=st.integers(0, 200), payload=TEXTS)
def test_an_event_reads_as_the_generated_class_reads_it(kind: int, payload: str):
    ours = EventHeard.FromString(bytes(puppet.EventResponse(type=kind, payload=payload)))

    assert (ours.type, ours.payload) == (kind, payload)


def test_the_newer_time_field_is_a_message_of_seconds_and_nanoseconds():
    stamp = bytes([8]) + b"\x80\xf5\x84\xc9\x06" + bytes([16]) + b"\x80\xe5\x9a\x77"
    ours = HeardPayload.FromString(bytes([10 << 3 | 2, len(stamp)]) + stamp)

    assert ours.receive_time == pytest.approx(1_763_785_344.25, abs=1e-3)


def test_half_a_letter_does_not_lose_the_words_around_it():
    assert HeardPayload.FromString(b"\x1a\x04ab\xe8c").text == "ab\ufffdc"


@given(st.binary(max_size=60))
def test_what_is_no_protobuf_is_a_value_error_and_nothing_else(content: bytes):
    for reading in (HeardPayload.FromString, EventHeard.FromString, lambda it: list(fields(it))):
        try:
            reading(content)
        except ValueError:
            continue


def test_the_id_of_what_was_sent_is_read_from_either_dialect():
    assert sent_id(SentId.FromString(bytes(SentId(wrapped="old")))) == "old"
    assert sent_id(SentId.FromString(bytes(SentId(plain="new")))) == "new"
    assert sent_id(SentId.FromString(b"")) is None


def test_a_setter_speaks_both_dialects():
    sent = bytes(Setting(id="1@chatroom", wrapped="新", plain="新"))

    assert puppet.RoomTopicRequest.FromString(sent).topic == "新"
    assert dict(fields(sent))[3] == "新".encode()


@pytest.mark.parametrize(
    ("status", "detail", "meaning"),
    [
        ("UNKNOWN", "no such room", ChannelRefused),
        ("INVALID_ARGUMENT", "", ChannelRefused),
        ("UNIMPLEMENTED", "", ChannelRefused),
        ("RESOURCE_EXHAUSTED", "Received message larger than max (5 vs 4)", ChannelRefused),
        ("RESOURCE_EXHAUSTED", "slow down", ChannelDown),
        ("UNAUTHENTICATED", "", ChannelDown),
        ("UNKNOWN", "bot is not logged in", ChannelDown),
        ("UNKNOWN", "GError: request timeout", AnswerLost),
        ("DEADLINE_EXCEEDED", "", AnswerLost),
        ("UNAVAILABLE", "", AnswerLost),
        ("CANCELLED", "", AnswerLost),
    ],
)
def test_a_gateways_error_means_later_never_or_perhaps_sent(
    status: str, detail: str, meaning: type[Exception]
):
    assert type(verdict(Declined(status, detail))) is meaning


def test_the_largest_file_fits_into_one_call():
    assert len(file_box(b"x" * LARGEST_FILE, "name.pdf").encode()) < 4 << 20
