"""Looks whether something moved while somebody has a page open, and rings at those it concerns.

It reads the database and not the program's own events: what another process did is seen as well.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress

import structlog
from sqlalchemy.exc import SQLAlchemyError

from models.case_news import LATE, CaseNews, Moved
from models.rules.scope import Scope
from web.doors import Unsubscribe
from web.live import Subscribe

log = structlog.get_logger()
LOOKS_EVERY_S = 1.0
WATCHES_EVERY_S = 2.0

Ring = Callable[[], None]


class CasePulse:
    """One look a second for all open pages together; none while no page is open. Belongs to one event loop."""

    def __init__(self, news: CaseNews) -> None:
        self._news = news
        self._listeners: dict[int, tuple[Scope, Ring]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._count = 0

    def heard_by(self, scope: Scope) -> Subscribe:
        """What rings for somebody with this scope."""

        def subscribe(ring: Ring) -> Unsubscribe:
            self._count += 1
            mine = self._count
            self._listeners[mine] = scope, ring
            if self._looking is None or self._looking.done():
                self._looking = asyncio.get_running_loop().create_task(self._look())
            return lambda: self._leave(mine)

        return subscribe

    def _leave(self, mine: int) -> None:
        self._listeners.pop(mine, None)

    async def _look(self) -> None:
        last: int | None = None
        known: deque[int] = deque(maxlen=2 * LATE)
        while self._listeners:
            try:
                if last is None:
                    last = await asyncio.to_thread(self._news.newest)
                    known.extend(one.id for one in await asyncio.to_thread(self._news.since, last, ()))
                moved = await asyncio.to_thread(self._news.since, last, frozenset(known))
            except SQLAlchemyError as fault:
                log.warning("open pages are not told what is new", why=type(fault).__name__)
                moved = []
            known.extend(one.id for one in moved)
            last = max((last or 0, *(one.id for one in moved))) if moved else last
            self._ring(moved)
            await asyncio.sleep(LOOKS_EVERY_S)

    def _ring(self, moved: list[Moved]) -> None:
        for scope, ring in list(self._listeners.values()):
            if any(one.concerns(scope) for one in moved):
                ring()


def watching(look: Callable[[], object]) -> Subscribe:
    """Rings whenever what ``look`` returns is another; it is called in a thread."""

    async def watch(ring: Ring) -> None:
        seen: object = None
        with suppress(SQLAlchemyError):
            seen = await asyncio.to_thread(look)
        while True:
            await asyncio.sleep(WATCHES_EVERY_S)
            with suppress(SQLAlchemyError):  # the next look may find the database back
                now = await asyncio.to_thread(look)
                if now != seen:
                    seen = now
                    ring()

    def subscribe(ring: Ring) -> Unsubscribe:
        task = asyncio.get_running_loop().create_task(watch(ring))

        def stop() -> None:
            task.cancel()

        return stop

    return subscribe
