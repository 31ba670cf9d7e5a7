"""Rooms that are gone without a word: the gateway has no event for a dissolved group, so what is there is counted."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from bot.channels import Channel, ChannelDown
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

    async def keep(self, every_s: float) -> None:
        """Count until cancelled. A gateway that cannot be asked now is asked again."""
        while True:
            await asyncio.sleep(every_s)
            try:
                await self.count()
            except (ChannelDown, OSError, TimeoutError) as fault:
                log.info("rooms not counted", account=self._channel.account, fault=type(fault).__name__)

    async def count(self) -> tuple[str, ...]:
        """Compare once; returns the rooms found gone, by their platform ids. Raises ChannelDown."""
        there = {card.id for card in await self._channel.rooms()}
        ours = {
            room.platform_id
            for room in self._town().rooms.values()
            if room.channel == self._channel.name
            and room.account == self._channel.account
            and not room.read_only
        }
        # An account that sees no room at all is still starting.
        missing = ours - there if there else set()
        gone = tuple(sorted(missing & self._missing))
        self._missing = missing - set(gone)
        for room in gone:
            log.warning("room gone", account=self._channel.account)
            change = NoteRoomChange(self._channel.name, self._channel.account, room, RoomChange.WE_LEFT)
            await asyncio.to_thread(
                self._tell, change, f"{self._channel.name}:{room}:gone:{self._clock().isoformat()}"
            )
        return gone
