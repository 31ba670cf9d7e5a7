"""Tells open pages that there is something new: server-sent events that carry no content of their own."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable

from fastapi import Response, status
from fastapi.responses import StreamingResponse

from web.doors import Unsubscribe

BREATH_S = 15
"""Seconds between signs of life, so that proxies keep the stream open and a page knows that it still hears."""
SETTLE_S = 0.05
"""Seconds in which several changes become one event."""
MOST_OPEN = 6
"""Streams of one browser at a time; browsers open no more connections to one place."""

Subscribe = Callable[[Callable[[], None]], Unsubscribe]


class LiveStreams:
    """All open event streams of one application; ``close`` ends them, so that a stopping server need not wait."""

    def __init__(self, breath_s: float = BREATH_S) -> None:
        self._breath_s = breath_s
        self._open: set[asyncio.Event] = set()
        self._held: Counter[str] = Counter()
        self._closing = False

    def stream(
        self, subscribe: Subscribe, *, whose: str = "", still: Callable[[], bool] = lambda: True
    ) -> Response:
        """An event stream with one ``change`` event whenever ``subscribe`` calls back.

        ``whose``: the browser it belongs to; one with too many gets 429 and asks again by itself, as where streams are
        blocked. ``still``: asked in a thread at every breath; the stream ends when it is no longer true.
        """
        if whose and self._held[whose] >= MOST_OPEN:
            return Response(status_code=status.HTTP_429_TOO_MANY_REQUESTS)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        events = self._events(subscribe, whose, still)
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)

    def close(self) -> None:
        """End every stream (called on the server's event loop)."""
        self._closing = True
        for changed in self._open:
            changed.set()

    async def _events(
        self, subscribe: Subscribe, whose: str, still: Callable[[], bool]
    ) -> AsyncIterator[str]:
        loop, changed = asyncio.get_running_loop(), asyncio.Event()

        def ring() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(changed.set)

        unsubscribe = subscribe(ring)
        self._open.add(changed)
        self._held[whose] += 1
        try:
            yield "retry: 1000\n\n"
            while not self._closing:
                told = await self._next(changed)
                if not told and not await asyncio.to_thread(still):
                    return
                yield told or "event: alive\ndata: .\n\n"
        finally:
            self._open.discard(changed)
            self._held[whose] -= 1
            if not self._held[whose]:
                del self._held[whose]
            unsubscribe()

    async def _next(self, changed: asyncio.Event) -> str:
        """A change, or nothing until the next breath."""
        try:
            async with asyncio.timeout(self._breath_s):
                await changed.wait()
        except TimeoutError:
            return ""
        await asyncio.sleep(SETTLE_S)
        changed.clear()
        return "event: change\ndata: .\n\n"
