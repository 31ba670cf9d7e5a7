"""The whole program on one thread with a virtual clock: listener, dispatch, database, delivery and due table.

The same parts as production, only the channel and the clock are stand-ins; the same calls give the same run (design §7).
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from bot.channels.simulator import SimulatedWeChat
from bot.delivery import Delivery
from bot.lanes import at_once, inline
from bot.listener import Listener
from bot.parts import Parts
from handlers.dispatch import Dispatch, Outcome
from jobs.due_firings import fire_due
from models.due import DueTable
from models.rules.message import Message

ACCOUNT = "main"


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """The virtual moment."""
        return self.at


class Machine:
    """One simulated WeChat with one account, and everything of ours behind it."""

    def __init__(
        self,
        engine: Engine,
        parts: Parts,
        clock: HandClock,
        wechat: SimulatedWeChat,
        crash_point: Callable[[str], None] = lambda _: None,
    ) -> None:
        """``wechat`` holds the account ``main`` already."""
        self.clock = clock
        self.wechat = wechat
        self.channel = channel = wechat.connect(ACCOUNT)
        self.dispatch = Dispatch(engine, parts.standing, clock)
        self.due = DueTable(engine, crash_point)
        self.delivery = Delivery(
            engine, parts.standing.texts, parts.standing.pace, {ACCOUNT: channel}, clock,
            random.Random(0).random,  # noqa: S311 - the same run every time
            inline, crash_point=crash_point,
        )  # fmt: skip
        self.listener = Listener(
            self.dispatch,
            parts.understanding,
            parts.standing.pace,
            parts.standing.secrets,
            clock,
            moods=parts.moods,
            asks=parts.asks,
        )

    def close(self) -> None:
        """Leave the simulated WeChat."""
        self.channel.stop()

    def hear(self, message: Message) -> tuple[Outcome, ...]:
        """One message reaches the listener."""
        return self.listener.hear(message)

    def advance(self, until: datetime) -> datetime | None:
        """Let everything happen that falls due up to a moment, each at its own time.

        Returns:
            When something of ours falls due next, None: nothing waits. What is heard meanwhile may be due earlier.
        """
        while True:
            coming = self._work()
            if coming is None or coming > until:
                self.clock.at = max(until, self.clock())
                return coming
            self.clock.at = coming

    def _work(self) -> datetime | None:
        """Do all that is due at this moment; the next moment at which something is."""
        due = self.due.next_due(self.clock())
        while True:
            if due is not None and due <= self.clock():
                fire_due(self.due, self.dispatch, self.clock)
                due = self.due.next_due(self.clock())
            wait = at_once(self.delivery.step())
            if wait != 0:
                now = self.clock()
                said = now + timedelta(seconds=wait) if wait is not None else None
                return min(
                    (moment for moment in (said, due) if moment is not None and moment > now), default=None
                )
