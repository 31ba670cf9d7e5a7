"""What became of one firing of a notice in its rooms, and taking it up again where it was stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from models.rules.notice_rooms import STOPPED_BY_HAND
from models.store.notice_sharing import NOTICE_PERSON
from models.store.notices import FIRING, NOTICE_ROOM, OUTBOX, ROOM
from models.store.rows import Rows

SHARES = (NOTICE_ROOM, NOTICE_PERSON)
UNHEARD = or_(OUTBOX.c.state == "dead", (OUTBOX.c.state == "cancelled") & (OUTBOX.c.why == STOPPED_BY_HAND))
"""SQL: nobody in the room has heard it, and nobody may have."""


@dataclass(frozen=True, slots=True)
class Counted:
    """So many rooms whose rows of the outbox hold the same."""

    state: str
    why: str
    rooms: int


@dataclass(frozen=True, slots=True)
class Named:
    """One room whose row holds this."""

    state: str
    why: str
    room: int
    title: str


class NoticeRoomStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def last_firing(self, notice: int) -> str | None:
        """The latest moment it went out; None: it never did."""
        firings = [
            self.session.execute(
                select(shares.c.firing)
                .where(shares.c.notice_id == notice)
                .order_by(shares.c.id.desc())
                .limit(1)
            ).scalar_one_or_none()
            for shares in SHARES
        ]
        return max((firing for firing in firings if firing is not None), default=None)

    def counted(self, notice: int, firing: str) -> list[Counted]:
        """Rooms of one firing by what their rows hold."""
        of = (OUTBOX.c.state, OUTBOX.c.why)
        found = select(*of, func.count()).where(*_of(notice, firing)).group_by(*of).order_by(*of)
        return [Counted(*row) for row in self.session.execute(found)]

    def named(self, notice: int, firing: str, states: Sequence[str], limit: int) -> list[Named]:
        """The first rooms of one firing whose rows are in one of these states, or wait for what is not ``why`` = ''."""
        stands = (OUTBOX.c.state.in_(list(states)), (OUTBOX.c.state == "queued") & (OUTBOX.c.why != ""))
        found = (
            select(OUTBOX.c.state, OUTBOX.c.why, ROOM.c.id, ROOM.c.title)
            .join(ROOM, OUTBOX.c.room_id == ROOM.c.id)
            .where(*_of(notice, firing), or_(*stands))
        )
        return [Named(*row) for row in self.session.execute(found.order_by(OUTBOX.c.id).limit(limit))]

    def unheard(self, notice: int, firing: str) -> list[tuple[int, int | None]]:
        """Rows that nobody has heard and nobody can have, each with its room as far as that is still there."""
        joined = OUTBOX.outerjoin(ROOM, OUTBOX.c.room_id == ROOM.c.id)
        found = (
            select(OUTBOX.c.id, OUTBOX.c.room_id)
            .select_from(joined)
            .where(*_of(notice, firing), UNHEARD, ROOM.c.dissolved_at.is_(None))
            .order_by(OUTBOX.c.id)
        )
        return [(row, room) for row, room in self.session.execute(found)]

    def queue_again(self, rows: Sequence[int], now: datetime) -> int:
        """These are said after all, each no more than once; how many."""
        self.session.flush()
        again = {"state": "queued", "not_before": now, "attempts": 0, "why": ""}
        queued = 0
        for begin in range(0, len(rows), 500):  # a statement takes only so many values
            here = OUTBOX.c.id.in_(list(rows[begin : begin + 500]))
            changed = update(OUTBOX).where(UNHEARD, here).values(again)
            queued += self.session.connection().execute(changed).rowcount
        return queued

    def planned(self, notice: int) -> datetime | None:
        """The last moment the clock was to send it at, whether it did, did not or was stopped; None: never planned."""
        fires = (FIRING.c.notice_id == notice, FIRING.c.intent == "FireNotice")
        last = select(FIRING.c.due_at).where(*fires).order_by(FIRING.c.due_at.desc()).limit(1)
        moment: datetime | None = self.session.execute(last).scalar_one_or_none()
        return moment

    def forget_stopped(self, notice: int) -> None:
        """What the clock was told to leave out may be planned again."""
        self.session.flush()
        stopped = (FIRING.c.notice_id == notice, FIRING.c.state == "cancelled")
        again = FIRING.c.intent.in_(("FireNotice", "TellOpenHomes"))
        self.session.connection().execute(delete(FIRING).where(*stopped, again))

    def looks(self, notice: int) -> int:
        """The number of the last look at what became of it; 0: there was none."""
        keys = select(FIRING.c.key).where(FIRING.c.notice_id == notice, FIRING.c.intent == "SettleNotice")
        return max((int(key.rpartition(":")[2]) for key in self.session.execute(keys).scalars()), default=0)


def _of(notice: int, firing: str) -> tuple[ColumnElement[bool], ...]:
    """SQL: rows of the outbox that carry a share of this firing, a room's or a person's."""
    mine = [
        OUTBOX.c.id.in_(
            select(shares.c.outbox_id).where(shares.c.notice_id == notice, shares.c.firing == firing)
        )
        for shares in SHARES
    ]
    return OUTBOX.c.notice_id == notice, or_(*mine)
