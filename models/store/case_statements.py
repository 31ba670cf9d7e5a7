"""Statements about cases that the hot path runs, built once: building one costs more than running it."""

from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Table,
    bindparam,
    delete,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from models.prepared import Prepared
from models.rules.case_life import OPEN_STATES
from models.rules.outliving import OUTLIVING
from models.rules.urgency import Privacy
from models.store.rows import TABLES, whole
from models.tables import Case, CoReporter, Draft, DueFiring, OutboxMessage, Rating

_OUTBOX: Table = TABLES[OutboxMessage.__tablename__]
_DRAFT: Table = TABLES[Draft.__tablename__]
_FIRING: Table = TABLES[DueFiring.__tablename__]
_CASE: Table = TABLES[Case.__tablename__]
_JOINED_ROW: Table = TABLES[CoReporter.__tablename__]
_JOINED = select(_JOINED_ROW.c.case_id).where(
    _JOINED_ROW.c.identity_id == bindparam("who"), _JOINED_ROW.c.left_at.is_(None)
)
_NEWEST = whole(Case).order_by(_CASE.c.id.desc()).limit(bindparam("most", type_=Integer))


def _in(states: tuple[str, ...]) -> ColumnElement[bool]:
    return or_(*(_CASE.c.state == each for each in states))


@cache
def reported(states: tuple[str, ...], *, in_room: bool) -> Prepared:
    """What a contact reported or joined, in these states, newest first."""
    mine = or_(_CASE.c.reporter_id == bindparam("who"), _CASE.c.id.in_(_JOINED))
    here = [_CASE.c.room_id == bindparam("room")] if in_room else []
    return Prepared(_NEWEST.where(mine, _in(states), *here))


@cache
def in_room(states: tuple[str, ...]) -> Prepared:
    """The newest of a room, in these states."""
    return Prepared(_NEWEST.where(_CASE.c.room_id == bindparam("room"), _in(states)))


@cache
def in_area(states: tuple[str, ...]) -> Prepared:
    """The newest of a category in an area, in these states, since a moment."""
    return Prepared(
        _NEWEST.where(
            _CASE.c.area_id == bindparam("area"),
            _CASE.c.category == bindparam("category"),
            _in(states),
            _CASE.c.created_at >= bindparam("since"),
        )
    )


FLAGS_OF = Prepared(select(_CASE.c.flags).where(_CASE.c.id == bindparam("case")))
HANDLED_BY = Prepared(
    select(_CASE.c.state, _CASE.c.claimed_by, _CASE.c.assignee_id).where(_CASE.c.no == bindparam("no"))
)
_HELPED = (
    _OUTBOX.c.state == "queued",
    _OUTBOX.c.key == "HELP",
    _OUTBOX.c.room_id == bindparam("room"),
    _OUTBOX.c.created_at >= bindparam("since"),
)
DOUBTS = Prepared(
    select(_DRAFT.c.id.label("draft"), _DRAFT.c.cause)
    .where(
        _DRAFT.c.identity_id == bindparam("who"),
        _DRAFT.c.room_id.is_not_distinct_from(bindparam("room")),
        _DRAFT.c.at >= bindparam("since"),
    )
    .union_all(select(literal(0), _OUTBOX.c.cause).where(*_HELPED))
)
FORGET_DRAFTS = delete(_DRAFT).where(_DRAFT.c.id.in_(bindparam("drafts", expanding=True)))
_BECAME_CASE = (
    update(_OUTBOX).values(state="cancelled", why="became a case").where(_OUTBOX.c.state == "queued")
)
UNHINT = _BECAME_CASE.where(
    _OUTBOX.c.key == "HINT_DM", _OUTBOX.c.cause.in_(bindparam("causes", expanding=True))
)
UNHELP = _BECAME_CASE.where(*_HELPED)


def _revived(insert: Any) -> Any:
    """A clock that was stopped and goes on to the same end uses its old row: its key must not silence it."""
    return insert.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "state": insert.excluded.state, "due_at": insert.excluded.due_at, "attempts": insert.excluded.attempts,
            "leased_until": null(),
        },
        where=(_FIRING.c.state == "cancelled") & _FIRING.c.case_id.is_not(None),
    )  # fmt: skip


_PLAN = {"sqlite": _revived(sqlite.insert(_FIRING)), "postgresql": _revived(postgresql.insert(_FIRING))}


@cache
def plan_on(database: str, columns: tuple[str, ...]) -> Prepared:
    """Write a firing with these columns, unless its key stands already: then it returns nothing."""
    return Prepared(_PLAN[database].returning(_FIRING.c.key), columns)


IS_OVER = Prepared(
    select(literal(1)).where(
        _FIRING.c.key == bindparam("key"), _FIRING.c.state != "waiting", _FIRING.c.state != "cancelled"
    )
)

