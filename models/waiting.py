"""What waits, is in doubt or was buried, for people to see: counts and pages with a total order."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, case, func, or_, select

from models.outbox_rows import OUTBOX, ROOM

OPEN = ("queued", "sending", "unknown", "relay")
"""States that still ask for something: for time, for an echo, or for a person."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of a status page: ids and states; ``text`` only of what a person shall copy."""

    id: int
    state: str
    key: str
    rank: int
    room_id: int | None
    title: str
    """The room's name; empty for private words."""
    identity_id: int | None
    case_id: int | None
    notice_id: int | None
    not_before: datetime
    attempts: int
    why: str
    account: str
    text: str


@dataclass(frozen=True, slots=True)
class Depth:
    """How much waits in a state, and since when the oldest of it is due."""

    state: str
    count: int
    oldest: datetime


Cursor = tuple[datetime, int]
"""(not_before, id) of the last line seen."""


class WaitingList:
    """Reads only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def depths(self) -> list[Depth]:
        """Open and buried rows by state: the health of delivery."""
        found = (
            select(OUTBOX.c.state, func.count(), func.min(OUTBOX.c.not_before))
            .where(OUTBOX.c.state.in_((*OPEN, "dead")))
            .group_by(OUTBOX.c.state)
            .order_by(OUTBOX.c.state)
        )
        with self._engine.connect() as connection:
            return [Depth(*row) for row in connection.execute(found)]

    def waiting(
        self, states: tuple[str, ...] = OPEN, after: Cursor | None = None, limit: int = 50
    ) -> list[Waiting]:
        """A page of rows in these states, the longest due first, from behind ``after``."""
        shown = [OUTBOX.c[name] for name in Waiting.__slots__ if name not in {"title", "text"}]
        words = case((OUTBOX.c.state == "relay", OUTBOX.c.text), else_="")
        wanted: list[ColumnElement[bool]] = [OUTBOX.c.state.in_(states)]
        if after is not None:
            at, row = after
            wanted.append(or_(OUTBOX.c.not_before > at, and_(OUTBOX.c.not_before == at, OUTBOX.c.id > row)))
        found = (
            select(*shown, func.coalesce(ROOM.c.title, "").label("title"), words.label("text"))
            .select_from(OUTBOX.outerjoin(ROOM, OUTBOX.c.room_id == ROOM.c.id))
            .where(*wanted)
            .order_by(OUTBOX.c.not_before, OUTBOX.c.id)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [Waiting(**row) for row in connection.execute(found).mappings()]


def cursor_of(row: Waiting) -> Cursor:
    """Where the next page begins."""
    return row.not_before, row.id
