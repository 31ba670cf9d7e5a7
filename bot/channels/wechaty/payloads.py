"""The two messages that come in bursts, read without the generated classes, which take five times as long.

Field numbers are those of wechaty-grpc 1.5 (``puppet/message.proto``, ``puppet/event.proto``); unknown fields are
passed over, as the wire format wants.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5
_CONTINUES, _LONGEST_VARINT = 0x80, 70
_NANOSECONDS = 1e-9


@dataclass(slots=True)
class EventHeard:
    """``EventResponse``: a number and a JSON text."""

    type: int = 0
    payload: str = ""

    @classmethod
    def FromString(cls, content: bytes) -> Self:  # noqa: N802 - the name grpclib calls
        """Read from the wire. Raises ValueError for what is no protobuf message."""
        event = cls()
        for number, value in fields(content):
            if number == 1 and isinstance(value, int):
                event.type = value
            elif number == 2 and isinstance(value, bytes):  # noqa: PLR2004 - field numbers
                event.payload = _text(value)
        return event


@dataclass(slots=True)
class HeardPayload:
    """``MessagePayloadResponse``, with ``receive_time`` that replaces ``timestamp`` in later gateways."""

    id: str = ""
    filename: str = ""
    text: str = ""
    timestamp: int = 0
    """In s or ms, as the gateway pleases."""
    type: int = 0
    talker_id: str = ""
    room_id: str = ""
    listener_id: str = ""
    mention_ids: tuple[str, ...] = ()
    receive_time: float = 0.0
    """In seconds."""

    @classmethod
    def FromString(cls, content: bytes) -> Self:  # noqa: N802 - the name grpclib calls
        """Read from the wire. Raises ValueError for what is no protobuf message."""
        payload = cls()
        for number, value in fields(content):
            if isinstance(value, int):
                if number in _NUMBERS:
                    setattr(payload, _NUMBERS[number], value)
            elif number in _TEXTS:
                setattr(payload, _TEXTS[number], _text(value))
            elif number == _MENTION:
                payload.mention_ids += (_text(value),)
            elif number == _RECEIVED:
                payload.receive_time = _seconds(value)
        return payload


_TEXTS = {1: "id", 2: "filename", 3: "text", 6: "talker_id", 7: "room_id", 8: "listener_id"}
_NUMBERS = {4: "timestamp", 5: "type"}
_MENTION, _RECEIVED = 9, 10


def fields(content: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a protobuf message: number and value, bytes for strings and messages.

    Raises:
        ValueError: the bytes are no protobuf message.
    """
    at, end = 0, len(content)
    while at < end:
        key, at = _varint(content, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _varint(content, at)
            yield key >> 3, value
            continue
        if kind == _BYTES:
            length, at = _varint(content, at)
        elif kind in {_EIGHT_BYTES, _FOUR_BYTES}:
            length = 8 if kind == _EIGHT_BYTES else 4
        else:
            raise ValueError(f"wire type {kind}")
        if at + length > end:
            raise ValueError("cut off")
        yield key >> 3, content[at : at + length]
        at += length


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value, shift = 0, 0
    while at < len(content) and shift < _LONGEST_VARINT:
        byte = content[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < _CONTINUES:
            return value, at
        shift += 7
    raise ValueError("cut off")


def _text(value: bytes) -> str:
    # Half an emoji must not lose the words around it.
    return value.decode("utf-8", "replace")


def _seconds(stamp: bytes) -> float:
    parts = {number: value for number, value in fields(stamp) if isinstance(value, int)}
    return parts.get(1, 0) + parts.get(2, 0) * _NANOSECONDS
