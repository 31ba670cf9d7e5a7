"""Events in the order the gateway gave them, though each must first be asked for.

A message event is only an id. Several are asked for at once and given out in order; one whose answer does
not come holds the others up for ``patience_s`` at most. What waits unasked is an id each, so a burst costs
little memory, and the event stream is read on: a probe's answer is never stuck behind messages nobody has
taken yet.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import structlog

from models.rules.message import ChannelEvent, LinkChange

log = structlog.get_logger(__name__)

Load = Callable[[], Awaitable[ChannelEvent | None]]


class _Place:
    """One event's place in the order."""

    __slots__ = ("asked", "event", "full", "load", "overtaken")

    def __init__(self, load: Load | None, event: ChannelEvent | None) -> None:
        self.load = load
        self.event = event
        self.asked = load is not None
        self.full = load is None
        self.overtaken = False


class Intake:
    """Between the event stream and whoever listens.

    ``ahead`` places are asked for before they are taken; beyond ``limit`` waiting places the stream rests.
    """

    def __init__(
        self, *, fetchers: int = 16, ahead: int = 256, limit: int = 100_000, patience_s: float = 3.0
    ) -> None:
        self._fetchers = fetchers
        self._limit = limit
        self._patience_s = patience_s
        self._notices: deque[LinkChange] = deque()
        self._places: deque[_Place] = deque()
        self._unasked: asyncio.Queue[_Place] = asyncio.Queue()
        self._ahead = asyncio.Semaphore(ahead)
        self._full = 0
        self._held_until: float | None = None
        self._news = asyncio.Event()
        self._spacious = asyncio.Event()
        self._spacious.set()
        self.closed = False

    def __len__(self) -> int:
        return len(self._places)

    @property
    def crowded(self) -> bool:
        """Whether the stream should rest: whoever listens is far behind."""
        return len(self._places) >= self._limit

    async def space(self) -> None:
        """Wait until the stream may go on."""
        if self.crowded:
            self._spacious.clear()
            await self._spacious.wait()

    def notice(self, change: LinkChange) -> None:
        """The state of the way itself overtakes everything: it is news even while messages are stuck."""
        self._notices.append(change)
        self._news.set()

    def put(self, event: ChannelEvent) -> None:
        """An event that needs nothing more."""
        self._places.append(_Place(None, event))
        self._full += 1
        self._news.set()

    def ask(self, load: Load) -> None:
        """An event still to be asked for; ``load`` returns it, or None where nothing came of it."""
        place = _Place(load, None)
        self._places.append(place)
        self._unasked.put_nowait(place)

    async def work(self) -> None:
        """Ask for what is to be asked for, for as long as the channel is open."""
        workers = [asyncio.create_task(self._fetch()) for _ in range(self._fetchers)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def take(self) -> ChannelEvent | None:
        """The next event; None once closed."""
        while not self.closed:
            if self._notices:
                return self._notices.popleft()
            event = self._first()
            if event is not None:
                return event
            self._news.clear()
            try:
                async with asyncio.timeout_at(self._patience_ends()):
                    await self._news.wait()
            except TimeoutError:
                self._overtake()
        return None

    def close(self) -> None:
        """Let ``take`` and ``space`` return."""
        self.closed = True
        self._news.set()
        self._spacious.set()

    async def _fetch(self) -> None:
        while not self.closed:
            await self._ahead.acquire()
            place = await self._unasked.get()
            place.event = await _loaded(place.load)
            place.load = None
            place.full = True
            if place.overtaken:
                self._places.appendleft(place)
            self._full += 1
            self._news.set()

    def _first(self) -> ChannelEvent | None:
        while self._places and self._places[0].full:
            place = self._places.popleft()
            self._full -= 1
            self._held_until = None
            self._spacious.set()
            if place.asked:
                self._ahead.release()
            if place.event is not None:
                return place.event
        return None

    def _patience_ends(self) -> float | None:
        """When the first place stops holding up the others; None while nothing waits behind it."""
        if self._full and self._held_until is None:
            self._held_until = asyncio.get_running_loop().time() + self._patience_s
        return self._held_until

    def _overtake(self) -> None:
        """The first places may still be given out once answered, but no longer hold up the others."""
        self._held_until = None
        while self._places and not self._places[0].full:
            self._places.popleft().overtaken = True


async def _loaded(load: Load | None) -> ChannelEvent | None:
    try:
        return await load() if load is not None else None
    except Exception:
        # A fault of ours in one event must not leave the places behind it unasked for ever.
        log.exception("event could not be read")
        return None
