"""From the gateway's payloads to our own values; pure, and ready for anything a gateway may say."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.channels.wechaty.payloads import HeardPayload
from models.rules.message import Attachment, Message, MessageKind, Recalled
from models.rules.quotes import split_quote

CHANNEL = "wechaty"

TEXT, RECALLED = 7, 13

KINDS = {
    1: MessageKind.FILE,
    2: MessageKind.VOICE,
    3: MessageKind.CARD,
    4: MessageKind.FORWARDED,
    5: MessageKind.STICKER,
    6: MessageKind.IMAGE,
    TEXT: MessageKind.TEXT,
    8: MessageKind.LOCATION,
    9: MessageKind.MINI_PROGRAM,
    11: MessageKind.RED_PACKET,  # a transfer: money like the other
    12: MessageKind.RED_PACKET,
    14: MessageKind.LINK,
    15: MessageKind.VIDEO,
}
"""The TypeScript enum that travels on the wire, not the one of the proto file; other numbers are OTHER."""

IMAGE_KEY, FILE_KEY, LINK_KEY = "image", "file", "url"
_KEYS = {
    MessageKind.IMAGE: IMAGE_KEY,
    MessageKind.FILE: FILE_KEY,
    MessageKind.VOICE: FILE_KEY,
    MessageKind.VIDEO: FILE_KEY,
    MessageKind.LINK: LINK_KEY,
}
"""Kinds whose bytes can be fetched, and by which call."""

_MILLISECONDS, _MICROSECONDS = 1e11, 1e14
_FIRST, _LAST = datetime(2011, 1, 21, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""WeChat's first day; a time outside was not a time."""

_CAPTION_LENGTH = 200
_TITLE = re.compile(r"<title>(?:<!\[CDATA\[)?([^<\]]{1,200})")
_VOICE_LENGTH = re.compile(r'voicelength="(\d{1,7})"')
_PLACE_NAME = re.compile(r'poiname="([^"]{1,200})"')
_PLACE_LABEL = re.compile(r'label="([^"]{1,200})"')
_RECALLED_ID = re.compile(r"<(?:newmsgid|msgid)>\s*(\d{1,30})\s*<")
_ID = re.compile(r"[\w.:@-]{1,80}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Us:
    """Who we are on this account."""

    account: str
    user: str | None = None
    """Our contact id; None while nobody is logged in."""
    name: str = ""
    """Our displayed name, which people type after an ``@``."""


def moment(stamp: float, now: datetime) -> datetime:
    """A gateway's timestamp in s, ms or µs as an aware moment; ``now`` where it is missing or absurd."""
    seconds = stamp / 1e6 if stamp > _MICROSECONDS else stamp / 1e3 if stamp > _MILLISECONDS else stamp
    if not _FIRST.timestamp() <= seconds <= _LAST.timestamp():
        return now
    return datetime.fromtimestamp(seconds, UTC)


def said_at(payload: HeardPayload, now: datetime) -> datetime:
    """When a message was said: the newer field where the older is gone."""
    return moment(payload.timestamp or payload.receive_time, now)


def read(payload: HeardPayload, us: Us, now: datetime) -> Message | Recalled:
    """Turn a message payload into our own value. ``now`` stands in for a missing time; never raises."""
    if payload.type == RECALLED:
        recalled = recalled_id(payload)
        if recalled:
            at = said_at(payload, now)
            return Recalled(CHANNEL, us.account, recalled, at, payload.room_id or None)
    kind = KINDS.get(payload.type, MessageKind.OTHER)
    quote, words = split_quote(payload.text)
    if quote is not None:
        kind = MessageKind.TEXT
    text, called = without_call(words, us.name) if kind is MessageKind.TEXT else ("", False)
    return Message(
        id=payload.id,
        channel=CHANNEL,
        account=us.account,
        sender=payload.talker_id,
        at=said_at(payload, now),
        text=text,
        kind=kind,
        room=payload.room_id or None,
        quote=quote,
        mentions=tuple(payload.mention_ids),
        mentions_us=called or (us.user is not None and us.user in payload.mention_ids),
        attachments=attachments(payload, kind),
        own=us.user is not None and payload.talker_id == us.user,
        to="" if payload.room_id else payload.listener_id,
    )


def recalled_id(payload: HeardPayload) -> str | None:
    """Which message was taken back; None for system lines that a puppet only files under recalled."""
    text = payload.text.strip()
    if _ID.fullmatch(text):
        return text
    found = _RECALLED_ID.search(text)
    if found:
        return found.group(1)
    return payload.id if not text else None


def without_call(text: str, name: str) -> tuple[str, bool]:
    """The words without ``@us``, and whether we were called.

    The separator is U+2005 from phones, a space from computers and any white space from the web.
    """
    if not name or f"@{name}" not in text:
        return text, False
    bare, times = re.subn(rf"@{re.escape(name)}(?:\s|$)", "", text)
    return (bare.strip(), True) if times else (text, False)


def attachments(payload: HeardPayload, kind: MessageKind) -> tuple[Attachment, ...]:
    """The one thing a message carries besides words."""
    if kind in {MessageKind.TEXT, MessageKind.OTHER}:
        return ()
    call = _KEYS.get(kind)
    return (
        Attachment(
            kind=kind,
            key=f"{call}:{payload.id}" if call else "",
            name=payload.filename if call else "",
            caption=caption(payload.text, kind),
            seconds=voice_seconds(payload.text) if kind is MessageKind.VOICE else 0,
        ),
    )


def caption(text: str, kind: MessageKind) -> str:
    """What a place, a link, a file or a small program says of itself."""
    if kind is MessageKind.LOCATION:
        parts = [found.group(1) for found in (_PLACE_NAME.search(text), _PLACE_LABEL.search(text)) if found]
        return " ".join(parts) or _first_line(text)
    if kind in {MessageKind.LINK, MessageKind.MINI_PROGRAM, MessageKind.FORWARDED, MessageKind.FILE}:
        title = _TITLE.search(text)
        return title.group(1).strip() if title else _first_line(text)
    return ""


def voice_seconds(text: str) -> int:
    """Length of a voice message in whole seconds, 0 where the gateway does not tell."""
    found = _VOICE_LENGTH.search(text)
    return round(int(found.group(1)) / 1000) if found else 0


def _first_line(text: str) -> str:
    line = text.strip().partition("\n")[0].rstrip(":：")
    return "" if line.startswith("<") else line[:_CAPTION_LENGTH]


def ids(value: object) -> tuple[str, ...]:
    """A list of ids from an event's JSON, whatever else it may hold."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    return tuple(one for one in value if isinstance(one, str))
