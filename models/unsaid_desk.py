"""What waits to be said, is in doubt or was given up, as somebody at a desk sees it; and when nothing was heard."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, case, func, or_, select, true

from models.outbox_rows import OUTBOX, PERSON, ROOM
from models.rules.scope import Scope
from models.rules.urgency import Privacy
from models.tables import Case, OutageWindow
from models.views import near

GROUPS = {"doubt": ("unknown",), "failed": ("dead",), "waiting": ("queued", "sending", "relay")}
"""What people ask for → states of the outbox."""
_CASE, _WINDOW = Case.__table__, OutageWindow.__table__  # type: ignore[attr-defined]
_FROM = (
    OUTBOX.outerjoin(ROOM, OUTBOX.c.room_id == ROOM.c.id)
    .outerjoin(PERSON, OUTBOX.c.identity_id == PERSON.c.id)
    .outerjoin(_CASE, OUTBOX.c.case_id == _CASE.c.id)
)


@dataclass(frozen=True, slots=True)
class UnsaidLine:
    """One row. ``text`` only of what a group was to hear, and not of a matter that is nobody else's business."""

    id: int
    state: str
    rank: int
    room: int | None
    title: str
    text: str
    since: datetime
    due: datetime
    tries: int
    why: str
    account: str


@dataclass(frozen=True, slots=True)
class RoomLine:
    """How it stands with a group. ``oldest``: since when the first of it waits."""

    room: int
    title: str
    account: str
    doubt: int
    failed: int
    waiting: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class OutageLine:
    """A time in which an account may have heard nothing; ``held``: what waited to be said meanwhile."""

    account: str
    began_at: datetime
    ended_at: datetime | None
    why: str
    rooms: int
    held: int


class UnsaidDesk:
    """Reads only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def counts(self, scope: Scope) -> dict[str, int]:
        """How many rows stand in each group of states."""
        states = [state for those in GROUPS.values() for state in those]
        found = (
            select(OUTBOX.c.state, func.count())
            .select_from(_FROM)
            .where(OUTBOX.c.state.in_(states), _here(scope))
        )
        with self._engine.connect() as connection:
            by_state = {state: int(n) for state, n in connection.execute(found.group_by(OUTBOX.c.state))}
        return {name: sum(by_state.get(state, 0) for state in those) for name, those in GROUPS.items()}

    def page(
        self, scope: Scope, group: str, *, room: int | None = None, before: int | None = None, limit: int = 30
    ) -> tuple[list[UnsaidLine], int | None]:
        """The newest rows, or those with numbers below ``before``; and where to go on from, None: these were the last."""
        wanted = [OUTBOX.c.state.in_(GROUPS[group]), _here(scope)]
        wanted += [OUTBOX.c.room_id == room] if room is not None else []
        wanted += [OUTBOX.c.id < before] if before is not None else []
        found = _lines().where(*wanted).order_by(OUTBOX.c.id.desc()).limit(limit + 1)
        with self._engine.connect() as connection:
            lines = [UnsaidLine(*row) for row in connection.execute(found)]
        return lines[:limit], lines[limit - 1].id if len(lines) > limit else None

    def one(self, scope: Scope, row: int) -> UnsaidLine | None:
        """A row; None: there is none that this person may see."""
        with self._engine.connect() as connection:
            found = connection.execute(_lines().where(OUTBOX.c.id == row, _here(scope))).one_or_none()
        return UnsaidLine(*found) if found is not None else None

    def rooms(self, scope: Scope, limit: int = 30) -> list[RoomLine]:
        """Groups with something that is not said, those in doubt first."""
        numbers = {name: func.count().filter(OUTBOX.c.state.in_(those)) for name, those in GROUPS.items()}
        found = (
            select(
                ROOM.c.id, ROOM.c.title, ROOM.c.listener, *numbers.values(), func.min(OUTBOX.c.created_at),
            )
            .select_from(_FROM)
            .where(OUTBOX.c.state.in_([s for those in GROUPS.values() for s in those]), _here(scope))
            .where(ROOM.c.id.is_not(None))
            .group_by(ROOM.c.id, ROOM.c.title, ROOM.c.listener)
            .order_by(numbers["doubt"].desc(), numbers["failed"].desc(), ROOM.c.title, ROOM.c.id)
        )  # fmt: skip
        with self._engine.connect() as connection:
            return [RoomLine(*row) for row in connection.execute(found.limit(limit))]

    def outages(
        self, scope: Scope, accounts: dict[str, int], now: datetime, limit: int = 50
    ) -> list[OutageLine]:
        """Windows of these accounts (account → how many groups of one's own it hears), the newest first."""
        waited = and_(
            OUTBOX.c.created_at < func.coalesce(_WINDOW.c.ended_at, now),
            func.coalesce(OUTBOX.c.sent_at, now) >= _WINDOW.c.began_at,
            ROOM.c.listener == _WINDOW.c.account,
            OUTBOX.c.state.in_(("sent", "unknown", "queued", "sending")),
        )
        held = (
            select(func.count())
            .select_from(_FROM)
            .where(waited, _here(scope))
            .correlate(_WINDOW)
            .scalar_subquery()
        )
        found = select(_WINDOW.c.account, _WINDOW.c.began_at, _WINDOW.c.ended_at, _WINDOW.c.why, held)
        if not scope.whole:
            found = found.where(_WINDOW.c.account.in_(sorted(accounts)))
        with self._engine.connect() as connection:
            return [
                OutageLine(account, began, ended, why, accounts.get(account, 0), int(n))
                for account, began, ended, why, n in connection.execute(
                    found.order_by(_WINDOW.c.id.desc()).limit(limit)
                )
            ]


def _here(scope: Scope) -> ColumnElement[bool]:
    return true() if scope.whole else near(scope.areas, OUTBOX.c.room_id, PERSON.c.home_room_id)


def _lines() -> Select[*tuple[Any, ...]]:
    open_to_area = or_(_CASE.c.id.is_(None), _CASE.c.privacy.in_((Privacy.P0, Privacy.P1, Privacy.P2)))
    words = case((and_(OUTBOX.c.room_id.is_not(None), open_to_area), OUTBOX.c.text), else_="")
    return select(
        OUTBOX.c.id, OUTBOX.c.state, OUTBOX.c.rank, OUTBOX.c.room_id, func.coalesce(ROOM.c.title, ""), words,
        OUTBOX.c.created_at, OUTBOX.c.not_before, OUTBOX.c.attempts, OUTBOX.c.why, OUTBOX.c.account,
    ).select_from(_FROM)  # fmt: skip
