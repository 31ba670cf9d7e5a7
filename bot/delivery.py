"""From the outbox to the channels: each account says one thing after another, at its pace, each thing once.

``Delivery.step`` does all that can be said at this moment and tells how long to wait: a simulation calls it under its
own clock. ``Delivery.run`` does the same in production, one lane per account: a frozen one stops no other.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Engine
from tenacity import AsyncRetrying, wait_fixed

from bot.channels import AnswerLost, Channel, ChannelDown, ChannelRefused
from bot.choosing import Chooser, Chosen
from bot.colleagues import Colleagues, never_gone
from bot.health import SendOutcome
from bot.lanes import LONGEST_REST, SENDS, Lane, RunSync, log_alarm
from bot.last_resort import LastResort
from handlers.texts import Texts
from models.leases import Fenced, LeaseLost, unfenced
from models.outbox import Outbox, Queued
from models.rules.message import LinkState
from models.rules.pacing import Pace, Rank, retry_after
from models.rules.tally import day_began

log = structlog.get_logger()


class Delivery:
    """Says what stands in the outbox.

    Args:
        engine: the database.
        texts: every sentence.
        pace: speaking limits.
        channels: the accounts this process speaks for.
        clock: the moment, aware UTC.
        dice: numbers in [0, 1), seeded in a simulation.
        run_sync: how blocking work is run.
        known: accounts of all processes with the kind of their channel; the own ones when not given.
        alarm: the second path to a person, ``alarm(identity_id, text)``; an exception means it did not ring.
        crash_point: called with a name around every commit and send.
        on_sent: told how each send of an account ended, for its health.
        fence: proves that this process acts for an account (``models.leases``).
        gone_for: for how long no process has acted for an account that is not ours; without it all are ours at once,
            with it each must be taken up.
    """

    def __init__(
        self,
        engine: Engine,
        texts: Texts,
        pace: Pace,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        dice: Callable[[], float],
        run_sync: RunSync = asyncio.to_thread,
        *,
        known: Mapping[str, str] | None = None,
        alarm: Callable[[int, str], None] = log_alarm,
        crash_point: Callable[[str], None] = lambda _: None,
        on_sent: Callable[[str, SendOutcome], None] = lambda _account, _outcome: None,
        fence: Fenced = unfenced,
        gone_for: Callable[[str], timedelta] | None = None,
    ) -> None:
        self.outbox = Outbox(engine, crash_point, fence)
        self._chooser = Chooser(self.outbox, texts, pace)
        self._pace = pace
        self._channels = channels
        self._clock = clock
        self._dice = dice
        self._run_sync = run_sync
        self._crash_point = crash_point
        self._on_sent = on_sent
        self._lanes = {} if gone_for else {account: Lane() for account in channels}
        kinds = {a: c.name for a, c in channels.items()} | dict(known or {})
        self._colleagues = Colleagues(kinds, self._lanes, gone_for or never_gone)
        self._beside = LastResort(
            self.outbox, self._chooser, self._colleagues, alarm, self._try_later, clock, run_sync
        )
        self._errand_bell = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._group: asyncio.TaskGroup | None = None
        self._idle_s = 0.0
        self._started = False
        self._stopping = False

    async def start(self) -> int:
        """Put what was being said when the program stopped in doubt, and remember what was said today.

        Returns:
            How many rows are in doubt now.
        """
        doubtful = sum([await self._remember(account, lane) for account, lane in list(self._lanes.items())])
        self._started = True
        return doubtful

    async def take_up(self, account: str) -> int:
        """This process acts for the account from now on: the same for it alone, and it begins to speak."""
        lane = Lane()
        doubtful = await self._remember(account, lane)
        self._lanes[account] = lane
        if self._group is not None:
            self._group.create_task(self._keep(partial(self._speak, account), lane.bell, self._idle_s))
        return doubtful

    async def _remember(self, account: str, lane: Lane) -> int:
        doubtful = await self._run_sync(self.outbox.recover, [account])
        now = self._clock()
        since = min(day_began(now), now - timedelta(hours=1))
        said = await self._run_sync(self.outbox.said_by, account, since)
        lane.remember(said, self._pace, self._dice())
        return doubtful

    async def step(self) -> float | None:
        """Say all that may be said now.

        Returns:
            Seconds until the next thing could be said; None when nothing waits.
        """
        if not self._started:
            await self.start()
        now = self._clock()
        seen = await self._beside.run(now)
        if seen.rank is None:
            return (seen.first - now).total_seconds() if seen.first else None
        moments: list[datetime | None] = []
        for account in sorted(self._lanes):
            # A tired account says nothing but emergencies; where there is none, nobody needs to be asked.
            tired = self._lanes[account].tired(self._pace, self._clock()) if seen.rank else None
            moments.append(tired.until if tired else await self._speak(account))
        now = self._clock()
        seen = await self._run_sync(self.outbox.glance, now)
        if seen.rank is None:  # all of it is said: that an account rests matters to nobody
            return (seen.first - now).total_seconds() if seen.first else None
        moments.append(seen.next)
        waits = [max((at - now).total_seconds(), 0.0) for at in moments if at is not None]
        return min(waits) if waits else None

    async def run(self, idle_s: float = 5.0) -> None:
        """Speak until ``stop`` or cancelled: woken by ``wake``, when something falls due, and every ``idle_s`` seconds.

        A fault at the start or in one lane is logged and tried again; it never stops the others.
        """
        self._loop = asyncio.get_running_loop()
        begin = AsyncRetrying(wait=wait_fixed(idle_s), before_sleep=lambda _: log.error("delivery not begun"))
        await begin(self.start)
        async with asyncio.TaskGroup() as lanes:
            self._group, self._idle_s = lanes, idle_s
            lanes.create_task(self._keep(self._errands, self._errand_bell, idle_s))
            for account, lane in self._lanes.items():
                lanes.create_task(self._keep(partial(self._speak, account), lane.bell, idle_s))

    def stop(self) -> None:
        """Let ``run`` end once what is being said now is said and written down. Cancelling it leaves that in doubt."""
        self._stopping = True
        self.wake()

    def wake(self) -> None:
        """Something was written that may be due; may be called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ring)

    def note_link(self, account: str, state: LinkState) -> None:
        """The way of one account changed; one that comes online speaks at once."""
        lane = self._lanes[account]
        lane.state, lane.state_since = state, self._clock()
        if state is LinkState.ONLINE:
            lane.came_through()
        self.wake()  # others may have to take over

    def _ring(self) -> None:
        self._errand_bell.set()
        for lane in self._lanes.values():
            lane.bell.set()

    async def _keep(
        self, work: Callable[[], Awaitable[datetime | None]], bell: asyncio.Event, idle_s: float
    ) -> None:
        while not self._stopping:
            bell.clear()
            wait = idle_s
            try:
                until = await work() or await self._run_sync(self.outbox.next_due, self._clock())
                if until is not None:
                    wait = min(max((until - self._clock()).total_seconds(), 0.0), idle_s)
            except LeaseLost:
                log.warning("another process speaks for this account by now")
            except Exception:  # a lane outlives a lost database
                log.exception("delivery faltered")
            # Not wait_for: until Python 3.12 it forgets a cancellation that comes together with the bell.
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await bell.wait()

    async def _speak(self, account: str) -> datetime | None:
        """Say what one account can say now; the moment at which something due may go, None: nothing."""
        lane, channel = self._lanes[account], self._channels[account]
        while not self._stopping:
            now = self._clock()
            resting = lane.rests_until is not None and now < lane.rests_until
            if resting or lane.state not in SENDS:
                waits = await self._run_sync(self._has_due, account, now)
                return (lane.rests_until if resting else now + LONGEST_REST) if waits else None
            who = self._colleagues.speakers(account)
            found = await self._run_sync(
                self._chooser.next_word, who, channel.capabilities, lane.tired(self._pace, now), now
            )
            if not isinstance(found, Chosen):
                return found.until
            await self._say(channel, lane, found)
            tired = lane.tired(self._pace, self._clock())
            if found.row.rank > Rank.EMERGENCY and tired is not None:
                return tired.until  # emergencies go first: there was none
        return None

    async def _say(self, channel: Channel, lane: Lane, chosen: Chosen) -> None:
        """Say one claimed row and write down what came of it."""
        row = chosen.row
        self._crash_point("before_send")
        try:
            accepted = await channel.say(chosen.outgoing)
        except ChannelDown as down:
            self._crash_point("after_send")
            lane.stumbled(self._clock())
            self._on_sent(channel.account, SendOutcome.DOWN)
            await self._run_sync(self._try_later, row, lane.state is LinkState.ONLINE, str(down))
        except ChannelRefused as refused:
            self._crash_point("after_send")
            lane.came_through()
            log.warning("refused", outbox=row.id, key=row.key, case=row.case_id)
            await self._run_sync(self.outbox.give_up, row, f"refused: {refused}", self._clock())
        except Exception as lost:  # noqa: BLE001 - whatever it was, the words may be out
            self._crash_point("after_send")
            log.warning("in doubt", outbox=row.id, key=row.key, fault=type(lost).__name__)
            lane.stumbled(self._clock())
            self._spoke(lane, row)
            self._on_sent(channel.account, SendOutcome.LOST)
            why = "answer_lost" if isinstance(lost, AnswerLost) else type(lost).__name__
            await self._run_sync(self.outbox.doubt, row, why, self._clock())
        else:
            self._crash_point("after_send")
            lane.came_through()
            self._on_sent(channel.account, SendOutcome.ACCEPTED)
            at = self._spoke(lane, row)
            if row.parts_left:
                await self._run_sync(self.outbox.mark_part_sent, row, at)
            else:
                await self._run_sync(self.outbox.mark_sent, row.id, accepted.id, at)

    def _spoke(self, lane: Lane, row: Queued) -> datetime:
        at = self._clock()
        lane.spoke(at, row.rank, row.notice_id is not None, self._pace, self._dice())
        return at

    def _try_later(self, row: Queued, online: bool, why: str) -> None:
        """A try counts only while the account is said to be online; offline nothing is anybody's fault."""
        if online and row.attempts >= self._pace.tries:
            log.error("buried", outbox=row.id, key=row.key, case=row.case_id, tries=row.attempts)
            self.outbox.give_up(row, f"tries: {why}", self._clock())
        else:
            self.outbox.put_back(row, self._clock() + retry_after(row.rank, row.attempts), why, burn=online)

    def _has_due(self, account: str, now: datetime) -> bool:
        who = self._colleagues.speakers(account)
        return bool(self.outbox.due(who, now, emergencies_only=False, limit=1))

    async def _errands(self) -> datetime | None:
        """Ring whom the alarm path must ring, and give to people what no account can say."""
        await self._beside.run(self._clock())
        return None
