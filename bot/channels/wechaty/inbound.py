"""From the raw event stream to channel events: what each event means, asked for until it is known."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar

import structlog

from bot.channels import ChannelDown, ChannelRefused
from bot.channels.wechaty.caches import Seen
from bot.channels.wechaty.facts import Facts
from bot.channels.wechaty.intake import Intake
from bot.channels.wechaty.link import Link
from bot.channels.wechaty.reading import CHANNEL, Us, ids, moment, read
from bot.channels.wechaty.settings import WechatySettings
from bot.channels.wechaty.wire import RECEIVED_REQUEST, Declined, Event, Gone, Wire
from models.rules.message import (
    ChannelEvent,
    FriendRequest,
    LinkChange,
    LinkState,
    RoomChange,
    RoomEvent,
)

log = structlog.get_logger(__name__)

T = TypeVar("T")
Body = dict[str, Any]

TRIES = 8
"""Times a payload is asked for while the gateway is there, before the message counts as lost."""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 2.0
"""Between two tries, doubled each time."""

NAME_WITHIN_S = 1.0
"""How long the first message waits to learn what we are called."""

REMEMBERED = 20_000
"""Message ids: a day of a large township."""

_SCANNED = {3: "scanned, to be confirmed on the phone", 4: "confirmed on the phone"}
"""``ScanStatus`` in which there is no code to show any more."""

_QUIET = frozenset({Event.HEARTBEAT, Event.POST, Event.READY, Event.RESET})


class Inbound:
    """Owns the link and everything heard over it."""

    def __init__(self, settings: WechatySettings, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.intake = Intake()
        self.link = Link(settings, self)
        self.facts = Facts(self.link)
        self.us = Us(settings.account)
        self.logged_in = False
        self._logged_out = False
        self._connected = False
        self._told: tuple[LinkState, str, str] | None = None
        self._seen = Seen(REMEMBERED)
        self._awaited: set[str] = set()
        self._strange: set[int] = set()
        self._naming: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Listen until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.link.supervise())
                tasks.create_task(self.intake.work())
        finally:
            if self._naming is not None:
                self._naming.cancel()

    @property
    def crowded(self) -> bool:
        """Whether the stream should rest."""
        return self.intake.crowded

    async def space(self) -> None:
        """Wait until the stream may go on."""
        await self.intake.space()

    def on_connected(self) -> None:
        """A new stream: dirty events and a logout may have been missed; a login is told again."""
        self.facts.clear()
        self.logged_in = self._logged_out = False

    def on_state(self, state: LinkState, why: str) -> None:
        """The connection came up or went down; ONLINE is told only with somebody logged in."""
        self._connected = state is LinkState.ONLINE
        if not self._connected:
            self._tell(state, why)
        elif self.logged_in:
            self._tell(LinkState.ONLINE)
        elif self._told is None or self._told[0] is not LinkState.SCAN:
            self._tell(LinkState.STARTING, "connected, nobody is logged in")

    def on_event(self, kind: int, payload: str) -> None:
        """One raw event. Nothing a gateway says may end the stream."""
        handle = _HANDLERS.get(kind)
        if handle is not None:
            handle(self, _body(payload))
        elif kind not in _QUIET and kind not in self._strange:
            self._strange.add(kind)
            log.warning(
                "gateway events of an unknown type are passed over", account=self.us.account, type=kind
            )

    def on_message(self, body: Body) -> None:
        """A message's id; known ones are deliveries of the same message."""
        message = body.get("messageId")
        if not isinstance(message, str) or message in self._seen or message in self._awaited:
            return
        if not self.logged_in and not self._logged_out and self.us.user:
            # Old gateways do not tell a new stream who is logged in; a message proves that we still are.
            self.on_login({"contactId": self.us.user})
        self._awaited.add(message)
        arrived = self._clock()
        self.intake.ask(lambda: self._message(message, arrived))

    def on_dong(self, body: Body) -> None:
        """A probe came back."""
        self.link.on_dong(str(body.get("data", "")))

    def on_login(self, body: Body) -> None:
        """Somebody is logged in; another contact id than before makes all we know another's."""
        user = body.get("contactId")
        if not isinstance(user, str) or not user:
            return
        if user != self.us.user:
            self.facts.clear()
            self.us = Us(self.us.account, user)
        self.logged_in, self._logged_out = True, False
        if not self.us.name and (self._naming is None or self._naming.done()):
            self._naming = asyncio.create_task(self._own_name())
        if self._connected:
            self._tell(LinkState.ONLINE)

    def on_logout(self, _body: Body) -> None:
        """Logged out: on the phone, by WeChat, or because another device took the session."""
        self.logged_in, self._logged_out = False, True
        self._tell(LinkState.LOGGED_OUT, "the account was logged out")

    def on_scan(self, body: Body) -> None:
        """A QR code is to be scanned, or was."""
        status = body.get("status")
        why = _SCANNED.get(status, "") if isinstance(status, int) else ""
        self._tell(LinkState.SCAN, why, "" if why else str(body.get("qrcode") or ""))

    def on_dirty(self, body: Body) -> None:
        """Something we may remember is no longer true."""
        kind = body.get("payloadType")
        self.facts.on_dirty(kind if isinstance(kind, int) else 0, str(body.get("payloadId", "")))

    def on_friendship(self, body: Body) -> None:
        """A friend request, or the news that one was accepted."""
        self.intake.ask(lambda: self._friendship(str(body.get("friendshipId", ""))))

    def on_invitation(self, body: Body) -> None:
        """We are invited to a room."""
        self.intake.ask(lambda: self._invitation(str(body.get("roomInvitationId", ""))))

    def on_join(self, body: Body) -> None:
        """Members came; perhaps we."""
        self._room_event(body, RoomChange.JOINED, ids(body.get("inviteeIdList")))

    def on_leave(self, body: Body) -> None:
        """Members went, or were removed; perhaps we."""
        gone = ids(body.get("removeeIdList"))
        self._room_event(body, RoomChange.WE_LEFT if self.us.user in gone else RoomChange.LEFT, gone)

    def on_topic(self, body: Body) -> None:
        """A room has another title."""
        self._room_event(body, RoomChange.RENAMED, (), str(body.get("newTopic", "")))

    def on_error(self, _body: Body) -> None:
        """The puppet reports trouble of its own; its words may be anybody's and are not logged."""
        log.warning("gateway reports an error of its puppet", account=self.us.account)

    def _room_event(self, body: Body, change: RoomChange, members: tuple[str, ...], title: str = "") -> None:
        room = str(body.get("roomId", ""))
        stamp = body.get("timestamp")
        at = moment(float(stamp) if isinstance(stamp, int | float) else 0.0, self._clock())
        self.facts.forget_room(room)
        self.intake.put(RoomEvent(CHANNEL, self.us.account, room, change, at, members, title))

    async def _message(self, message: str, arrived: datetime) -> ChannelEvent | None:
        try:
            payload = await self._insist(lambda wire: wire.heard(message))
        finally:
            self._awaited.discard(message)
        if payload is None:
            self._lose(message, arrived)
            return None
        self._seen.add(message)
        payload.id = payload.id or message
        if self._naming is not None and not self._naming.done():
            # Only our name tells whether the first words after a login call us.
            await asyncio.wait({self._naming}, timeout=NAME_WITHIN_S)
        return read(payload, self.us, arrived)

    def _lose(self, message: str, arrived: datetime) -> None:
        """A message we know of and cannot get is an outage of its own, however short."""
        log.error("message lost: the gateway does not give its content", account=self.us.account, id=message)
        why = "a message could not be fetched"
        self.intake.notice(LinkChange(CHANNEL, self.us.account, LinkState.DEAF, arrived, why))
        if self._told is not None:
            state, why, qrcode = self._told
            self.intake.notice(LinkChange(CHANNEL, self.us.account, state, self._clock(), why, qrcode))

    async def _own_name(self) -> None:
        user = self.us.user
        await self.link.wait_up()
        try:
            card = await self.facts.contact(user or "")
        except (ChannelDown, ChannelRefused):
            return
        if user == self.us.user:
            self.us = Us(self.us.account, user, card.name)

    async def _friendship(self, request: str) -> ChannelEvent | None:
        got = await self._insist(lambda wire: wire.friendship_payload(id=request))
        if got is None:
            return None
        self.facts.forget_contact(got.contact_id)
        if int(got.type) != RECEIVED_REQUEST:
            return None
        return FriendRequest(
            CHANNEL, self.us.account, got.id or request, got.contact_id, self._clock(), got.hello
        )

    async def _invitation(self, invitation: str) -> ChannelEvent | None:
        got = await self._insist(lambda wire: wire.room_invitation_payload(id=invitation))
        if got is None:
            return None
        at = moment(float(got.timestamp), self._clock())
        return RoomEvent(
            CHANNEL, self.us.account, invitation, RoomChange.INVITED, at, (got.inviter_id,), got.topic
        )

    async def _insist(self, call: Callable[[Wire], Awaitable[T]]) -> T | None:
        """Ask until answered, over as many connections as it takes; None after ``TRIES`` in vain."""
        pause = FIRST_PAUSE_S
        for _ in range(TRIES):
            wire = await self.link.wait_up()
            try:
                return await call(wire)
            except (Gone, Declined):
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)
        return None

    def _tell(self, state: LinkState, why: str = "", qrcode: str = "") -> None:
        if (state, why, qrcode) != self._told:
            self._told = (state, why, qrcode)
            self.intake.notice(LinkChange(CHANNEL, self.us.account, state, self._clock(), why, qrcode))


def _body(payload: str) -> Body:
    try:
        body = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


_HANDLERS: dict[int, Callable[[Inbound, Body], None]] = {
    Event.MESSAGE: Inbound.on_message,
    Event.DONG: Inbound.on_dong,
    Event.ERROR: Inbound.on_error,
    Event.FRIENDSHIP: Inbound.on_friendship,
    Event.ROOM_INVITE: Inbound.on_invitation,
    Event.ROOM_JOIN: Inbound.on_join,
    Event.ROOM_LEAVE: Inbound.on_leave,
    Event.ROOM_TOPIC: Inbound.on_topic,
    Event.SCAN: Inbound.on_scan,
    Event.LOGIN: Inbound.on_login,
    Event.LOGOUT: Inbound.on_logout,
    Event.DIRTY: Inbound.on_dirty,
}
