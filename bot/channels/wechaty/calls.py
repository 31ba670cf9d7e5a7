"""Calls that say or fetch something, with the answers a caller must tell apart (bot/channels/__init__.py)."""

import asyncio
import base64
import json
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from bot.channels import Accepted, AnswerLost, ChannelDown, ChannelRefused
from bot.channels.wechaty.link import Link
from bot.channels.wechaty.reading import FILE_KEY, IMAGE_KEY, LINK_KEY
from bot.channels.wechaty.wire import ARTWORK, HD, Declined, Gone, Wire
from models.rules.message import Outgoing
from models.rules.sent_files import LARGEST, content_of, is_address

T = TypeVar("T")

LARGEST_FILE = LARGEST
"""Bytes: in base64 with its name it just fits the 4 MiB a gateway takes in one call."""

LARGEST_FETCH = 32 << 20
"""Bytes of a file somebody sent us; more is not kept in memory for anybody."""

BASE64_BOX = 1
"""``FileBoxType`` of the file-box package."""

_DOWN = frozenset({"UNAUTHENTICATED", "RESOURCE_EXHAUSTED"})
_UNSURE = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "ABORTED", "DATA_LOSS"})
"""Statuses after which the message may have been sent all the same."""

_LOGIN_WORDS = ("not logged in", "logged out", "no login", "not login", "logout")
_LATE_WORDS = ("timeout", "timed out", "econnreset", "socket hang up")
"""A puppet throws plain errors (UNKNOWN); these say that it lost WeChat before or after sending."""


async def say(link: Link, what: Outgoing, text: str) -> Accepted:
    """Say one thing over the present connection; ``text`` already names whom it mentions.

    Raises:
        ChannelDown: nothing left this machine, or the gateway could not try.
        ChannelRefused: the gateway said no.
        AnswerLost: it left, and no answer came.
    """
    wire = _present(link)
    if what.card is not None:
        return await _send(wire.send_url(what.conversation, what.card))
    if what.picture is not None:
        box = file_box(what.picture, what.file_name or "picture.png")
        return await _send(wire.send_file(what.conversation, box))
    return await _send(wire.send_text(what.conversation, text, list(what.mentions)))


async def _send(call: Coroutine[Any, Any, str | None]) -> Accepted:
    try:
        return Accepted(await own_task(call))
    except Gone as gone:
        if gone.left:
            raise AnswerLost(str(gone)) from None
        raise ChannelDown(str(gone)) from None
    except Declined as declined:
        raise verdict(declined) from None


def verdict(declined: Declined) -> ChannelDown | ChannelRefused | AnswerLost:
    """What a gateway's error means for the thing that was to be said. Its own words are not passed on."""
    detail = declined.detail.casefold()
    if declined.status in _UNSURE or any(word in detail for word in _LATE_WORDS):
        return AnswerLost(f"the gateway answered {declined.status}")
    if "larger than max" in detail:
        return ChannelRefused("too large for the gateway")
    if declined.status in _DOWN or any(word in detail for word in _LOGIN_WORDS):
        return ChannelDown(f"the gateway answered {declined.status}")
    return ChannelRefused(f"the gateway answered {declined.status}")


def file_box(content: bytes, name: str) -> str:
    """A file as the gateway takes it. Raises ChannelRefused above ``LARGEST_FILE``."""
    if len(content) > LARGEST_FILE:
        raise ChannelRefused(
            f"file of {len(content)} bytes: gateways take at most {LARGEST_FILE} (4 MiB a call, in base64)"
        )
    coded = base64.b64encode(content).decode("ascii")
    box = {"name": name, "metadata": {}, "boxType": BASE64_BOX, "type": BASE64_BOX, "base64": coded}
    return json.dumps(box)


async def fetch(link: Link, key: str) -> bytes:
    """The bytes behind an attachment's key (``image:``, ``file:`` or ``url:<message id>``); a link card as JSON.

    Raises:
        ChannelDown: try again later.
        ChannelRefused: there is no such file, or it is larger than ``LARGEST_FETCH``.
    """
    call, _, message = key.partition(":")
    if call not in {IMAGE_KEY, FILE_KEY, LINK_KEY} or not message:
        raise ChannelRefused(f"no such attachment: {key}")
    wire = _present(link)
    if call == LINK_KEY:
        return await ask(_card(wire, message))
    if call == FILE_KEY:
        return await ask(_file(wire, message))
    try:
        return await ask(_image(wire, message, ARTWORK))
    except ChannelRefused:
        return await ask(_image(wire, message, HD))


async def _file(wire: Wire, message: str) -> bytes:
    box = (await wire.message_file(id=message)).filebox
    return _inline(box) or await _collected(wire.file_chunks, message)


async def _card(wire: Wire, message: str) -> bytes:
    card = await wire.heard_url(message)
    if not is_address(card.address):
        raise ChannelRefused("this card leads to no web page")
    return content_of(card)


async def _image(wire: Wire, message: str, size: int) -> bytes:
    box = (await wire.message_image(id=message, type=size)).filebox
    return _inline(box) or await _collected(lambda key: wire.image_chunks(key, size), message)


def _inline(box: str) -> bytes | None:
    """Small files travel inside their box; larger ones (20 KB on 1.x) and urls only as a stream."""
    try:
        coded = json.loads(box).get("base64")
        return base64.b64decode(coded) if coded else None
    except (ValueError, AttributeError, TypeError, RecursionError):
        return None


async def _collected(chunks: Callable[[str], Any], message: str) -> bytes:
    content = bytearray()
    async for chunk in chunks(message):
        content += chunk
        if len(content) > LARGEST_FETCH:
            raise ChannelRefused(f"attachment larger than {LARGEST_FETCH} bytes")
    if not content:
        raise ChannelRefused("the gateway has no bytes for this attachment")
    return bytes(content)


async def ask(call: Coroutine[Any, Any, T]) -> T:
    """Await a reading call; what cannot be answered now is ChannelDown, what never will be ChannelRefused."""
    try:
        return await own_task(call)
    except Gone as gone:
        raise ChannelDown(str(gone)) from None
    except Declined as declined:
        meaning = verdict(declined)
        if isinstance(meaning, AnswerLost):
            raise ChannelDown(str(meaning)) from None
        raise meaning from None


async def ask_now(link: Link, call: Callable[[Wire], Coroutine[Any, Any, T]]) -> T:
    """Ask over the present connection. Raises ChannelDown or ChannelRefused."""
    return await ask(call(_present(link)))


async def own_task(call: Coroutine[Any, Any, T]) -> T:
    """Run a call in a task of its own, so that grpclib's cancellations never touch the caller's."""
    return await asyncio.create_task(call)


def _present(link: Link) -> Wire:
    wire = link.wire
    if wire is None:
        raise ChannelDown("no connection to the gateway")
    return wire
