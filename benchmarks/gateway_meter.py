"""What both gateway clients measure of themselves; standard library only, because the peer lives elsewhere.

Speaks JSON lines on standard output and obeys words on standard input: ``burst N`` counts N messages, ``know`` loads
everybody, end of input ends the process.
"""

import asyncio
import json
import resource
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

TICK_S = 0.01


def megabytes() -> float:
    """Resident memory now, or at its most where the system does not tell."""
    pages = Path("/proc/self/statm")
    if pages.exists():
        return int(pages.read_text().split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def tell(**facts: float) -> None:
    print(json.dumps(facts), flush=True)


class Meter:
    """Counts messages and the worst time the event loop kept anybody waiting."""

    def __init__(self) -> None:
        self._left = 0
        self._all = asyncio.Event()
        self._lag = 0.0

    def heard(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._all.set()

    async def obey(self, know: Callable[[], Awaitable[None]]) -> None:
        """Announce oneself, then do as told until the input ends."""
        watching = asyncio.create_task(self._watch())
        tell(ready=1, idle_mb=megabytes())
        while line := await asyncio.to_thread(sys.stdin.readline):
            match line.split():
                case ["burst", count]:
                    await self._burst(int(count))
                case ["know"]:
                    await know()
                    tell(knowing_mb=megabytes())
        watching.cancel()

    async def _burst(self, count: int) -> None:
        loop = asyncio.get_running_loop()
        self._left, self._lag = count, 0.0
        self._all.clear()
        tell(go=1)
        began = loop.time()
        await self._all.wait()
        took = loop.time() - began
        await asyncio.sleep(2 * TICK_S)  # a loop held up to the very end shows in the next tick
        tell(seconds=took, lag=self._lag, burst_mb=megabytes())

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(TICK_S)
            self._lag = max(self._lag, loop.time() - before - TICK_S)
