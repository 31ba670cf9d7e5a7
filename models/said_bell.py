"""Between processes on PostgreSQL: something was written to be said. It only saves waiting; who misses it looks anyway."""

from collections.abc import Callable, Iterator
from contextlib import closing

from sqlalchemy import Engine, text

CHANNEL = "linli_said"
LOOKS_EVERY_S = 1.0
"""So often whoever listens sees that it shall stop."""
_RING = text(f"NOTIFY {CHANNEL}")


class SaidBell:
    """Rings in every process that listens, the own one included."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ring(self) -> None:
        """After the commit, in a transaction of its own: a bell that fails undoes nothing."""
        with self._engine.begin() as wire:
            wire.execute(_RING)

    def heard(self, go_on: Callable[[], bool]) -> Iterator[None]:
        """Once for each time it rings, while ``go_on``; on a connection of its own. Raises what the database raises."""
        raw = self._engine.raw_connection()
        wire = raw.driver_connection
        raw.detach()  # it never goes back to the pool: it stays subscribed
        if wire is None:
            return
        with closing(wire):
            wire.autocommit = True
            wire.execute(f"LISTEN {CHANNEL}")
            while go_on():
                if any(True for _ in wire.notifies(timeout=LOOKS_EVERY_S, stop_after=1)):
                    yield
