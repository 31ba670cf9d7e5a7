"""Every channel's events, in order per conversation, off the event loop; conversations run side by side."""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog

from bot.channels import Channel
from models.rules.message import ChannelEvent, FriendRequest, LinkChange, Message, Recalled, RoomEvent

log = structlog.get_logger()
Conversation = tuple[str, str, str]
WORKERS = 4
AT_ONCE = 50
"""Events of one conversation handled in one turn on a worker."""


class Ears:
    """Feeds ``hear`` with events: one conversation is one line of events, never two workers at once.

    ``most_waiting`` bounds what waits in memory: beyond it reading the channel pauses, and the gateway keeps the rest.
    """

    def __init__(self, hear: Callable[[ChannelEvent], None], most_waiting: int = 20_000) -> None:
        self._hear = hear
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

    def _queue(self, conversation: Conversation, event: ChannelEvent) -> None:
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
                    self._room.release()
        del self._waiting[conversation]

    def _hear_all(self, batch: list[ChannelEvent]) -> None:
        for event in batch:
            try:
                self._hear(event)
            except Exception:  # one event that cannot be taken must not silence its room
                log.exception("event failed", kind=type(event).__name__, id=getattr(event, "id", ""))

    async def close(self) -> None:
        """Finish what was taken, then stop."""
        while self._turns:
            await asyncio.wait(set(self._turns))
        self._pool.shutdown()


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
