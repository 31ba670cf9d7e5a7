"""Reports that are made beside the page: where they lie until whoever asked for one takes it. For the web, which knows no tables.

They lie in the database, so that any process that serves pages can say how far one is and hand it out. Every method is
one short transaction of its own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Table, and_, delete, func, insert, select, update
from sqlmodel import SQLModel

from models.engine import for_writing
from models.rules.retention import EXPORTS_HELD
from models.secrets import new_link_token
from models.tables import ExportFile

STANDS_STILL = timedelta(minutes=5)
"""One of which nothing was written for so long was left by a process that ended."""
MOST = 3
"""Files made at the same time, by all processes together."""
FILE: Table = SQLModel.metadata.tables[str(ExportFile.__tablename__)]
_SHOWN = ("name", "back", "written", "done", "why", "moved_at")


@dataclass(frozen=True, slots=True)
class Making:
    """One file on its way. ``why``: there will be none, in words; ``left``: whoever made it is gone."""

    name: str
    back: str
    written: int
    done: bool
    why: str
    left: bool


class ExportFiles:
    """Each is seen and taken by the person who asked for it and by nobody else."""

    def __init__(self, engine: Engine) -> None:
        self._reading = engine
        self._writing = for_writing(engine)

    def add(self, person: int | None, name: str, back: str, now: datetime) -> str | None:
        """A new one; the ticket to ask by. None: too many are being made."""
        ticket = new_link_token()
        with self._writing.begin() as wire:
            busy = select(func.count()).where(~FILE.c.done, FILE.c.moved_at > now - STANDS_STILL)
            if int(wire.execute(busy).scalar_one()) >= MOST:
                return None
            row = {
                "ticket": ticket,
                "person_id": person,
                "name": name,
                "back": back,
                "began_at": now,
                "moved_at": now,
            }
            wire.execute(insert(FILE).values(**row, written=0, done=False, why="", content=b""))
        return ticket

    def move(self, ticket: str, written: int, now: datetime) -> None:
        """So many cases are written."""
        self._set(ticket, written=written, moved_at=now)

    def end(self, ticket: str, written: int, content: bytes, why: str, now: datetime) -> None:
        """It is done, or will never be."""
        self._set(ticket, written=written, content=content, why=why, done=True, moved_at=now)

    def find(self, ticket: str, person: int | None, now: datetime) -> Making | None:
        """How far one is; None: there is none of that ticket for this person, or its hour is over."""
        found = select(*(FILE.c[name] for name in _SHOWN)).where(_of(ticket, person, now))
        with self._reading.connect() as wire:
            row = wire.execute(found).one_or_none()
        if row is None:
            return None
        left = not row.done and now - row.moved_at > STANDS_STILL
        return Making(row.name, row.back, row.written, row.done, row.why, left)

    def content(self, ticket: str, person: int | None, now: datetime) -> bytes | None:
        """The finished file; None: there is none."""
        found = select(FILE.c.content).where(_of(ticket, person, now), FILE.c.done, FILE.c.why == "")
        with self._reading.connect() as wire:
            return wire.execute(found).scalar_one_or_none()

    def forget(self, ticket: str) -> None:
        """It was taken."""
        with self._writing.begin() as wire:
            wire.execute(delete(FILE).where(FILE.c.ticket == ticket))

    def sweep(self, now: datetime) -> None:
        """Throw away what nobody took within its hour; where there is nothing, nobody waits for a lock."""
        over = FILE.c.began_at <= now - EXPORTS_HELD
        with self._reading.connect() as wire:
            if wire.execute(select(FILE.c.id).where(over).limit(1)).first() is None:
                return
        with self._writing.begin() as wire:
            wire.execute(delete(FILE).where(over))

    def _set(self, ticket: str, **values: Any) -> None:
        with self._writing.begin() as wire:
            wire.execute(update(FILE).where(FILE.c.ticket == ticket).values(**values))


def _of(ticket: str, person: int | None, now: datetime) -> ColumnElement[bool]:
    mine = FILE.c.person_id.is_(None) if person is None else FILE.c.person_id == person
    return and_(FILE.c.ticket == ticket, mine, FILE.c.began_at > now - EXPORTS_HELD)
