"""The manual relay: the program prepares the words, a person copies them into WeChat and confirms.

It never sends and never hears. Delivery keeps a text for such a channel as a task of the relay page
(web/relay.py); a person's confirmation there, not this module, brings the outbox row to its end.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.channels import Accepted, ChannelRefused, RoomCard
from models.rules.capabilities import Capabilities, Media
from models.rules.message import ChannelEvent, Outgoing

CAPABILITIES = Capabilities(
    receives_all=False,
    mention_notifies=False,
    can_dm_strangers=True,  # the person may know them, or knock at the door
    push_group=True,
    push_needs_human=True,
    stable_ids=True,
    quote_reference=False,
    recall_event=False,
    echoes_own=False,
    fetches_files=False,
    media=frozenset({Media.TEXT}),
    max_bytes=2000,
)


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """Our name for the relay and the rooms it serves, as (id, title)."""

    account: str
    rooms: tuple[tuple[str, str], ...] = ()


class RelayChannel:
    """Keeps the ``Channel`` contract for rooms without a living account."""

    name = "relay"
    capabilities = CAPABILITIES

    def __init__(self, settings: RelaySettings) -> None:
        self.account = settings.account
        self._rooms = dict(settings.rooms)
        self._closed = asyncio.Event()

    async def events(self) -> AsyncIterator[ChannelEvent]:
        """Nothing, until the channel is closed: people do the hearing."""
        await self._closed.wait()
        nothing: tuple[ChannelEvent, ...] = ()
        for event in nothing:
            yield event

    async def say(self, what: Outgoing) -> Accepted:
        """Refuse: ``push_needs_human`` says that a person must send this."""
        raise ChannelRefused(f"the relay sends nothing by itself: {what.conversation} waits for a person")

    async def fetch(self, key: str) -> bytes:
        """Refuse: nothing was heard, so there is nothing to fetch."""
        raise ChannelRefused(f"the relay hears no attachments: {key}")

    async def rooms(self) -> list[RoomCard]:
        """The rooms of the configuration; nobody counts their members."""
        return [RoomCard(room, title, None, 0) for room, title in self._rooms.items()]

    async def room(self, room: str) -> RoomCard:
        """A room of the configuration. Raises ChannelRefused for another."""
        if room not in self._rooms:
            raise ChannelRefused(f"no such room: {room}")
        return RoomCard(room, self._rooms[room], None, 0)

    async def member_name(self, room: str | None, contact: str) -> str:  # noqa: ARG002 - the contract's names
        """No names are known here."""
        return ""

    async def is_friend(self, contact: str) -> bool:  # noqa: ARG002 - the contract's name
        """A person can always try."""
        return True

    async def accept_friend(self, request_id: str) -> None:
        """Refuse: no requests reach the relay."""
        raise ChannelRefused(f"the relay hears no friend requests: {request_id}")

    async def round_trip(self) -> float:
        """No time at all: there is no line that could break."""
        return 0.0

    async def close(self) -> None:
        """End ``events``."""
        self._closed.set()


def open_channel(settings: RelaySettings) -> RelayChannel:
    """Open the relay."""
    return RelayChannel(settings)
