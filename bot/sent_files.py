"""What cadres send us to go along with a notice, copied from the channel that heard it."""

import asyncio

from bot.channels import Channel, ChannelDown, ChannelRefused
from bot.errands import Errands
from bot.fetching import PATIENCE_S, REFUSALS
from handlers.actors import CLOCK
from handlers.intents import Intent
from handlers.notice_attachments import KeepSentFile, MissSentFile
from models.due import Firing
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from models.rules.outliving import FETCH_SENT_FILE
from models.rules.pacing import back_off
from models.rules.sent_files import OFFERED_FOR


class SentFiles(Errands):
    """Fetches each once; after an hour nobody waits for it any more."""

    kind = FETCH_SENT_FILE
    at_once = 5

    async def do(self, errand: Firing, channel: Channel) -> None:
        """Fetch; what cannot be had now is tried again."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                content = await channel.fetch(str(errand.fields["key"]))
        except (ChannelDown, TimeoutError, OSError) as down:
            again = self._clock() - errand.due_at < OFFERED_FOR
            await self._run_sync(self._missed, errand, type(down).__name__, again)
        except ChannelRefused:
            await self._run_sync(self._missed, errand, "refused", errand.attempts < REFUSALS)
        else:
            await self._run_sync(self._end, errand, KeepSentFile(_file(errand), content), "")

    def _missed(self, errand: Firing, why: str, again: bool) -> None:
        if again:
            self._due.postpone(errand, self._clock() + back_off(errand.attempts), why)
        else:
            self._end(errand, MissSentFile(_file(errand)), why)

    def _end(self, errand: Firing, intent: Intent, why: str) -> None:
        key = IdempotencyKey(f"job:{errand.key}:{errand.attempts}")
        self._dispatch(intent, CLOCK, Origin(Door.CLOCK, key, errand.due_at))
        self._due.finish([(errand, why)])


def _file(errand: Firing) -> int:
    return int(errand.fields["file_id"])
