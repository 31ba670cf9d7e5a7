"""The whole program on one thread with a virtual clock: listener, dispatch, database, delivery and due table.

The same parts as production, only the channel and the clock are stand-ins; the same calls give the same run (design §7).
"""

import asyncio
import random
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Engine

from bot.channels.simulator import SimulatedWeChat
from bot.delivery import Delivery
from bot.lanes import inline
from bot.listener import Listener
from bot.parts import Parts
from handlers.dispatch import Dispatch, Outcome
from jobs.due_firings import fire_due
from models.due import DueTable
from models.rules.message import Message

T = TypeVar("T")
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
        channel = wechat.connect(ACCOUNT)
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
        )
        self._loop = asyncio.new_event_loop()

    def close(self) -> None:
        """Let go of the loop."""
        self._loop.close()

    def hear(self, message: Message) -> tuple[Outcome, ...]:
        """One message reaches the listener."""
        return self.listener.hear(message)

    def advance(self, until: datetime) -> None:
        """Let everything happen that falls due up to a moment, each at its own time."""
        while True:
            fire_due(self.due, self.dispatch, self.clock)
            wait = self._run(self.delivery.step())
            if wait == 0:
                continue
            now = self.clock()
            moments = [until]
            if wait is not None:
                moments.append(now + timedelta(seconds=wait))
            due = self.due.next_due(now)
            if due is not None:
                moments.append(due)
            coming = min(m for m in moments if m > now) if any(m > now for m in moments) else until
            if coming >= until:
                self.clock.at = max(until, now)
                fire_due(self.due, self.dispatch, self.clock)
                while self._run(self.delivery.step()) == 0:
                    pass
                return
            self.clock.at = coming

    def next_moment(self) -> datetime | None:
        """When something of ours falls due next, None: nothing waits. Asked after ``advance``."""
        now = self.clock()
        wait = self._run(self.delivery.step())
        said = now + timedelta(seconds=wait) if wait is not None else None
        due = self.due.next_due(now)
        return min((moment for moment in (said, due) if moment is not None), default=None)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(work)
