"""What delivery asks of the outbox, written once: building a statement costs more than running it."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    String,
    and_,
    bindparam,
    case,
    func,
    not_,
    or_,
    select,
    union_all,
)

from models.outbox_rows import NOTICE, OUTBOX, PERSON, ROOM, SEAT, among, rows_where, speaks
from models.prepared import Prepared
from models.rules.pacing import Rank


def _due(now: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return OUTBOX.c.state == "queued", OUTBOX.c.not_before <= now


_NOW = bindparam("now", type_=OUTBOX.c.not_before.type)
_LIMIT = bindparam("limit", type_=Integer)
_LATER = case((and_(OUTBOX.c.rank == Rank.EMERGENCY, OUTBOX.c.room_id.is_(None)), 1), else_=0)
"""``Queued.turn`` in SQL."""
_TURN = (OUTBOX.c.rank, _LATER, OUTBOX.c.id)


def _behind() -> ColumnElement[bool]:
    rank, later, row = (bindparam(name, type_=Integer) for name in ("rank", "later", "row"))
    alike = or_(later < _LATER, and_(later == _LATER, OUTBOX.c.id > row))
    return or_(OUTBOX.c.rank > rank, and_(OUTBOX.c.rank == rank, alike))


@lru_cache(64)
def due_for(up: tuple[str, ...], *, emergencies_only: bool) -> Prepared:
    """What an account could say now while these can send: its values are ``Speakers.binds``."""
    mine = (OUTBOX.c.medium == "chat", speaks(up), *_due(_NOW), _behind())
    found = rows_where(*mine, limit=_LIMIT).order_by(None).order_by(*_TURN)
    if emergencies_only:
        found = found.where(OUTBOX.c.rank == Rank.EMERGENCY, OUTBOX.c.notice_id.is_(None))
    return Prepared(found)


@lru_cache(64)
def orphans_of(living: tuple[str, ...], kinds: tuple[str, ...]) -> Prepared:
    """What none of these accounts, of these kinds of channel, can say."""
    seated = select(SEAT.c.room_id).where(among(SEAT.c.account, living), SEAT.c.gone_at.is_(None))
    lost_room = and_(
        OUTBOX.c.room_id.is_not(None), not_(among(ROOM.c.listener, living)), OUTBOX.c.room_id.not_in(seated)
    )
    lost_person = and_(OUTBOX.c.room_id.is_(None), not_(among(PERSON.c.channel, kinds)))
    return Prepared(
        rows_where(OUTBOX.c.medium == "chat", *_due(_NOW), or_(lost_room, lost_person), limit=_LIMIT)
    )


BUSY = Prepared(
    select(OUTBOX.c.room_id, OUTBOX.c.identity_id).where(
        OUTBOX.c.state == "sending",
        OUTBOX.c.account != bindparam("account", type_=String),
        OUTBOX.c.sending_at > bindparam("since", type_=OUTBOX.c.sending_at.type),
    )
)
_KIN = (
    OUTBOX.c.medium == bindparam("medium", type_=String),
    OUTBOX.c.gathers == bindparam("gathers", type_=String),
    OUTBOX.c.text == "",
    *_due(bindparam("until", type_=OUTBOX.c.not_before.type)),
)
_WHOSE = bindparam("whose", type_=Integer)
KIN_IN_ROOM = Prepared(rows_where(*_KIN, OUTBOX.c.room_id == _WHOSE, limit=_LIMIT))
KIN_OF_PERSON = Prepared(rows_where(*_KIN, OUTBOX.c.identity_id == _WHOSE, limit=_LIMIT))
_HERE = OUTBOX.c.room_id == bindparam("room", type_=Integer)
_SINCE = bindparam("since", type_=OUTBOX.c.sent_at.type)
_HEARD: tuple[Any, ...] = (OUTBOX.c.rank, OUTBOX.c.notice_id)
# Two halves, each with its own index: what was said, and what may have been.
_SAID = union_all(
    select(OUTBOX.c.sent_at.label("at"), *_HEARD).where(_HERE, OUTBOX.c.sent_at >= _SINCE),
    select(OUTBOX.c.sending_at.label("at"), *_HEARD).where(
        _HERE, or_(OUTBOX.c.state == "unknown", OUTBOX.c.state == "sending"), OUTBOX.c.sending_at >= _SINCE
    ),
).subquery()
HEARD = Prepared(select(_SAID))
CALLS = Prepared(rows_where(OUTBOX.c.medium == "call", *_due(_NOW), limit=_LIMIT))
CONTACT = Prepared(select(PERSON.c.contact).where(PERSON.c.id == bindparam("who", type_=Integer)))
FIRST_SENDING = Prepared(select(func.min(OUTBOX.c.sending_at)).where(OUTBOX.c.state == "sending"))
_FIRST = select(func.min(OUTBOX.c.not_before)).where(OUTBOX.c.state == "queued")
_CALL = select(OUTBOX.c.id).where(OUTBOX.c.medium == "call", *_due(_NOW)).limit(1)
GLANCE = Prepared(
    select(
        select(func.min(OUTBOX.c.sending_at)).where(OUTBOX.c.state == "sending").scalar_subquery(),
        _FIRST.scalar_subquery(),
        _FIRST.where(OUTBOX.c.not_before > _NOW).scalar_subquery(),
        select(func.min(OUTBOX.c.rank)).where(*_due(_NOW)).scalar_subquery(),
        _CALL.scalar_subquery(),
    )
)
# Locked: whoever stops it just now is waited for, or waits until its row is queued and can be stopped.
_STATED = (
    select(NOTICE.c.state).where(NOTICE.c.id == bindparam("notice", type_=Integer)).with_for_update(read=True)
)
_LOCKED = _STATED.cte("stated")
NOTICE_STOPPED = Prepared(select(_LOCKED.c.state).where(_LOCKED.c.state == "cancelled"))
NEXT_MOMENT = Prepared(_FIRST.where(OUTBOX.c.not_before > _NOW))
