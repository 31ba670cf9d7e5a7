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


def live(subscribe: Subscribe) -> StreamingResponse:
    """An event stream with one ``change`` event whenever ``subscribe`` calls back."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(subscribe), media_type="text/event-stream", headers=headers)


async def _events(subscribe: Subscribe) -> AsyncIterator[str]:
    loop, changed = asyncio.get_running_loop(), asyncio.Event()

    def ring() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(changed.set)

    unsubscribe = subscribe(ring)
    try:
        yield "retry: 1000\n\n"
        while True:
            try:
                await asyncio.wait_for(changed.wait(), BREATH_S)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            await asyncio.sleep(SETTLE_S)
            changed.clear()
            yield "event: change\ndata: .\n\n"
    finally:
        unsubscribe()
