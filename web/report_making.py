"""Large exports are made beside the page: whoever asked sees how far it is, and takes the file when it is done."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from models.rules.refusals import Refusal

log = structlog.get_logger()
HELD_FOR = timedelta(minutes=30)
MOST = 3
"""Files made at the same time."""


@dataclass
class Making:
    """One file on its way. ``why``: it was refused, in words."""

    person: int | None
    name: str
    file: Path
    began: datetime
    back: str
    written: int = 0
    done: bool = False
    why: str = ""


class Makings:
    """Those of this process; the files are deleted when they were taken, or after half an hour."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[str, Making] = {}

    def start(
        self, making: Making, work: Callable[[Making], None], worded: Callable[[Refusal], str]
    ) -> str | None:
        """Start; the ticket to ask by. None: too many are being made."""
        self._sweep()
        with self._lock:
            if sum(not each.done for each in self._held.values()) >= MOST:
                return None
            ticket = secrets.token_urlsafe(16)
            self._held[ticket] = making
        threading.Thread(target=self._run, args=(making, work, worded), daemon=True).start()
        return ticket

    def find(self, ticket: str, person: int | None) -> Making | None:
        """What somebody asked for; nobody else's."""
        self._sweep()
        with self._lock:
            found = self._held.get(ticket)
        return found if found is not None and found.person == person else None

    def forget(self, ticket: str) -> None:
        """It was taken: the file goes."""
        with self._lock:
            found = self._held.pop(ticket, None)
        if found is not None:
            found.file.unlink(missing_ok=True)

    @staticmethod
    def _run(making: Making, work: Callable[[Making], None], worded: Callable[[Refusal], str]) -> None:
        try:
            work(making)
        except Refusal as refused:
            making.why = worded(refused)
        except Exception as fault:  # whoever waits must hear that it will not come
            log.exception("export failed", why=type(fault).__name__)
            making.why = "没有做成，不是您的错。请回到报表再试一次。"
        making.done = True

    def _sweep(self) -> None:
        now = self._clock()
        with self._lock:
            old = [ticket for ticket, each in self._held.items() if each.done and now - each.began > HELD_FOR]
        for ticket in old:
            self.forget(ticket)
