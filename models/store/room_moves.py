"""Which groups lost the account that listened to them, and who else of ours sits there."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, select
from sqlmodel import SQLModel

from models import tables
from models.store.rows import Rows

_TABLES = SQLModel.metadata.tables
ROOM: Table = _TABLES[tables.Room.__tablename__]
SEAT: Table = _TABLES[tables.RoomSeat.__tablename__]
BEAT: Table = _TABLES[tables.Heartbeat.__tablename__]


@dataclass(frozen=True, slots=True)
class Deserted:
    """A group whose listener has heard nothing since a moment; accounts of ours there that hear, by name."""

    room: int
    heard_until: datetime
    others: tuple[str, ...]


class RoomMoveStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def deserted(self, before: datetime, living_since: datetime) -> list[Deserted]:
        """Groups whose listener heard until ``before`` at most; the others there have heard since ``living_since``."""
        lost = (
            select(ROOM.c.id, BEAT.c.at)
            .join(BEAT, BEAT.c.role == ROOM.c.listener)
            .where(BEAT.c.at < before, ROOM.c.bound_at.is_not(None), ROOM.c.dissolved_at.is_(None))
            .where(ROOM.c.read_only_at.is_(None), ROOM.c.mode != "listen_off")
            .order_by(ROOM.c.id)
        )
        found = {row.id: row.at for row in self.session.execute(lost)}
        if not found:
            return []
        there: dict[int, list[str]] = defaultdict(list)
        alive = (
            select(SEAT.c.room_id, SEAT.c.account)
            .join(BEAT, BEAT.c.role == SEAT.c.account)
            .where(BEAT.c.at >= living_since, SEAT.c.gone_at.is_(None))
            .order_by(SEAT.c.account)
        )
        for room, account in self.session.execute(alive).all():
            there[room].append(account)
        return [Deserted(room, at, tuple(there[room])) for room, at in found.items() if there[room]]

    def seated(self) -> dict[int, list[str]]:
        """Accounts of ours in each group, by name."""
        there: dict[int, list[str]] = defaultdict(list)
        seats = select(SEAT.c.room_id, SEAT.c.account).where(SEAT.c.gone_at.is_(None))
        for room, account in self.session.execute(seats.order_by(SEAT.c.account)).all():
            there[room].append(account)
        return there