_RATING: Table = TABLES[Rating.__tablename__]
NUMBERED = Prepared(whole(Case).where(_CASE.c.no == bindparam("no")).with_for_update())
ONE_CASE = Prepared(whole(Case).where(_CASE.c.id == bindparam("case")).with_for_update())
JOINED = Prepared(
    select(literal(1)).where(
        _JOINED_ROW.c.case_id == bindparam("case"),
        _JOINED_ROW.c.identity_id == bindparam("who"),
        _JOINED_ROW.c.left_at.is_(None),
    )
)
JOINERS = Prepared(
    select(_JOINED_ROW.c.identity_id)
    .where(_JOINED_ROW.c.case_id == bindparam("case"), _JOINED_ROW.c.left_at.is_(None))
    .order_by(_JOINED_ROW.c.at)
)
RATED = Prepared(
    whole(Rating).where(
        _RATING.c.case_id == bindparam("case"), _RATING.c.identity_id == bindparam("who"), _RATING.c.cycle == bindparam("cycle")
    )
)  # fmt: skip


@cache
def cancelling(keys: tuple[str, ...]) -> Prepared:
    """Takes back what was not said yet of these sentences about a case."""
    mine = _OUTBOX.c.case_id == bindparam("case"), _OUTBOX.c.state == "queued"
    held = update(_OUTBOX).where(*mine, or_(*(_OUTBOX.c.key == each for each in keys)))
    return Prepared(held.values(state="cancelled", why=bindparam("because", type_=_OUTBOX.c.why.type)))


@cache
def said_one_of(keys: tuple[str, ...]) -> Prepared:
    """Whether one of these sentences about a case was said or is queued in a room since a moment."""
    return Prepared(
        select(literal(1))
        .where(
            _OUTBOX.c.room_id == bindparam("room"),
            _OUTBOX.c.case_id == bindparam("case"),
            or_(*(_OUTBOX.c.key == each for each in keys)),
            _OUTBOX.c.state != "cancelled",
            _OUTBOX.c.created_at >= bindparam("since"),
        )
        .limit(1)
    )


RECEIPT = select(func.max(_OUTBOX.c.sent_at)).where(
    _OUTBOX.c.room_id == bindparam("room"),
    _OUTBOX.c.key.in_(bindparam("said", expanding=True)),
    _OUTBOX.c.case_id.in_(
        select(_CASE.c.id).where(
            _CASE.c.reporter_id == bindparam("who"), _CASE.c.room_id == bindparam("room")
        )
    ),
    _OUTBOX.c.sent_at >= bindparam("since"),
)
# Word for word the condition of the index: a database does not see through a parameter that it holds.
_PLACED = _CASE.c.place != literal_column("''")
_PLACES = (
    select(_CASE.c.place, _CASE.c.area_id)
    .where(_PLACED, or_(*(_CASE.c.privacy == each.value for each in (Privacy.P1, Privacy.P2))))
    .order_by(_CASE.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)
PLACES_IN_ROOM = Prepared(_PLACES.where(_CASE.c.room_id == bindparam("here")))
PLACES_IN_AREA = Prepared(_PLACES.where(_CASE.c.area_id == bindparam("here")))
# With "" behind it: or SQLite walks through everything that waits in the town, where one case has a few rows.
_STILL_WAITS = _FIRING.c.state.concat(literal_column("''")) == "waiting"
UNPLAN = Prepared(
    update(_FIRING)
    .where(
        _FIRING.c.case_id == bindparam("case"),
        _FIRING.c.intent == bindparam("what"),
        _STILL_WAITS,
    )
    .values(state="cancelled")
)
UNPLAN_ALL = Prepared(
    update(_FIRING)
    .where(
        _FIRING.c.case_id == bindparam("case"),
        _STILL_WAITS,
        *(_FIRING.c.intent != each for each in sorted(OUTLIVING)),
    )
    .values(state="cancelled")
)
_ENDED_WELL = or_(_CASE.c.state == "closed", _CASE.c.state == "resolved")
_STILL_OPEN = or_(*(_CASE.c.state == each for each in sorted(OPEN_STATES)))
_LIKE = (
    select(
        _CASE.c.id, _CASE.c.no, _CASE.c.reporter_id, _CASE.c.place, _CASE.c.privacy, _CASE.c.text,
        _CASE.c.resolved_at, _CASE.c.reopen_count,
    )
    .where(_CASE.c.category == bindparam("category"))
    # "+ 0": or SQLite walks the whole table backwards by its key, where no such case is found early.
    .order_by((_CASE.c.id + 0).desc())
    .limit(bindparam("most", type_=Integer))
)  # fmt: skip
OPEN_LIKE = Prepared(
    _LIKE.where(_CASE.c.area_id == bindparam("area"), _STILL_OPEN, _CASE.c.created_at >= bindparam("since"))
)
ENDED_HERE = Prepared(
    _LIKE.where(_CASE.c.area_id == bindparam("area"), _ENDED_WELL, _CASE.c.resolved_at >= bindparam("since"))
)
ENDED_OF = Prepared(
    _LIKE.where(
        _CASE.c.reporter_id == bindparam("who"), _ENDED_WELL, _CASE.c.resolved_at >= bindparam("since")
    )
)
