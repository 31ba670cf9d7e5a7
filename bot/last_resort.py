"""What delivery does beside speaking: rings by the second path, gives to people, clears up after the dead."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.choosing import Chooser
from bot.colleagues import Colleagues
from bot.lanes import RunSync
from models.outbox import Glance, Outbox, Queued

log = structlog.get_logger()
LOOK_EVERY = timedelta(seconds=30)
"""How often what a process that is gone left unfinished is looked for."""


class LastResort:
    """For any process, with accounts or without.

    Args:
        outbox: the queue.
        chooser: words its rows.
        colleagues: knows which accounts are waited for.
        alarm: the second path to a person, ``alarm(identity_id, text)``; an exception means it did not ring.
        try_later: puts a call back that did not ring: row, whether the try counts, why.
        clock: the moment, aware UTC.
        run_sync: how blocking work is run.
    """

    def __init__(
        self,
        outbox: Outbox,
        chooser: Chooser,
        colleagues: Colleagues,
        alarm: Callable[[int, str], None],
        try_later: Callable[[Queued, bool, str], None],
        clock: Callable[[], datetime],
        run_sync: RunSync,
    ) -> None:
        self._outbox = outbox
        self._chooser = chooser
        self._colleagues = colleagues
        self._alarm = alarm
        self._try_later = try_later
        self._clock = clock
        self._run_sync = run_sync
        self._looked_at: datetime | None = None

    async def run(self, now: datetime) -> Glance:
        """Ring whom the alarm path must ring, give to people what no account can say; what waits after it."""
        outbox = self._outbox
        seen = await self._run_sync(outbox.glance, now)
        if await self._look_for_left(now, seen.sending_since):
            seen = await self._run_sync(outbox.glance, now)
        if seen.rank is None:
            return seen
        calls = await self._run_sync(outbox.calls, now) if seen.call is not None else []
        for row in calls:
            await self._run_sync(self._ring_up, row)
        orphans = await self._run_sync(outbox.orphans, self._colleagues.living(now), now)
        for row in orphans:
            await self._run_sync(self._hand_over, row)
        return await self._run_sync(outbox.glance, now) if calls or orphans else seen

    async def _look_for_left(self, now: datetime, sending_since: datetime | None) -> bool:
        """Whether anything was left; ``sending_since`` is the first of what is being said."""
        looked = self._looked_at
        if sending_since is None or (looked is not None and now - looked < LOOK_EVERY):
            return False
        self._looked_at = now
        if doubtful := await self._run_sync(self._outbox.recover_left, now):
            log.warning("left unfinished by a process that is gone", in_doubt=doubtful)
        return True

    def _ring_up(self, row: Queued) -> None:
        text = row.text or self._chooser.render(row)
        claimed = self._outbox.claim(row, "", text, len(text.encode()), self._clock()) if text else None
        if claimed is None or row.identity_id is None:
            return
        try:
            self._alarm(row.identity_id, claimed.text)
        except Exception as fault:  # a second ring harms nobody, a missing one may
            log.exception("alarm failed", outbox=row.id)
            self._try_later(claimed, True, type(fault).__name__)
        else:
            self._outbox.mark_sent(row.id, None, self._clock())

    def _hand_over(self, row: Queued) -> None:
        text = row.text or self._chooser.render(row)
        if text is not None:
            self._outbox.hand_over(row.id, text, "no_account")
