"""How often somebody may try something within a time: kept by this process alone."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

MOST, WITHIN = 20, timedelta(minutes=15)
"""Signing in from one address."""
MOST_ADDRESSES = 10_000


class Tries:
    """Counts tries by address, or by whatever else stands for who tries: at most ``most`` ``within`` a time."""

    def __init__(self, clock: Callable[[], datetime], most: int = MOST, within: timedelta = WITHIN) -> None:
        self._clock = clock
        self._most = most
        self.within = within
        self._tries: dict[str, deque[datetime]] = {}
        self._lock = Lock()

    def may(self, address: str) -> bool:
        """Count a try; whether it may be looked at."""
        now = self._clock()
        with self._lock:
            if len(self._tries) >= MOST_ADDRESSES:
                self._tries = {a: t for a, t in self._tries.items() if t and now - t[-1] < self.within}
                # Whoever has so many addresses is not stopped by counting them: the oldest make room.
                for oldest in list(self._tries)[: len(self._tries) - MOST_ADDRESSES * 9 // 10]:
                    del self._tries[oldest]
            mine = self._tries.setdefault(address, deque(maxlen=self._most))
            while mine and now - mine[0] >= self.within:
                mine.popleft()
            if len(mine) == self._most:
                return False
            mine.append(now)
            return True
