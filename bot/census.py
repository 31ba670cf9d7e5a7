"""Rooms that are gone without a word: the gateway has no event for a dissolved group, so what is there is counted."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from bot.channels import Channel
from handlers.intents import Intent
from handlers.rooms import NoteRoomChange
from models.rules.message import RoomChange
from models.rules.town import Town

log = structlog.get_logger()


class Census:
    """Compares the rooms of one account with those bound to it. A room must be missing twice in a row to be gone.

    ``tell`` takes an intent and its idempotency key.
    """

    def __init__(
        self,
        channel: Channel,
        town: Callable[[], Town],
        clock: Callable[[], datetime],
        tell: Callable[[Intent, str], None],
    ) -> None:
        self._channel = channel
        self._town = town
        self._clock = clock
        self._tell = tell
        self._missing: set[str] = set()
        self._gone: set[str] = set()

    async def keep(self, every_s: float) -> None:
        """Count until cancelled. A gateway that cannot be asked now, or a database that is away, is asked again."""
        while True:
            await asyncio.sleep(every_s)
            try:
                await self.count()
            except Exception as fault:  # noqa: BLE001 - a count that failed must not be the last one
                log.warning("rooms not counted", account=self._channel.account, fault=type(fault).__name__)

    async def count(self) -> tuple[str, ...]:
        """Compare once; returns the rooms found gone, by their platform ids.

        Raises:
            ChannelDown: the gateway cannot be asked now.
        """
        there = {card.id for card in await self._channel.rooms()}
        ours = {
            room.platform_id
            for room in self._town().rooms.values()
            if room.channel == self._channel.name
            and room.account == self._channel.account
            and not room.read_only
        }
        if not there:
            return ()  # an account that sees no room at all is still starting
        missing = ours - there
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

    async def _note(self, room: str, change: RoomChange) -> None:
        noted = NoteRoomChange(self._channel.name, self._channel.account, room, change)
        key = f"{self._channel.name}:{room}:{change}:counted:{self._clock().isoformat()}"
        await asyncio.to_thread(self._tell, noted, key)
