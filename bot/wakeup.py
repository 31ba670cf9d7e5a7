"""What one process writes to be said, another one says at once."""

import threading
from collections.abc import Callable

import psycopg
import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from models.said_bell import SaidBell

log = structlog.get_logger()
AGAIN_AFTER_S = 2.0


class Wakeup:
    """Listens in a thread until stopped, and rings for the others. ``wake`` may be called from any thread."""

    def __init__(self, engine: Engine, wake: Callable[[], None]) -> None:
        self._bell = SaidBell(engine)
        self._wake = wake
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True, name="wakeup")

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """End; takes up to a second."""
        self._over.set()
        self._thread.join()

    def ring(self) -> None:
        """Something was committed that must be said, perhaps by another process; it is found without this as well."""
        try:
            self._bell.ring()
        except SQLAlchemyError as fault:
            log.warning("other processes not woken", fault=type(fault).__name__)

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                for _ in self._bell.heard(lambda: not self._over.is_set()):
                    self._wake()
            except (SQLAlchemyError, psycopg.Error) as fault:
                log.warning("not woken by other processes for a while", fault=type(fault).__name__)
                self._over.wait(AGAIN_AFTER_S)
