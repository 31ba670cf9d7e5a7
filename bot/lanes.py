"""What is remembered of an account between two things it says. All of it can be rebuilt from the outbox."""

import asyncio
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

import structlog

from models.rules.message import LinkState
from models.rules.pacing import Pace, Rank, Wait, back_off, gap_after
from models.rules.tally import Spoken, account_may_speak, day_began

log = structlog.get_logger()
T = TypeVar("T")

SENDS = frozenset({LinkState.ONLINE, LinkState.DEAF})
"""States in which an account can send. A deaf one does not hear its echo, but emergencies must go out."""
LONGEST_REST = timedelta(seconds=60)
LONGEST_GAP = timedelta(minutes=10)
"""No gap between two things said is longer: our clock was ahead and has been put right."""
GIVEN_UP_AFTER = timedelta(minutes=30)
"""An account logged out for this long is waited for no more: a person says what its rooms must hear."""
ANOTHER_TAKES_OVER = 3
"""Failures in a row after which another account of ours in the same room speaks."""


@dataclass
class Lane:
    """One account. ``said`` holds the moments of what it said today, emergencies apart, oldest first."""

    said: list[datetime] = field(default_factory=list)
    free_at: datetime | None = None
    state: LinkState = LinkState.ONLINE
    state_since: datetime | None = None
    failures: int = 0
    rests_until: datetime | None = None
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    def remember(self, said: Iterable[Spoken], pace: Pace, dice: float) -> None:
        """Take up where the rows of the outbox say this account stopped."""
        heard = list(said)
        self.said = [s.at for s in heard if s.rank > Rank.EMERGENCY]
        if heard:
            self.spoke_at(heard[-1].at, heard[-1].rank, heard[-1].is_notice, pace, dice)

    def spoke(self, at: datetime, rank: int, is_notice: bool, pace: Pace, dice: float) -> None:
        """Something was said, or may have been: the account rests as after any send."""
        if rank > Rank.EMERGENCY:
            kept_since = min(day_began(at), at - timedelta(hours=1))
            self.said = [*self.said[bisect_left(self.said, kept_since) :], at]
        self.spoke_at(at, rank, is_notice, pace, dice)

    def spoke_at(self, at: datetime, rank: int, is_notice: bool, pace: Pace, dice: float) -> None:
        """Set the moment from which the account is free again.

        An emergency notice goes to many rooms: it rests like replies do, or the account is blocked.
        """
        gap = gap_after(Rank(rank), pace, dice)
        free = at + timedelta(seconds=max(gap, pace.reply_gap_s) if is_notice else gap)
        self.free_at = max(free, self.free_at or free)

    def tired(self, pace: Pace, now: datetime) -> Wait | None:
        """Why this account may say nothing but emergencies now."""
        if self.free_at is not None and now < self.free_at <= now + LONGEST_GAP:
            return Wait(self.free_at, "gap")
        return account_may_speak(self.said, pace, now)

    def came_through(self) -> None:
        """The channel answered: whatever failed before is over."""
        self.failures, self.rests_until = 0, None

    def stumbled(self, now: datetime) -> None:
        """The way failed: rest, longer each time, at most a minute."""
        self.failures += 1
        self.rests_until = now + min(back_off(self.failures), LONGEST_REST)

    def is_up(self) -> bool:
        """Whether rooms should wait for this account rather than for another one in them."""
        return self.state in SENDS and self.failures < ANOTHER_TAKES_OVER

    def is_given_up(self, now: datetime) -> bool:
        """Whether this account was logged out so long ago that people must speak in its place."""
        lost = self.state is LinkState.LOGGED_OUT and self.state_since is not None
        return lost and self.state_since is not None and now - self.state_since >= GIVEN_UP_AFTER


class RunSync(Protocol):
    """Runs a function that blocks: in a thread in production, inline in a simulation."""

    def __call__(self, function: Callable[..., T], /, *args: Any) -> Awaitable[T]:
        """Await its result."""
        ...


async def inline(function: Callable[..., T], /, *args: object) -> T:
    """``RunSync`` on one thread."""
    return function(*args)


def at_once(waiting: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never really waits (inline database, simulated channel) without an event loop.

    Raises:
        RuntimeError: it did wait.
    """
    try:
        waiting.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    waiting.close()
    raise RuntimeError("something waited that must not wait in a simulation")


def log_alarm(identity_id: int, text: str) -> None:  # noqa: ARG001 - words never reach the log
    """The alarm path where none is configured: an error line by id, for whoever watches the log."""
    log.error("alarm: call this contact", identity=identity_id)
