"""Errands of the due table that only the process of an account can do, because its channel is asked (``ERRANDS``)."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from bot.channels import Channel
from bot.lanes import RunSync
from handlers.dispatch import Dispatch
from models.due import DueTable, Firing

log = structlog.get_logger()


class Errands(ABC):
    """Does one kind of errand for this process's accounts; the key of an errand is ``<kind>:<account>:…``."""

    kind: str
    """One of ``models.rules.outliving.ERRANDS``."""
    at_once: int
    """So many are taken at a time."""

    def __init__(
        self,
        due: DueTable,
        dispatch: Dispatch,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        run_sync: RunSync = asyncio.to_thread,
    ) -> None:
        self._due = due
        self._dispatch = dispatch
        self._channels = channels
        self._clock = clock
        self._run_sync = run_sync

    async def keep(self, every_s: float) -> None:
        """Do them until cancelled."""
        while True:
            try:
                await self.step()
            except Exception:  # outlives a lost database and a full disk
                log.exception("an errand faltered", errand=self.kind)
            await asyncio.sleep(every_s)

    async def step(self) -> int:
        """Do every errand that is due; returns how many."""
        count = 0
        while errands := await self._run_sync(self._claim):
            for errand in errands:
                await self.do(errand, self._channels[errand.key.split(":")[1]])
            count += len(errands)
        return count

    def _claim(self) -> list[Firing]:
        mine = sorted(self._channels)
        return self._due.claim(self._clock(), self.at_once, errands_of=mine, errand=self.kind)

    @abstractmethod
    async def do(self, errand: Firing, channel: Channel) -> None:
        """Do one, and finish, postpone or give it up."""
