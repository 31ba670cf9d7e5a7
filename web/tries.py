"""How often one address may try to sign in: forgotten after a quarter of an hour, kept by this process alone."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

MOST, WITHIN = 20, timedelta(minutes=15)
MOST_ADDRESSES = 10_000


class Tries:
    """Counts tries by address."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._tries: dict[str, deque[datetime]] = {}
        self._lock = Lock()

    def may(self, address: str) -> bool:
        """Count a try; whether it may be looked at."""
        now = self._clock()
        with self._lock:
            if len(self._tries) >= MOST_ADDRESSES:
                self._tries = {a: t for a, t in self._tries.items() if t and now - t[-1] < WITHIN}
            mine = self._tries.setdefault(address, deque(maxlen=MOST))
            while mine and now - mine[0] >= WITHIN:
                mine.popleft()
            if len(mine) == MOST:
                return False
            mine.append(now)
            return True
