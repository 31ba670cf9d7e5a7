"""One life of the program on one thread: what production's loops do, each done when it could be done.

``Machine`` is the quick part of this; here are also the ears, which wait for a database that is away, the watch over the
way to WeChat, and the patience with which each loop takes up again what failed.
"""

import random
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from bot.channels import Channel, ChannelDown
from bot.channels.simulator import SimulatedWeChat
from bot.delivery import Delivery
from bot.ears import AWAY, LONGEST_UNDER_WAY
from bot.habits import Habits
from bot.health import Heard, RoundTrip, SendOutcome, Sent
from bot.lanes import at_once, inline
from bot.listener import Listener
from bot.machine import ACCOUNT
from bot.parts import Parts
from bot.watch import Watch
from handlers.dispatch import Dispatch
from jobs.due_firings import fire_due
from jobs.schedule import JOBS, do_scheduled
from models.due import DueTable
from models.heartbeats import Heartbeats
from models.rules.message import LinkChange, LinkState, Message
from tests.faults.trouble import Trouble

HABITS = Habits()
TURNS = 2000
"""More of them at one moment mean that something turns for ever."""
AGAIN = timedelta(seconds=5)
Waiting = tuple[datetime, Message]
T = TypeVar("T")


class Life:
    """From one start to one end; ``clock`` is ours, which may be wrong; ``heard`` takes what was dealt with."""

    def __init__(
        self,
        engine: Engine,
        parts: Parts,
        clock: Callable[[], datetime],
        wechat: SimulatedWeChat,
        trouble: Trouble,
        heard: set[str],
    ) -> None:
        self.clock = clock
        self._heard = heard
        self.engine = engine
        self.channel = channel = wechat.connect(ACCOUNT)
        self._channels: dict[str, Channel] = {ACCOUNT: channel}
        self.dispatch = Dispatch(engine, parts.standing, clock)
        self.due = DueTable(engine, trouble.passes)
        self.delivery = Delivery(
            engine, parts.standing.texts, parts.standing.pace, self._channels, clock,
            random.Random(0).random,  # noqa: S311 - the same run every time
            inline, crash_point=trouble.passes, on_sent=self._sent,
        )  # fmt: skip
        self.listener = Listener(
            self.dispatch, parts.understanding, parts.standing.pace, parts.standing.secrets, clock,
            moods=parts.moods, receipts=parts.receipts, echo=self._echo,
        )  # fmt: skip
        self.watch = Watch(
            self._channels, self.dispatch, Heartbeats(engine), clock, HABITS.outage_told_after_s,
            timedelta(seconds=HABITS.under_way_s),
        )  # fmt: skip
        self.watch.take_up(ACCOUNT)
        self.dispatch.current_town()
        self._lines: dict[str, deque[Waiting]] = {}
        self._link: LinkChange | None = None
        self._done: dict[str, datetime] = {}
        self.jobs_at = self._jobs_done_at = clock()
        self._probed_at = clock()
        self.faltered = False
        """Something could not be done in the last turn: it is taken up again soon."""
        self.failed: list[str] = []
        """What no trouble explains."""

    def end(self) -> None:
        """It is gone, with all that was in memory."""
        self.channel.stop()
        self.engine.dispose()

    # -- time

    def leap(self, move: Callable[[], None]) -> None:
        """Time passes in which nothing was wrong: probes came back all the while."""
        self.watch.leap(move)

    def probe(self) -> None:
        """Time passes in which something may be wrong."""
        if abs((self.clock() - self._probed_at).total_seconds()) < HABITS.probe_s:
            return
        self._probed_at = self.clock()
        try:
            seconds: float | None = at_once(self.channel.round_trip())
        except ChannelDown:
            seconds = None
        self.watch.observe(ACCOUNT, RoundTrip(self.clock(), seconds))

    def beat(self) -> None:
        """Write until when everything heard is dealt with."""
        oldest = [max(line[0][1].at, line[0][0] - LONGEST_UNDER_WAY) for line in self._lines.values() if line]
        heard_until = min([*oldest, self.clock()])
        self._patiently("beat", lambda: self.watch.beat(heard_until))

    def turn(self) -> datetime | None:
        """Do all that can be done at this moment; when there is more to do, None: when somebody speaks."""
        self.faltered = False
        self._take()
        for _ in range(TURNS):
            self._hear_all()
            self._patiently("link", self._settle_link)
            self._patiently("due", lambda: fire_due(self.due, self.dispatch, self.clock))
            self._patiently("jobs", self._do_jobs)
            wait = self._patiently("delivery", lambda: at_once(self.delivery.step()))
            if not self._take() and wait != 0:
                break
        else:
            self.failed.append("it turns for ever")
        return self._next(wait)

    def _next(self, wait: float | None) -> datetime | None:
        now = self.clock()
        due = self._patiently("due", lambda: self.due.next_due(now))
        said = now + timedelta(seconds=wait) if wait is not None else None
        if self.faltered or any(self._lines.values()):
            return now + AGAIN
        return min((at for at in (said, due, self.jobs_at) if at is not None), default=None)

    def _do_jobs(self) -> None:
        now, failing = self.clock(), dict[str, datetime]()
        if self._jobs_done_at <= now < self.jobs_at:  # a clock that went back makes them be looked at again
            return
        do_scheduled(self.dispatch, self.clock, self._done, failing)
        self.faltered = self.faltered or bool(failing)
        self._jobs_done_at = now
        self.jobs_at = now + AGAIN if failing else min(job.next_due(now) for job in JOBS.values())

    def _patiently(self, what: str, work: Callable[[], T]) -> T | None:
        """A loop outlives a lost database; any other fault is told."""
        try:
            return work()
        except Exception as fault:  # noqa: BLE001 - as in production
            self.faltered = True
            if not isinstance(fault, DBAPIError):
                where = traceback.extract_tb(fault.__traceback__)[-1]
                self.failed.append(f"{what}: {type(fault).__name__}: {fault} ({where.name}, {where.lineno})")
            return None

    # -- hearing

    def _take(self) -> bool:
        """Whether anything was heard."""
        taken = self.channel.take()
        for event in taken:
            if isinstance(event, LinkChange):
                self._link = replace(event, at=self.clock())  # a channel notices by our clock
                self.watch.observe(ACCOUNT, self._link)
                if event.state is not LinkState.ONLINE:
                    self.delivery.note_link(ACCOUNT, event.state)
            elif isinstance(event, Message):
                self._lines.setdefault(event.room or event.sender, deque()).append((self.clock(), event))
        return bool(taken)

    def _settle_link(self) -> None:
        """What is said waits until the database knows what the change means."""
        self.watch.settle()
        if self._link is not None:
            self.delivery.note_link(ACCOUNT, self._link.state)
            self._link = None

    def _hear_all(self) -> None:
        for line in self._lines.values():
            while line and self._hears(line[0][1]):
                line.popleft()

    def _hears(self, message: Message) -> bool:
        """Whether this message is dealt with; a database that is away is waited for."""
        self.watch.observe(ACCOUNT, Heard(self.clock(), message.own, message.at))
        try:
            self.listener.hear(message)
        except AWAY:
            self.faltered = True
            return False
        except Exception as fault:  # noqa: BLE001 - as in production
            self.failed.append(f"event failed: {message.id} {type(fault).__name__}: {fault}")
        self._heard.add(message.id)
        return True

    def _echo(self, message: Message) -> None:
        self.delivery.outbox.reconcile_echo(
            message.channel, message.account, message.room or message.to or message.sender, message.text,
            message.id, message.at,
        )  # fmt: skip

    def _sent(self, account: str, outcome: SendOutcome) -> None:
        self.watch.observe(account, Sent(self.clock(), outcome))
