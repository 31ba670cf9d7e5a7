"""Names of people who signed up, asked of the channel that heard them: for the organiser to read, never to authorise."""

import asyncio
from datetime import timedelta

from bot.channels import Channel, ChannelDown, ChannelRefused
from bot.errands import Errands
from handlers.activity_clock import NameParticipant
from handlers.actors import CLOCK
from models.due import Firing
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from models.rules.outliving import FETCH_NAME
from models.rules.pacing import back_off

PATIENCE_S = 30
WORTH_TRYING = timedelta(days=1)


class Namer(Errands):
    """Asks what a group calls somebody who signed up there."""

    kind = FETCH_NAME
    at_once = 20

    async def do(self, errand: Firing, channel: Channel) -> None:
        """Ask once; tried again for a day while the channel is down."""
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
