"""One WeChat account behind a Wechaty gateway, as a channel (docs/platform.md)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime

import structlog

from bot.channels import Accepted, Channel, ChannelDown, ChannelRefused, RoomCard
from bot.channels.wechaty import calls
from bot.channels.wechaty.inbound import Inbound
from bot.channels.wechaty.reading import CHANNEL, Us
from bot.channels.wechaty.settings import WechatySettings, check
from bot.channels.wechaty.wire import Declined, Gone
from models.rules.capabilities import Capabilities, Media
from models.rules.message import ChannelEvent, Outgoing

log = structlog.get_logger(__name__)

LONGEST_TEXT = 1_800
"""UTF-8 bytes: WeChat takes 2,000, and the names of those who are mentioned go in front."""

AFTER_NAME = "\u2005"
"""What WeChat puts between a mentioned name and the words."""


def open_channel(settings: WechatySettings, *, clock: Callable[[], datetime]) -> Channel:
    """A channel for one account; nothing is dialled before ``events`` is read.

    Args:
        settings: where the gateway is.
        clock: aware UTC now.

    Raises:
        ValueError: settings that cannot work, with a sentence that says what to change.
        OSError: ``ca_file`` cannot be read.
    """
    return WechatyChannel(settings, clock=clock)


class WechatyChannel:
    """Keeps the channel contract over one supervised gateway connection."""

    name = CHANNEL

    def __init__(self, settings: WechatySettings, *, clock: Callable[[], datetime]) -> None:
        check(settings)
        self.account = settings.account
        self.capabilities = Capabilities(
            receives_all=True,
            mention_notifies=settings.stable_ids,  # the web protocol's do not, and its ids do not last
            can_dm_strangers=False,
            push_group=True,
            push_needs_human=False,
            stable_ids=settings.stable_ids,
            quote_reference=False,
            recall_event=True,
            echoes_own=True,
            fetches_files=True,
            media=frozenset(Media) if settings.stable_ids else frozenset(Media) - {Media.LINK},
            max_bytes=LONGEST_TEXT,
        )
        self._inbound = Inbound(settings, clock)
        self._link = self._inbound.link
        self._facts = self._inbound.facts
        self._running: asyncio.Task[None] | None = None

    @property
    def us(self) -> Us:
        """Who we are, as of the last login."""
        return self._inbound.us

    async def events(self) -> AsyncIterator[ChannelEvent]:
        """Every event in order; changes of the link overtake. For one reader; ends after ``close``."""
        intake = self._inbound.intake
        if self._running is None and not intake.closed:
            self._running = asyncio.create_task(self._inbound.run())
            self._running.add_done_callback(self._ended)
        while (event := await intake.take()) is not None:
            yield event

    async def say(self, what: Outgoing) -> Accepted:
        """Say a text, or send a link card, or a picture or file of at most 3 MB; errors as ``Channel.say``."""
        if not self._inbound.logged_in:
            raise ChannelDown("nobody is logged in at the gateway")
        return await calls.say(self._link, what, await self._addressed(what))

    async def fetch(self, key: str) -> bytes:
        """The bytes of an attachment. Raises ChannelDown or ChannelRefused."""
        return await calls.fetch(self._link, key)

    async def rooms(self) -> list[RoomCard]:
        """The rooms this account sits in. Raises ChannelDown."""
        return await self._facts.rooms()

    async def room(self, room: str) -> RoomCard:
        """One room; nothing else is asked for. Raises ChannelDown or ChannelRefused."""
        return await self._facts.room(room)

    async def member_name(self, room: str | None, contact: str) -> str:
        """The name a room (or, in private chat, we) know a contact by. Raises ChannelDown, ChannelRefused."""
        return await self._facts.name(room, contact)

    async def is_friend(self, contact: str) -> bool:
        """Whether private messages can reach this contact. Raises ChannelDown."""
        try:
            return (await self._facts.contact(contact)).friend
        except ChannelRefused:
            return False

    async def accept_friend(self, request_id: str) -> None:
        """Accept a friend request. Raises ChannelDown or ChannelRefused."""
        await calls.ask_now(self._link, lambda wire: wire.friendship_accept(id=request_id))

    async def accept_invitation(self, invitation: str) -> None:
        """Join the room of an INVITED event, whose ``room`` is the invitation's id."""
        await calls.ask_now(self._link, lambda wire: wire.room_invitation_accept(id=invitation))

    async def rename_room(self, room: str, title: str) -> None:
        """Give a room another title. Raises ChannelDown or ChannelRefused."""
        await calls.ask_now(self._link, lambda wire: wire.set_value("RoomTopic", room, title))

    async def announce(self, room: str, text: str) -> None:
        """Set a room's announcement; owners and admins may. Raises ChannelDown or ChannelRefused."""
        await calls.ask_now(self._link, lambda wire: wire.set_value("RoomAnnounce", room, text))

    async def remark(self, contact: str, alias: str) -> None:
        """Set the name that only we see for a contact. Raises ChannelDown or ChannelRefused."""
        await calls.ask_now(self._link, lambda wire: wire.set_value("ContactAlias", contact, alias))

    async def round_trip(self) -> float:
        """Seconds a ding took to come back through the event stream. Raises ChannelDown."""
        try:
            return await calls.own_task(self._link.round_trip())
        except (Gone, Declined) as failure:
            raise ChannelDown(str(failure)) from None

    async def close(self) -> None:
        """Let go of the connection. The gateway keeps the account logged in: Stop is never called."""
        self._inbound.intake.close()
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def _addressed(self, what: Outgoing) -> str:
        """The text with ``@name`` in front for everybody mentioned whom it does not name yet.

        Gateways send mentions as ids, but phones show and notify only where the text has the name too.
        """
        if not what.in_room or not what.mentions:
            return what.text
        calling = ""
        for contact in what.mentions:
            try:
                name = await self.member_name(what.conversation, contact)
            except ChannelRefused:
                continue
            if name and f"@{name}" not in what.text:
                calling += f"@{name}{AFTER_NAME}"
        return calling + what.text

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if task.cancelled() or task.exception() is None:
            return
        # A mistake of ours: whoever reads must not wait for ever for a channel that no longer listens.
        log.error("channel stopped listening", account=self.account, exc_info=task.exception())
        self._inbound.intake.close()
