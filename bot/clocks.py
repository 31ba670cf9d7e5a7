"""A clock that a person or a test can move, hold still and let run: the time of the demo and of replays."""

import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta

from models.rules.pacing import SHANGHAI

MORNING = time(7, 30)
"""When the quiet hours' digest is out (conversation rules §3)."""


class MovableClock:
    """Tells the virtual moment; calling it returns an aware UTC datetime, never earlier than before."""

    def __init__(
        self, real: Callable[[], datetime], start: datetime | None = None, *, running: bool = True
    ) -> None:
        """Start at ``start`` (None: at the real moment), running with the real clock or standing still."""
        self._real = real
        self._base_real = real()
        self._base = start or self._base_real
        self._running = running
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], None]] = []

    def __call__(self) -> datetime:
        """The virtual moment."""
        with self._lock:
            return self._now()

    @property
    def running(self) -> bool:
        """Whether it runs with the real clock."""
        return self._running

    def advance(self, step: timedelta) -> None:
        """Move it on. Raises ValueError for a step back."""
        if step < timedelta(0):
            raise ValueError("a clock moves forwards only")
        with self._lock:
            self._base, self._base_real = self._now() + step, self._real()
        self._tell()

    def set_running(self, running: bool) -> None:
        """Let it run, or hold it still."""
        with self._lock:
            self._base, self._base_real = self._now(), self._real()
            self._running = running
        self._tell()

    def to_morning(self) -> timedelta:
        """How far the next 07:30 in Shanghai is."""
        here = self().astimezone(SHANGHAI)
        morning = datetime.combine(here.date(), MORNING, SHANGHAI)
        return (morning if morning > here else morning + timedelta(days=1)) - here

    def on_move(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` after every move, stop and start; returns what ends the subscription."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def _now(self) -> datetime:
        return self._base + (self._real() - self._base_real if self._running else timedelta(0))

    def _tell(self) -> None:
        for listener in list(self._listeners):
            listener()
