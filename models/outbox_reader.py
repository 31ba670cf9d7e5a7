"""What may be said, by whom, and what was said lately: the outbox read, never changed."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Engine,
    Integer,
    String,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    union_all,
)

from models.outbox_rows import OUTBOX, PERSON, ROOM, SEAT, SPEAKS, Queued, Speakers, rows_where
from models.prepared import Prepared
from models.rules.pacing import Rank
from models.rules.tally import Spoken

IN_FLIGHT_FOR = timedelta(minutes=2)
"""A row still ``sending`` after this belongs to a dead process; its conversation waits no longer for it."""


def _due(now: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return OUTBOX.c.state == "queued", OUTBOX.c.not_before <= now


def _behind() -> ColumnElement[bool]:
    rank, row = bindparam("rank", type_=Integer), bindparam("row", type_=Integer)
    return or_(OUTBOX.c.rank > rank, and_(OUTBOX.c.rank == rank, OUTBOX.c.id > row))


# Built once: this is asked for each thing that is said.
_NOW = bindparam("now", type_=OUTBOX.c.not_before.type)
_MINE = (OUTBOX.c.medium == "chat", SPEAKS, *_due(_NOW), _behind())
# In an emergency a group is told whom to call before a chain is told to come: of many at once, all groups first.
_GROUPS_FIRST = case((and_(OUTBOX.c.rank == Rank.EMERGENCY, OUTBOX.c.room_id.is_(None)), 1), else_=0)
_ORDER = (OUTBOX.c.rank, _GROUPS_FIRST, OUTBOX.c.id)
DUE = rows_where(*_MINE, limit=bindparam("limit", type_=Integer)).order_by(None).order_by(*_ORDER)
DUE_EMERGENCIES = DUE.where(OUTBOX.c.rank == Rank.EMERGENCY, OUTBOX.c.notice_id.is_(None))
BUSY = Prepared(
    select(OUTBOX.c.room_id, OUTBOX.c.identity_id).where(
        OUTBOX.c.state == "sending",
        OUTBOX.c.account != bindparam("account", type_=String),
        OUTBOX.c.sending_at > bindparam("since", type_=OUTBOX.c.sending_at.type),
    )
)
_LIVING: BindParameter[Any] = bindparam("living", expanding=True)
# Not the same parameter: when it is empty, one that stands in IN as well as in NOT IN is written wrongly.
_SITTING: BindParameter[Any] = bindparam("sitting", expanding=True)
_SEATED = select(SEAT.c.room_id).where(SEAT.c.account.in_(_SITTING), SEAT.c.gone_at.is_(None))
_LOST_ROOM = and_(
    OUTBOX.c.room_id.is_not(None), ROOM.c.listener.not_in(_LIVING), OUTBOX.c.room_id.not_in(_SEATED)
)
_LOST_PERSON = and_(OUTBOX.c.room_id.is_(None), PERSON.c.channel.not_in(bindparam("kinds", expanding=True)))
ORPHANS = rows_where(
    OUTBOX.c.medium == "chat",
    *_due(_NOW),
    or_(_LOST_ROOM, _LOST_PERSON),
    limit=bindparam("limit", type_=Integer),
)
_WHERE = OUTBOX.c.room_id.in_(bindparam("rooms", expanding=True))
_SINCE = bindparam("since", type_=OUTBOX.c.sent_at.type)
_HEARD = (OUTBOX.c.room_id, OUTBOX.c.rank, OUTBOX.c.notice_id)
# Two halves, each with its own index: what was said, and what may have been.
HEARD = union_all(
    select(*_HEARD, OUTBOX.c.sent_at.label("at")).where(_WHERE, OUTBOX.c.sent_at >= _SINCE),
    select(*_HEARD, OUTBOX.c.sending_at.label("at")).where(
        _WHERE, or_(OUTBOX.c.state == "unknown", OUTBOX.c.state == "sending"), OUTBOX.c.sending_at >= _SINCE
    ),
)


CALLS = rows_where(OUTBOX.c.medium == "call", *_due(_NOW), limit=bindparam("limit", type_=Integer))
ANY_CALL = Prepared(select(func.count()).where(OUTBOX.c.medium == "call", *_due(_NOW)))
_FIRST = func.min(OUTBOX.c.not_before)
FIRST_SENDING = Prepared(select(func.min(OUTBOX.c.sending_at)).where(OUTBOX.c.state == "sending"))
FIRST_RANK = Prepared(select(func.min(OUTBOX.c.rank)).where(*_due(_NOW)))
FIRST_MOMENT = Prepared(select(_FIRST).where(OUTBOX.c.state == "queued"))
NEXT_MOMENT = Prepared(select(_FIRST).where(OUTBOX.c.state == "queued", OUTBOX.c.not_before > _NOW))


class OutboxReader:
    """Every query that decides something has a total order."""

    def __init__(self, engine: Engine) -> None:
        self._reading = engine

    def due(
        self, who: Speakers, now: datetime, *, emergencies_only: bool, after: tuple[int, int], limit: int = 50
    ) -> list[Queued]:
        """Rows this account could say now, by (rank, id), from behind ``after``."""
        rank, row = after
        binds = {"now": now, "rank": rank, "row": row, "limit": limit, **who.binds()}
        with self._reading.connect() as connection:
            found = connection.execute(DUE_EMERGENCIES if emergencies_only else DUE, binds).mappings()
            return [Queued(**one) for one in found]

    def first_rank(self, now: datetime) -> int | None:
        """The rank of what goes first among all that is due, for whichever account; None: nothing is due."""
        rank: int | None = self._one(FIRST_RANK, now=now)
        return rank

    def first_moment(self) -> datetime | None:
        """When the first of all that waits may be said, long past perhaps; None: nothing waits."""
        moment: datetime | None = self._one(FIRST_MOMENT)
        return moment

    def first_sending(self) -> datetime | None:
        """Since when the first of what is being said is being said; None: nothing is."""
        moment: datetime | None = self._one(FIRST_SENDING)
        return moment

    def calls(self, now: datetime, limit: int = 50) -> list[Queued]:
        """Rows that ring a person through the alarm path."""
        if not self._one(ANY_CALL, now=now):
            return []
        with self._reading.connect() as connection:
            found = connection.execute(CALLS, {"now": now, "limit": limit}).mappings()
            return [Queued(**row) for row in found]

    def orphans(self, living: dict[str, str], now: datetime, limit: int = 200) -> list[Queued]:
        """Rows that none of the ``living`` accounts (account → kind of channel) can say."""
        accounts, kinds = list(living), sorted(set(living.values()))
        binds = {"now": now, "living": accounts, "sitting": accounts, "kinds": kinds, "limit": limit}
        with self._reading.connect() as connection:
            return [Queued(**row) for row in connection.execute(ORPHANS, binds).mappings()]

    def siblings(self, row: Queued, until: datetime) -> list[Queued]:
        """Rows that may be said together with this one and are due by ``until``, itself among them, by id."""
        same = [OUTBOX.c.medium == row.medium, OUTBOX.c.gathers == row.gathers, OUTBOX.c.text == ""]
        same += [OUTBOX.c.state == "queued", OUTBOX.c.not_before <= until]
        same.append(
            OUTBOX.c.room_id == row.room_id if row.in_room else OUTBOX.c.identity_id == row.identity_id
        )
        return sorted(self._read(same, 200), key=lambda r: r.id)

    def _one(self, statement: Prepared, **binds: object) -> Any:
        """The only value that a statement finds."""
        with self._reading.connect() as connection:
            return statement.rows(connection, binds)[0][0]

    def _read(self, wanted: Sequence[ColumnElement[bool]], limit: int) -> list[Queued]:
        with self._reading.connect() as connection:
            return [Queued(**row) for row in connection.execute(rows_where(*wanted, limit=limit)).mappings()]

    def busy(self, account: str, now: datetime) -> set[tuple[int | None, int | None]]:
        """Conversations (room, identity) in which another account is speaking at this moment."""
        with self._reading.connect() as connection:
            found = BUSY.rows(connection, {"account": account, "since": now - IN_FLIGHT_FOR})
        return {(room, identity) for room, identity in found}

    def said_in(self, rooms: Iterable[int], since: datetime) -> dict[int, list[Spoken]]:
        """What rooms heard, or may have heard, since a moment."""
        heard: dict[int, list[Spoken]] = {room: [] for room in rooms}
        if not heard:
            return heard
        with self._reading.connect() as connection:
            for room, rank, notice, at in connection.execute(HEARD, {"rooms": list(heard), "since": since}):
                heard[room].append(Spoken(at, rank, notice is not None))
        return heard

    def said_by(self, account: str, since: datetime) -> list[Spoken]:
        """What an account said, or may have said, since a moment, oldest first. Read once at start."""
        at = func.coalesce(OUTBOX.c.sent_at, OUTBOX.c.sending_at, type_=OUTBOX.c.sent_at.type)
        found = select(at, OUTBOX.c.rank, OUTBOX.c.notice_id).where(
            OUTBOX.c.account == account,
            OUTBOX.c.state.in_(("sent", "unknown", "sending")),
            # The index is on not_before; nothing waits longer than this before it is said.
            OUTBOX.c.not_before >= since - timedelta(days=7),
            at >= since,
        )
        with self._reading.connect() as connection:
            rows = connection.execute(found.order_by(at, OUTBOX.c.id)).all()
        return [Spoken(moment, rank, notice is not None) for moment, rank, notice in rows]

    def next_due(self, now: datetime) -> datetime | None:
        """When something not due yet falls due; None when nothing of that kind waits."""
        moment: datetime | None = self._one(NEXT_MOMENT, now=now)
        return moment

    def contacts(self, identities: Iterable[int]) -> tuple[str, ...]:
        """Channel ids of contacts to mention, in the order given."""
        wanted = list(identities)
        if not wanted:
            return ()
        columns = select(PERSON.c.id, PERSON.c.contact).where(PERSON.c.id.in_(wanted))
        with self._reading.connect() as connection:
            found = {int(number): str(contact) for number, contact in connection.execute(columns)}
        return tuple(found[i] for i in wanted if i in found)
