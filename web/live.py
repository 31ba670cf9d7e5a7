"""Tells open pages that there is something new: server-sent events that carry no content of their own."""

import asyncio
from collections.abc import AsyncIterator, Callable

from fastapi.responses import StreamingResponse

from web.doors import Unsubscribe

BREATH_S = 15
"""Seconds between signs of life, so that proxies and browsers keep the stream open."""
SETTLE_S = 0.05
"""Seconds in which several changes become one event."""

Subscribe = Callable[[Callable[[], None]], Unsubscribe]


class LiveStreams:
    """All open event streams of one application; ``close`` ends them, so that a stopping server need not wait."""

    def __init__(self) -> None:
        self._open: set[asyncio.Event] = set()
        self._closing = False

    def stream(self, subscribe: Subscribe) -> StreamingResponse:
        """An event stream with one ``change`` event whenever ``subscribe`` calls back."""
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._events(subscribe), media_type="text/event-stream", headers=headers)

    def close(self) -> None:
        """End every stream (called on the server's event loop)."""
        self._closing = True
        for changed in self._open:
            changed.set()

    async def _events(self, subscribe: Subscribe) -> AsyncIterator[str]:
        loop, changed = asyncio.get_running_loop(), asyncio.Event()

        def ring() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(changed.set)

        unsubscribe = subscribe(ring)
        self._open.add(changed)
        try:
            yield "retry: 1000\n\n"
            while not self._closing:
                yield await _next(changed)
        finally:
            self._open.discard(changed)
            unsubscribe()


async def _next(changed: asyncio.Event) -> str:
    """What to send next: a change, or a sign of life."""
    try:
        async with asyncio.timeout(BREATH_S):
            await changed.wait()
    except TimeoutError:
        return ": still here\n\n"
    await asyncio.sleep(SETTLE_S)
    changed.clear()
    return "event: change\ndata: .\n\n"
