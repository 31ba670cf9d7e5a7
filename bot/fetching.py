"""Pictures and voices of cases, copied from the channel that heard them: tried again, never at a case's cost."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot.channels import Channel, ChannelDown, ChannelRefused
from bot.errands import Errands
from bot.lanes import RunSync
from bot.shelf import Shelf
from bot.thumbnails import thumbnail
from handlers.actors import CLOCK
from handlers.attachments import KeepAttachment, MissAttachment
from handlers.dispatch import Dispatch, Status
from handlers.intents import Intent
from models.due import DueTable, Firing
from models.kept_files import KeptFiles
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from models.rules.outliving import FETCH_ATTACHMENT
from models.rules.pacing import back_off

log = structlog.get_logger()
PATIENCE_S = 60
REFUSALS = 3
"""A gateway may not have a picture yet that it announced; what it refuses so often it will never give."""
WORTH_TRYING = timedelta(days=2)
"""WeChat's own servers keep media for some days."""
SWEEPS_EVERY = timedelta(hours=6)
UNNAMED_FOR = timedelta(hours=1)
"""A copy is written before its case leads to it."""
SMALL_AT_ONCE = 100
"""Small pictures that a sweep makes of copies that have none yet."""


class Fetcher(Errands):
    """Copies pictures and voices, and sweeps the copies now and then."""

    kind = FETCH_ATTACHMENT
    at_once = 10

    def __init__(
        self,
        due: DueTable,
        dispatch: Dispatch,
        kept: KeptFiles,
        shelf: Shelf,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        run_sync: RunSync = asyncio.to_thread,
    ) -> None:
        super().__init__(due, dispatch, channels, clock, run_sync)
        self._kept = kept
        self._shelf = shelf
        self._swept_at: datetime | None = None

    async def step(self) -> int:
        """Do every errand that is due, and now and then sweep the folder; returns how many errands."""
        count = await super().step()
        now = self._clock()
        if self._swept_at is None or now - self._swept_at >= SWEEPS_EVERY:
            self._swept_at = now
            await self._run_sync(self.sweep)
        return count

    def sweep(self) -> int:
        """Throw away every copy that no case leads to, with its small picture; make those that lack. Returns how many went."""
        named, count = self._kept.names(), 0
        for name, written_at in list(self._shelf.lying()):
            if name not in named and self._clock() - written_at > UNNAMED_FOR:
                self._shelf.remove(name)
                count += 1
        copies = {name for name, _ in self._shelf.lying()}
        small = {name for name, _ in self._shelf.lying_small()}
        for name in small - copies:
            self._shelf.remove(name)
        for name in sorted((copies & named) - small)[:SMALL_AT_ONCE]:
            with suppress(FileNotFoundError):  # thrown away a moment ago
                self._make_small(name, self._shelf.copy(name))
        return count

    async def do(self, errand: Firing, channel: Channel) -> None:
        """Fetch once; what cannot be had now is tried again while that is worth it."""
        if not channel.capabilities.fetches_files:
            await self._run_sync(self._due.give_up, errand, "this channel hands out no files")
            return
        try:
            async with asyncio.timeout(PATIENCE_S):
                content = await channel.fetch(str(errand.fields["key"]))
        except (ChannelDown, TimeoutError, OSError) as down:
            again = self._clock() - errand.due_at < WORTH_TRYING
            await self._run_sync(self._missed, errand, type(down).__name__, again)
        except ChannelRefused:
            await self._run_sync(self._missed, errand, "refused", errand.attempts < REFUSALS)
        else:
            await self._run_sync(self._keep, errand, content)

    def _missed(self, errand: Firing, why: str, again: bool) -> None:
        self._tell(MissAttachment(*_of(errand), errand.attempts), errand)
        if again:
            self._due.postpone(errand, self._clock() + back_off(errand.attempts), why)
        else:
            log.warning("attachment not fetched", errand=errand.id, attempts=errand.attempts, why=why)
            self._due.give_up(errand, why)

    def _keep(self, errand: Firing, content: bytes) -> None:
        size = len(content)
        if size > self._shelf.largest or self._kept.size() + size > self._shelf.total:
            self._missed(errand, "too large" if size > self._shelf.largest else "the shelf is full", False)
            return
        name = self._shelf.put(content)
        told = self._tell(KeepAttachment(*_of(errand), name, size, errand.attempts), errand)
        if told is not Status.DONE:
            self._shelf.remove(name)
        self._due.finish([(errand, "" if told is Status.DONE else str(told))])
        if told is Status.DONE:
            self._make_small(name, content)

    def _make_small(self, name: str, content: bytes) -> None:
        try:
            self._shelf.put_small(name, thumbnail(content))
        except OSError as full:  # the copy is safe, and the next sweep tries again
            log.warning("small picture not written", why=str(full.strerror))

    def _tell(self, intent: Intent, errand: Firing) -> Status:
        key = IdempotencyKey(f"job:{errand.key}:{errand.attempts}")
        return self._dispatch(intent, CLOCK, Origin(Door.CLOCK, key, errand.due_at)).status


def _of(errand: Firing) -> tuple[int, str]:
    return int(errand.fields["case_id"]), str(errand.fields["key"])
