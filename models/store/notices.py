"""Notices, the rooms they go to, and what became of them there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, delete, func, insert, or_, select, union_all, update
from sqlmodel import Session, SQLModel

from models.rules.pacing import Rank
from models.store.rows import Rows
from models.tables import Notice, arrived

_TABLES = SQLModel.metadata.tables
NOTICE, NOTICE_ROOM, OUTBOX = _TABLES["notice"], _TABLES["notice_room"], _TABLES["outbox"]
FIRING, LIVES_IN, ROOM = _TABLES["due_firing"], _TABLES["household_area"], _TABLES["room"]
UNSAID = ("queued", "relay")
_PART = OUTBOX.c.blanks["_part"].as_integer()
"""Which part of a row is said next; NULL: nothing of it was said yet."""


@dataclass(frozen=True, slots=True)
class RoomState:
    """One room's share of one firing. ``state`` is that of its outbox row."""

    room: int
    title: str
    firing: str
    state: str
    why: str
    sent_at: datetime | None


class NoticeStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def add_notice(self, notice: Notice) -> Notice:
        """Write a notice; it has its row id afterwards."""
        self.session.add(notice)
        self.session.flush()
        return notice

    def find_notice(self, *, no: int | None = None, row: int | None = None) -> Notice | None:
        """The notice with that number or row id, locked until the work ends."""
        wanted = NOTICE.c.no == no if no is not None else NOTICE.c.id == row
        return self.session.execute(select(Notice).where(wanted).with_for_update()).scalar_one_or_none()

    def read_notice(self, no: int) -> Notice | None:
        """The notice with that number as it is now, for whoever only looks."""
        return self.session.execute(select(Notice).where(NOTICE.c.no == no)).scalar_one_or_none()

    def recent_notices(self, author: int | None, limit: int = 10) -> list[Notice]:
        """Notices of one person (None: of all), newest first."""
        found = select(Notice).order_by(NOTICE.c.id.desc()).limit(limit)
        if author is not None:
            found = found.where(NOTICE.c.author_person_id == author)
        return list(self.session.execute(found).scalars())

    def households_in(self, areas: Iterable[int]) -> int:
        """How many households are known to live in these areas."""
        here = (LIVES_IN.c.area_id.in_(list(areas)), LIVES_IN.c.valid_to.is_(None), arrived(LIVES_IN.c))
        found = select(func.count(LIVES_IN.c.household_id.distinct())).where(*here)
        return int(self.session.execute(found).scalar_one())

    def notices_of_day(self, rooms: Iterable[int], since: datetime, until: datetime) -> dict[int, int]:
        """Room → notices it heard, may have heard or is still to hear between two moments, emergencies apart."""
        here = (
            OUTBOX.c.room_id.in_(list(rooms)),
            OUTBOX.c.notice_id.is_not(None),
            OUTBOX.c.rank > Rank.EMERGENCY,
        )
        doubtful = and_(OUTBOX.c.state.in_(("sending", "unknown")), OUTBOX.c.sending_at >= since)
        coming = and_(OUTBOX.c.state == "queued", OUTBOX.c.not_before < until)
        # Two halves, each with its own index: what was said, and what may be.
        each = union_all(
            select(OUTBOX.c.room_id).where(*here, OUTBOX.c.state == "sent", OUTBOX.c.sent_at >= since),
            select(OUTBOX.c.room_id).where(
                *here, OUTBOX.c.state.in_(("queued", "sending", "unknown")), or_(doubtful, coming)
            ),
        ).subquery()
        found = select(each.c.room_id, func.count()).group_by(each.c.room_id)
        return {int(room): int(number) for room, number in self.session.execute(found)}

    def rooms_reached(self, notice: int, firing: str) -> set[int]:
        """Rooms that have their share of this firing already."""
        return shares_reached(self.session, NOTICE_ROOM, notice, firing)

    def fan_out(self, notice: int, firing: str, rows: Sequence[dict[str, Any]]) -> None:
        """Write the outbox rows of one firing and each room's share, in two batches."""
        write_shares(self.session, NOTICE_ROOM, notice, firing, rows)

    def counts(self, notices: Iterable[int]) -> dict[int, dict[str, int]]:
        """Notice → state of the outbox row → number of rooms."""
        found = (
            select(OUTBOX.c.notice_id, OUTBOX.c.state, func.count())
            .where(OUTBOX.c.notice_id.in_(list(notices)))
            .group_by(OUTBOX.c.notice_id, OUTBOX.c.state)
        )
        counted: dict[int, dict[str, int]] = {}
        for notice, state, number in self.session.execute(found):
            counted.setdefault(notice, {})[state] = number
        return counted

    def room_states(
        self, notice: int, after: int = 0, limit: int = 100, *, firing: str | None = None
    ) -> list[RoomState]:
        """What became of a notice in each room, by share; ``after`` is the last share seen, for paging.

        ``firing``: of that one only.
        """
        found = (
            select(
                ROOM.c.id, ROOM.c.title, NOTICE_ROOM.c.firing, OUTBOX.c.state, OUTBOX.c.why, OUTBOX.c.sent_at
            )
            .select_from(NOTICE_ROOM)
            .join(ROOM, NOTICE_ROOM.c.room_id == ROOM.c.id)
            .join(OUTBOX, NOTICE_ROOM.c.outbox_id == OUTBOX.c.id)
            .where(NOTICE_ROOM.c.notice_id == notice, NOTICE_ROOM.c.id > after)
            .order_by(NOTICE_ROOM.c.id)
            .limit(limit)
        )
        if firing is not None:
            found = found.where(NOTICE_ROOM.c.firing == firing)
        return [RoomState(*row) for row in self.session.execute(found)]

    def reword_unsaid(self, notice: int, key: str, blanks: dict[str, Any]) -> None:
        """Other words for the rooms that have not heard it yet."""
        self.session.flush()
        # Where the first part was said, the others are said as they are.
        here = (OUTBOX.c.room_id.is_not(None), _PART.is_(None))
        unsaid = (OUTBOX.c.notice_id == notice, OUTBOX.c.state.in_(UNSAID), *here)
        changed = update(OUTBOX).where(*unsaid).values(key=key, blanks=blanks, text="")
        self.session.connection().execute(changed)

    def delay_unsaid(self, notice: int, until: datetime) -> None:
        """The rooms that have not heard it yet hear it then."""
        self.session.flush()
        unsaid = (OUTBOX.c.notice_id == notice, OUTBOX.c.state.in_(UNSAID))
        self.session.connection().execute(update(OUTBOX).where(*unsaid).values(not_before=until))

    def unplan(self, notice: int) -> None:
        """Forget when it was to go; what is being done at this moment finds another moment in the notice."""
        self.session.flush()
        planned = (FIRING.c.notice_id == notice, FIRING.c.intent == "FireNotice", FIRING.c.state == "waiting")
        self.session.connection().execute(delete(FIRING).where(*planned))

    def stop_notice(self, notice: int, why: str) -> int:
        """Take back what was not said yet and what is planned; returns how many rooms will not hear it."""
        self.session.flush()
        connection = self.session.connection()
        unsaid = (OUTBOX.c.notice_id == notice, OUTBOX.c.state.in_(UNSAID))
        heard = update(OUTBOX).where(*unsaid, OUTBOX.c.blanks["_said"].as_boolean())
        connection.execute(heard.values(state="sent", sent_at=OUTBOX.c.sending_at, why=f"file: {why}"))
        stopped = connection.execute(
            update(OUTBOX).where(*unsaid).values(state="cancelled", why=why)
        ).rowcount
        planned = (FIRING.c.notice_id == notice, FIRING.c.state == "waiting")
        connection.execute(update(FIRING).where(*planned).values(state="cancelled", why=why))
        return stopped


def shares_reached(session: Session, shares: Table, notice: int, firing: str) -> set[int]:
    """Rooms or contacts, as the table of ``shares`` has them, with a share of this firing."""
    mine = (shares.c.notice_id == notice, shares.c.firing == firing)
    return set(session.execute(select(shares.c[_whose(shares)]).where(*mine)).scalars())


def write_shares(
    session: Session, shares: Table, notice: int, firing: str, rows: Sequence[dict[str, Any]]
) -> None:
    """Write outbox rows and the share that names each, in two batches."""
    if not rows:
        return
    session.flush()
    connection, whose = session.connection(), _whose(shares)
    made = connection.execute(insert(OUTBOX).returning(OUTBOX.c.id, OUTBOX.c[whose]), list(rows))
    given = [{"notice_id": notice, whose: who, "firing": firing, "outbox_id": row} for row, who in made]
    connection.execute(insert(shares), given)


def _whose(shares: Table) -> str:
    """The column that says whose share it is."""
    return "room_id" if "room_id" in shares.c else "identity_id"
