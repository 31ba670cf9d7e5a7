"""Every channel's events, in order per conversation, off the event loop; conversations run side by side."""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_exponential

from bot.channels import Channel
from models.leases import LeaseLost
from models.rules.message import ChannelEvent, FriendRequest, LinkChange, Message, Recalled, RoomEvent

log = structlog.get_logger()
Conversation = tuple[str, str, str]
WORKERS = 4
AWAY = (OperationalError, InterfaceError, PoolExhausted)
"""The database, not the event, is what is wrong."""
LONGEST_WAIT_S = 900
"""So long a database may be away before an event is given up (and logged by its id)."""
LONGEST_UNDER_WAY = timedelta(seconds=30)
AT_ONCE = 50
"""Events of one conversation handled in one turn on a worker."""


class Ears:
    """Feeds ``hear`` with events: one conversation is one line of events, never two workers at once.

    ``most_waiting`` bounds what waits in memory: beyond it reading the channel pauses, and the gateway keeps the rest.
    """

    def __init__(
        self, hear: Callable[[ChannelEvent], None], clock: Callable[[], datetime], most_waiting: int = 20_000
    ) -> None:
        self._hear = hear
        self._clock = clock
        self._oldest: dict[Conversation, deque[datetime]] = {}
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="hear")
        self._waiting: dict[Conversation, deque[ChannelEvent]] = {}
        self._room = asyncio.Semaphore(most_waiting)
        self._turns: set[asyncio.Task[None]] = set()

    async def listen(self, channel: Channel, note_link: Callable[[LinkChange], None]) -> None:
        """Take events until the channel is closed. Link changes go to ``note_link`` at once."""
        async for event in channel.events():
            if isinstance(event, LinkChange):
                note_link(event)
                continue
            await self._room.acquire()
            self._queue(_conversation(event), event)

    async def heard_until(self) -> datetime:
        """Everything that arrived and was said before this moment is dealt with, down to the database."""
        moments = [line[0] for line in self._oldest.values() if line]
        return min(moments, default=self._clock())

    def _queue(self, conversation: Conversation, event: ChannelEvent) -> None:
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
                for _ in batch:
                    self._oldest[conversation].popleft()
                    self._room.release()
        del self._waiting[conversation]
        del self._oldest[conversation]

    def _hear_all(self, batch: list[ChannelEvent]) -> None:
        for event in batch:
            try:
                self._hear(event)
            except LeaseLost:  # whoever acts for the account by now hears, or knows what was missed
                log.warning("heard too late", id=getattr(event, "id", ""))
            except AWAY as fault:
                log.warning("database away", id=getattr(event, "id", ""), fault=type(fault).__name__)
                self._patiently(event)
            except Exception as fault:  # noqa: BLE001 - one event that cannot be taken must not silence its room
                _log_failed(event, fault)

    def _patiently(self, event: ChannelEvent) -> None:
        """A database that is away for a while (restart, full disk) is waited for; the event stays at its place."""
        again = Retrying(
            retry=retry_if_exception_type(AWAY),
            wait=wait_exponential(multiplier=0.2, max=10),
            stop=stop_after_delay(LONGEST_WAIT_S),
            reraise=True,
        )
        try:
            again(self._hear, event)
        except Exception as fault:  # noqa: BLE001 - see above
            _log_failed(event, fault)

    async def close(self) -> None:
        """Finish what was taken, then stop."""
        while self._turns:
            await asyncio.wait(set(self._turns))
        self._pool.shutdown()


def _log_failed(event: ChannelEvent, fault: Exception) -> None:
    log.error("event failed", kind=type(event).__name__, id=getattr(event, "id", ""), exc_info=fault)


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
