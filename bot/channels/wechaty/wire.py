"""The gateway's protocol: its numbers, its calls, its errors.

The generated stubs (wechaty-grpc 0.20.19) speak an older dialect than 1.x gateways. Where the two differ,
messages of our own carry the fields of both.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Optional, TypeVar

import betterproto
from grpclib.const import Cardinality
from grpclib.exceptions import GRPCError, ProtocolError, StreamTerminatedError
from wechaty_grpc.wechaty import PuppetStub, puppet

from bot.channels.wechaty.payloads import HeardPayload
from models.rules.message import LinkCard

Answer = TypeVar("Answer")


class Event(IntEnum):
    """``EventResponse.type``; the generated enum lacks POST."""

    HEARTBEAT = 1
    MESSAGE = 2
    DONG = 3
    POST = 4
    ERROR = 16
    FRIENDSHIP = 17
    ROOM_INVITE = 18
    ROOM_JOIN = 19
    ROOM_LEAVE = 20
    ROOM_TOPIC = 21
    SCAN = 22
    READY = 23
    RESET = 24
    LOGIN = 25
    LOGOUT = 26
    DIRTY = 27


class Dirty(IntEnum):
    """``payloadType`` of a dirty event: which cached facts are no longer true."""

    UNSPECIFIED = 0
    MESSAGE = 1
    CONTACT = 2
    ROOM = 3
    ROOM_MEMBER = 4
    FRIENDSHIP = 5
    POST = 6


RECEIVED_REQUEST = 2
"""``FriendshipPayloadResponse.type``: somebody asks us; 1 is a confirmation, 3 a demand to verify."""

ARTWORK, HD = 3, 2
"""Image sizes, best first; some puppets have only the smaller one."""


class Gone(Exception):  # noqa: N818
    """No answer: the connection failed or the deadline passed. ``left``: the whole request had left."""

    def __init__(self, why: str, *, left: bool) -> None:
        super().__init__(why)
        self.left = left


class Declined(Exception):  # noqa: N818
    """The gateway answered with an error. Its ``detail`` may hold tokens or words: never log it."""

    def __init__(self, status: str, detail: str) -> None:
        super().__init__(status)
        self.status = status
        self.detail = detail


@dataclass(eq=False, repr=False)
class SentId(betterproto.Message):  # type: ignore[misc]
    """Answer to any send: the id in a wrapper (0.x) or plain (1.x), or in neither."""

    wrapped: Optional[str] = betterproto.message_field(1, wraps=betterproto.TYPE_STRING)  # noqa: UP045 - betterproto reads the hint
    plain: str = betterproto.string_field(2)


@dataclass(eq=False, repr=False)
class Setting(betterproto.Message):  # type: ignore[misc]
    """Request of the setters (topic, alias, announce): 0.x reads field 2, 1.x only field 3."""

    id: str = betterproto.string_field(1)
    wrapped: Optional[str] = betterproto.message_field(2, wraps=betterproto.TYPE_STRING)  # noqa: UP045
    plain: str = betterproto.string_field(3)


@dataclass(eq=False, repr=False)
class UrlLink(betterproto.Message):  # type: ignore[misc]
    """A web page as a card."""

    description: str = betterproto.string_field(1)
    title: str = betterproto.string_field(3)
    url: str = betterproto.string_field(4)


@dataclass(eq=False, repr=False)
class SendUrl(betterproto.Message):  # type: ignore[misc]
    """Request to send a card: 0.x reads the JSON of field 2, 1.x field 3."""

    conversation_id: str = betterproto.string_field(1)
    coded: str = betterproto.string_field(2)
    link: UrlLink = betterproto.message_field(3)  # noqa: RUF009 - how betterproto declares fields


@dataclass(eq=False, repr=False)
class HeardUrl(betterproto.Message):  # type: ignore[misc]
    """The card somebody sent: JSON where the gateway is old, else in field 2."""

    coded: str = betterproto.string_field(1)
    link: UrlLink = betterproto.message_field(2)  # noqa: RUF009


class Wire(PuppetStub):  # type: ignore[misc]
    """The generated calls with a deadline each, raising ``Gone`` or ``Declined`` and nothing else."""

    async def heard(self, message: str) -> HeardPayload:
        """What a message event stands for."""
        ask = puppet.MessagePayloadRequest(id=message)
        return await self._unary_unary("/wechaty.Puppet/MessagePayload", ask, HeardPayload)

    async def send_text(self, conversation: str, text: str, mentions: list[str]) -> str | None:
        """Say a text; the new message's id where the puppet tells it."""
        ask = puppet.MessageSendTextRequest(conversation_id=conversation, text=text, mentonal_ids=mentions)
        return sent_id(await self._unary_unary("/wechaty.Puppet/MessageSendText", ask, SentId))

    async def send_file(self, conversation: str, filebox: str) -> str | None:
        """Send a file given as the gateway's JSON file box."""
        ask = puppet.MessageSendFileRequest(conversation_id=conversation, filebox=filebox)
        return sent_id(await self._unary_unary("/wechaty.Puppet/MessageSendFile", ask, SentId))

    async def send_url(self, conversation: str, card: LinkCard) -> str | None:
        """Send a web page as a card."""
        link = UrlLink(description=card.description, title=card.title, url=card.address)
        coded = json.dumps({"title": card.title, "url": card.address, "description": card.description})
        ask = SendUrl(conversation_id=conversation, coded=coded, link=link)
        return sent_id(await self._unary_unary("/wechaty.Puppet/MessageSendUrl", ask, SentId))

    async def heard_url(self, message: str) -> LinkCard:
        """The card of a message; its address is empty where the gateway tells none."""
        ask = puppet.MessageUrlRequest(id=message)
        heard = await self._unary_unary("/wechaty.Puppet/MessageUrl", ask, HeardUrl)
        if heard.link.url:
            return LinkCard(heard.link.title, heard.link.url, heard.link.description)
        coded = _coded(heard.coded)
        return LinkCard(*(str(coded.get(name) or "") for name in ("title", "url", "description")))

    async def set_value(self, call: str, subject: str, value: str) -> None:
        """Set a topic, alias or announcement: ``call`` is RoomTopic, ContactAlias or RoomAnnounce."""
        ask = Setting(id=subject, wrapped=value, plain=value)
        await self._unary_unary(f"/wechaty.Puppet/{call}", ask, SentId)

    async def file_chunks(self, message: str) -> AsyncIterator[bytes]:
        """The bytes of a file message, piece by piece."""
        ask = puppet.MessageFileStreamRequest(id=message)
        async for chunk in self._chunks("MessageFileStream", ask, puppet.MessageFileStreamResponse):
            yield chunk

    async def image_chunks(self, message: str, size: int) -> AsyncIterator[bytes]:
        """The bytes of a picture, piece by piece."""
        ask = puppet.MessageImageStreamRequest(id=message, type=size)
        async for chunk in self._chunks("MessageImageStream", ask, puppet.MessageImageStreamResponse):
            yield chunk

    async def _chunks(self, call: str, request: object, response_type: type) -> AsyncIterator[bytes]:
        try:
            answers = self._unary_stream(f"/wechaty.Puppet/{call}", request, response_type)
            async for answer in answers:
                yield answer.file_box_chunk.data
        except GRPCError as error:
            raise Declined(error.status.name, error.message or "") from None
        except (StreamTerminatedError, ProtocolError, OSError) as error:
            stay()
            raise Gone(reason(error), left=True) from None

    async def _unary_unary(
        self, route: str, request: object, response_type: type[Answer], **_options: object
    ) -> Answer:
        left = False
        try:
            async with self.channel.request(
                route,
                Cardinality.UNARY_UNARY,
                type(request),
                response_type,
                timeout=self.timeout,
                metadata=self.metadata,
            ) as stream:
                await stream.send_message(request, end=True)
                left = True
                answer: Answer | None = await stream.recv_message()
        except GRPCError as error:
            raise Declined(error.status.name, error.message or "") from None
        except (StreamTerminatedError, ProtocolError, OSError) as error:
            stay()
            raise Gone(reason(error), left=left) from None
        except ValueError:
            raise Declined("MALFORMED", "") from None
        if answer is None:
            raise Gone("the gateway ended the call without an answer", left=True)
        return answer


def _coded(text: str) -> dict[str, object]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def sent_id(answer: SentId) -> str | None:
    """The id of what was sent, None where the puppet tells none (wechat4u)."""
    return answer.wrapped or answer.plain or None


def reason(error: BaseException) -> str:
    """A short reason without the gateway's own words."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, StreamTerminatedError):
        return "connection lost"
    if isinstance(error, ProtocolError):
        return "not a gateway"
    verdict = getattr(error, "verify_message", "")
    if verdict:
        return f"certificate not trusted: {verdict}"
    return getattr(error, "strerror", None) or type(error).__name__


def stay() -> None:
    """Take back grpclib's cancellation: it cancels the calling task to report a lost connection or deadline.

    Left standing, the mark would make the next timeout or task group in the task believe it was cancelled.
    """
    task = asyncio.current_task()
    while task is not None and task.cancelling():
        task.uncancel()
