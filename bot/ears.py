"""Every channel's events, in order per conversation, off the event loop; conversations run side by side."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from tenacity import RetryCallState, Retrying, retry_if_exception_type, sleep_using_event, wait_exponential

from bot.channels import Channel
from models.leases import LeaseLost
from models.rules.message import ChannelEvent, FriendRequest, LinkChange, Message, Recalled, RoomEvent

log = structlog.get_logger()
Conversation = tuple[str, str, str]
WORKERS = 4
AWAY = (OperationalError, InterfaceError, PoolExhausted)
"""The database, not the event, is what is wrong."""
LONGEST_WAIT_S = 900
"""So long an event may fail while others are taken; then it is given up, that its room may go on (and logged by its id)."""
LATELY = timedelta(seconds=60)
LONGEST_UNDER_WAY = timedelta(seconds=30)
AT_ONCE = 50
"""Events of one conversation handled in one turn on a worker."""


class Ears:
    """Feeds ``hear`` with events: one conversation is one line of events, never two workers at once.

    ``arrived`` is told of each event at once, on the event loop: that it came is known however long it then waits.
    ``most_waiting`` bounds what waits in memory: beyond it reading the channel pauses, and the gateway keeps the rest.
    ``waiting``: how many events that is at this moment, those being dealt with included.
    ``left_at``: when the oldest event was said that the end of the program left undone because the database was away;
    None: all was dealt with. Nothing may claim to have heard what came after it.
    """

    def __init__(
        self, hear: Callable[[ChannelEvent], None], clock: Callable[[], datetime],
        arrived: Callable[[ChannelEvent], None], most_waiting: int = 20_000,
    ) -> None:  # fmt: skip
        self._hear = hear
        self._arrived = arrived
        self._clock = clock
        self._oldest: dict[Conversation, deque[datetime]] = {}
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="hear")
        self._waiting: dict[Conversation, deque[ChannelEvent]] = {}
        self._room = asyncio.Semaphore(most_waiting)
        self._turns: set[asyncio.Task[None]] = set()
        self._closing = threading.Event()
        self._taken_at: datetime | None = None
        self.left_at: datetime | None = None
        self.waiting = 0

    async def listen(self, channel: Channel, note_link: Callable[[LinkChange], None]) -> None:
        """Take events until the channel is closed. Link changes go to ``note_link`` at once."""
        async for event in channel.events():
            if isinstance(event, LinkChange):
                note_link(event)
                continue
            self._arrived(event)
            await self._room.acquire()
            self._queue(_conversation(event), event)

    async def heard_until(self) -> datetime:
        """Everything that arrived and was said before this moment is dealt with, down to the database."""
        moments = [line[0] for line in self._oldest.values() if line]
        return min(moments, default=self._clock())

    def _queue(self, conversation: Conversation, event: ChannelEvent) -> None:
        self.waiting += 1
        self._oldest.setdefault(conversation, deque()).append(_said_at(event, self._clock()))
        line = self._waiting.get(conversation)
        if line is not None:
            line.append(event)
            return
        self._waiting[conversation] = deque([event])
        turn = asyncio.get_running_loop().create_task(self._take_turns(conversation))
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)

    async def _take_turns(self, conversation: Conversation) -> None:
        loop = asyncio.get_running_loop()
        line = self._waiting[conversation]
        while line:
            batch = [line.popleft() for _ in range(min(len(line), AT_ONCE))]
            try:
                await loop.run_in_executor(self._pool, self._hear_all, batch)
            finally:
                self.waiting -= len(batch)
                for _ in batch:
                    self._oldest[conversation].popleft()
                    self._room.release()
        del self._waiting[conversation]
        del self._oldest[conversation]

    def _hear_all(self, batch: list[ChannelEvent]) -> None:
        for event in batch:
            if self._closing.is_set() and self.left_at is not None:
                self._leave(event)
                continue
            try:
                self._hear(event)
                self._taken_at = self._clock()
            except LeaseLost:
                _log_too_late(event)
            except AWAY as fault:
                log.warning("database away", id=getattr(event, "id", ""), fault=type(fault).__name__)
                self._patiently(event)
            except Exception as fault:  # noqa: BLE001 - one event that cannot be taken must not silence its room
                _log_failed(event, fault)

    def _patiently(self, event: ChannelEvent) -> None:
        """A database that is away (restart, full disk) is waited for however long; the event stays at its place.

        Only the end of the program leaves it undone; then no heartbeat covers it, and the next start finds the gap.
        """
        again = Retrying(
            retry=retry_if_exception_type(AWAY),
            wait=wait_exponential(multiplier=0.2, max=10),
            sleep=sleep_using_event(self._closing),
            stop=self._gives_up,
            reraise=True,
        )
        try:
            again(self._hear, event)
        except LeaseLost:
            _log_too_late(event)
        except Exception as fault:  # noqa: BLE001 - see above
            if isinstance(fault, AWAY) and self._closing.is_set():
                self._leave(event)
            else:
                _log_failed(event, fault)

    def _gives_up(self, state: RetryCallState) -> bool:
        """At the end of the program, or when nothing but this event fails any more."""
        alone = self._taken_at is not None and self._clock() - self._taken_at < LATELY
        return self._closing.is_set() or (alone and (state.seconds_since_start or 0) >= LONGEST_WAIT_S)

    def _leave(self, event: ChannelEvent) -> None:
        said_at = _said_at(event, self._clock())
        self.left_at = min(self.left_at or said_at, said_at)
        log.error("event left undone", id=getattr(event, "id", ""))

    async def close(self) -> None:
        """Finish what was taken, then stop. A database that is away now is not waited for any more."""
        self._closing.set()
        while self._turns:
            await asyncio.wait(set(self._turns))
        self._pool.shutdown()


def _log_failed(event: ChannelEvent, fault: Exception) -> None:
    log.error("event failed", kind=type(event).__name__, id=getattr(event, "id", ""), exc_info=fault)


def _log_too_late(event: ChannelEvent) -> None:
    """Whoever acts for the account by now hears, or knows what was missed."""
    log.warning("heard too late", id=getattr(event, "id", ""))


def _said_at(event: ChannelEvent, now: datetime) -> datetime:
    """When it was said, as far as that can be the reason why it arrives only now; history is older than that."""
    return max(min(event.at, now), now - LONGEST_UNDER_WAY)


def _conversation(event: ChannelEvent) -> Conversation:
    if isinstance(event, Message):
        return (event.channel, event.account, event.room or event.sender)
    if isinstance(event, RoomEvent):
        return (event.channel, event.account, event.room)
    if isinstance(event, FriendRequest):
        return (event.channel, event.account, event.contact)
    if isinstance(event, Recalled):
        return (event.channel, event.account, event.room or event.message_id)
    return (event.channel, event.account, "")
