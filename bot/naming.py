"""Names of people who signed up, asked of the channel that heard them: for the organiser to read, never to authorise."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.channels import Channel, ChannelDown, ChannelRefused
from bot.lanes import RunSync
from handlers.activity_clock import NameParticipant
from handlers.actors import CLOCK
from handlers.dispatch import Dispatch
from models.due import DueTable, Firing
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from models.rules.outliving import FETCH_NAME
from models.rules.pacing import back_off

log = structlog.get_logger()
PATIENCE_S = 30
AT_ONCE = 20
WORTH_TRYING = timedelta(days=1)


class Namer:
    """Does the errands of this process's accounts."""

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
        """Ask until cancelled."""
        while True:
            try:
                await self.step()
            except Exception:  # outlives a lost database
                log.exception("asking for names faltered")
            await asyncio.sleep(every_s)

    async def step(self) -> int:
        """Ask for every name that is due; returns for how many."""
        count = 0
        while errands := await self._run_sync(self._claim):
            for errand in errands:
                await self._ask(errand)
            count += len(errands)
        return count

    def _claim(self) -> list[Firing]:
        mine = sorted(self._channels)
        return self._due.claim(self._clock(), AT_ONCE, errands_of=mine, errand=FETCH_NAME)

    async def _ask(self, errand: Firing) -> None:
        channel = self._channels[errand.key.split(":")[1]]
        try:
            async with asyncio.timeout(PATIENCE_S):
                name = await channel.member_name(errand.fields["room"], str(errand.fields["contact"]))
        except (ChannelDown, TimeoutError, OSError) as down:
            await self._run_sync(self._later, errand, type(down).__name__)
        except ChannelRefused:
            await self._run_sync(self._due.give_up, errand, "refused")
        else:
            await self._run_sync(self._keep, errand, name)

    def _later(self, errand: Firing, why: str) -> None:
        if self._clock() - errand.due_at < WORTH_TRYING:
            self._due.postpone(errand, self._clock() + back_off(errand.attempts), why)
        else:
            self._due.give_up(errand, why)

    def _keep(self, errand: Firing, name: str) -> None:
        key = IdempotencyKey(f"job:{errand.key}:{errand.attempts}")
        if name:
            intent = NameParticipant(int(errand.fields["participant_id"]), name)
            self._dispatch(intent, CLOCK, Origin(Door.CLOCK, key, errand.due_at))
        self._due.finish([(errand, "" if name else "the channel knows no name")])
