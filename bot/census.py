"""What no event tells of rooms: that one was dissolved, and what one is called. So what is there is counted."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import structlog

from bot.channels import Channel, RoomCard
from handlers.intents import Intent
from handlers.rooms import NameRoom, NoteRoomChange
from models.rules.message import RoomChange
from models.rules.town import Town

log = structlog.get_logger()


class Census:
    """Compares the rooms of one account with those bound to it. A room must be missing twice in a row to be gone.

    Rooms that still go by the name of their area are given their own.

    ``tell`` takes the account, an intent and its idempotency key.
    """

    def __init__(
        self,
        channel: Channel,
        town: Callable[[], Town],
        clock: Callable[[], datetime],
        tell: Callable[[str, Intent, str], None],
    ) -> None:
        self._channel = channel
        self._town = town
        self._clock = clock
        self._tell = tell
        self._missing: set[str] = set()
        self._gone: set[str] = set()
        self._seated: set[str] = set()

    async def keep(self, every_s: float) -> None:
        """Count until cancelled. A gateway that cannot be asked now, or a database that is away, is asked again."""
        while True:
            await asyncio.sleep(every_s)
            try:
                await self.count()
            except Exception as fault:  # noqa: BLE001 - a count that failed must not be the last one
                log.warning("rooms not counted", account=self._channel.account, fault=type(fault).__name__)

    async def name(self, room: str) -> None:
        """Ask what a room is called that was bound a moment ago; when that fails the next count does it."""
        try:
            await self._name([await self._channel.room(room)], {room: ""})
        except Exception as fault:  # noqa: BLE001 - see above
            log.warning("room not named", account=self._channel.account, fault=type(fault).__name__)

    async def count(self) -> tuple[str, ...]:
        """Compare once; returns the rooms found gone, by their platform ids.

        Raises:
            ChannelDown: the gateway cannot be asked now.
        """
        cards, town = await self._channel.rooms(), self._town()
        there = {card.id for card in cards}
        ours = {
            room.platform_id: room
            for room in town.rooms.values()
            if room.channel == self._channel.name
            and room.account == self._channel.account
            and not room.read_only
        }
        if not there:
            return ()  # an account that sees no room at all is still starting
        await self._name(cards, {each: room.title for each, room in ours.items() if town.is_nameless(room)})
        await self._sit(there, town)
        missing = ours.keys() - there
        gone = tuple(sorted((missing & self._missing) - self._gone))
        for room in gone:
            log.warning("room gone", account=self._channel.account)
            await self._note(room, RoomChange.WE_LEFT)
            self._gone.add(room)
        for room in sorted(self._gone & there):
            await self._note(room, RoomChange.JOINED)
            self._gone.discard(room)
        self._missing = missing
        return gone

    async def _sit(self, there: set[str], town: Town) -> None:
        """Note once where this account sits beside the one that listens: it may take over there one day."""
        name, account = self._channel.name, self._channel.account
        others = {r.platform_id for r in town.rooms.values() if r.channel == name and r.account != account}
        for room in sorted((others & there) - self._seated):
            await self._note(room, RoomChange.JOINED)
            self._seated.add(room)

    async def _name(self, cards: Iterable[RoomCard], nameless: Mapping[str, str]) -> None:
        """``nameless``: platform id → what the room is called now."""
        for card in cards:
            if card.title != nameless.get(card.id, card.title):
                named = NameRoom(self._channel.name, card.id, card.title)
                key = f"{self._channel.name}:{card.id}:named:{self._clock().isoformat()}"
                await asyncio.to_thread(self._tell, self._channel.account, named, key)

    async def _note(self, room: str, change: RoomChange) -> None:
        noted = NoteRoomChange(self._channel.name, self._channel.account, room, change)
        key = f"{self._channel.name}:{room}:{change}:counted:{self._clock().isoformat()}"
        await asyncio.to_thread(self._tell, self._channel.account, noted, key)
