"""The book of alarms: what was raised, what is over, and what went out by which way; one small transaction each.

Several processes may see the same trouble: of one subject one alarm is open, and one process at a time tells of it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, RowMapping, Table, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from models import tables
from models.engine import for_writing
from models.rules.alarming import FORGOTTEN_AFTER, Alarm, News
from models.rules.health import Part, Sign

ALARM: Table = SQLModel.metadata.tables[str(tables.AlarmRow.__tablename__)]
TELLING = timedelta(minutes=2)
"""Longer than all ways together may take."""


class AlarmBook:
    """Reads and writes the rows."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = for_writing(engine)

    def live(self, now: datetime) -> list[Alarm]:
        """Open alarms, and those that were over lately, oldest first."""
        lately = or_(ALARM.c.cleared_at.is_(None), ALARM.c.cleared_at > now - FORGOTTEN_AFTER)
        with self._engine.connect() as connection:
            found = connection.execute(select(ALARM).where(lately).order_by(ALARM.c.id)).mappings()
            return [_alarm(row) for row in found]

    def open(self, sign: Sign, now: datetime) -> bool:
        """Raise an alarm; whether it was not open already."""
        row: dict[str, Any] = {
            "part": sign.part.value, "of": sign.of, "word": sign.word, "blanks": dict(sign.blanks),
            "since": sign.since or now, "raised_at": now, "told": {},
        }  # fmt: skip
        try:
            with self._writing.begin() as connection:
                connection.execute(insert(ALARM).values(row))
        except IntegrityError:  # another process saw it first
            return False
        return True

    def close(self, alarm: int, now: datetime) -> None:
        """It is over."""
        self._change(
            update(ALARM).where(ALARM.c.id == alarm, ALARM.c.cleared_at.is_(None)).values(cleared_at=now)
        )

    def take(self, alarm: int, now: datetime) -> bool:
        """Whether this process may tell of it now; ``told`` or time gives it back."""
        free = or_(ALARM.c.leased_until.is_(None), ALARM.c.leased_until <= now)
        return self._change(
            update(ALARM).where(ALARM.c.id == alarm, free).values(leased_until=now + TELLING)
        ) == 1  # fmt: skip

    def told(self, alarm: int, told: Mapping[str, News]) -> None:
        """What went by which way; the alarm is free again."""
        with self._writing.begin() as connection:
            before = connection.execute(select(ALARM.c.told).where(ALARM.c.id == alarm)).scalar_one()
            both = before | {way: str(news) for way, news in told.items()}
            connection.execute(update(ALARM).where(ALARM.c.id == alarm).values(told=both, leased_until=None))

    def _change(self, change: Any) -> int:
        with self._writing.begin() as connection:
            return int(connection.execute(change).rowcount)


def _alarm(row: RowMapping) -> Alarm:
    return Alarm(
        id=row["id"], part=Part(row["part"]), of=row["of"], word=row["word"], blanks=row["blanks"],
        since=row["since"], raised_at=row["raised_at"], cleared_at=row["cleared_at"], told=row["told"],
    )  # fmt: skip
