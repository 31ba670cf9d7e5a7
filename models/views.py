"""Read-only pictures of the database for doors that know no tables: plain values in a total order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, func, select
from sqlmodel import Session, col

from models.called import AREAS, ATTACHED, CONTACTS, ROOMS, names_of, seats_named
from models.followed_up import FollowedUp, followed_up
from models.tables import (
    Case,
    CaseEvent,
    ChatIdentity,
    CoReporter,
    OutageWindow,
    OutboxMessage,
    Room,
    RoomArea,
)


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as it stands, with codes resolved: contacts of people, posts of seats."""

    id: int
    no: int
    category: str
    hotline: str
    urgency: str
    privacy: str
    state: str
    place: str
    text: str
    result: str
    source: str
    area: str
    room: str
    reporter: str | None
    co_reporters: int
    assignee_post: str | None
    assignee_contact: str | None
    assignee_title: str
    keeper_post: str | None
    claimed_by_contact: str | None
    reopen_count: int
    flags: dict[str, Any]
    said_at: datetime
    created_at: datetime
    due_claim_at: datetime | None
    due_resolve_at: datetime | None
    attachments: int
    because: tuple[Any, ...] = field(default=())


VIEWED = [
    Case.__table__.c[name]  # type: ignore[attr-defined]
    for name in (
        "id", "no", "category", "hotline", "urgency", "privacy", "state", "place", "text", "result", "source", "area_id",
        "room_id", "reporter_id", "co_reporters", "assignee_id", "keeper_id", "claimed_by", "reopen_count", "flags",
        "said_at", "created_at", "due_claim_at", "due_resolve_at", "because",
    )
]  # fmt: skip
"""Columns that a view is made of."""
_NAMED = [
    [one.name for one in VIEWED].index(name)
    for name in ("id", "area_id", "room_id", "reporter_id", "assignee_id", "keeper_id", "claimed_by")
]
"""Which of them are ids of what has a name."""


@dataclass(frozen=True, slots=True)
class SpokenView:
    """One outbox row: for whom, which sentence, in which state."""

    id: int
    cause: str
    key: str
    medium: str
    state: str
    room: str | None
    contact: str | None
    case_id: int | None
    not_before: datetime
    text: str
    why: str
    rank: int = 3
    created_at: datetime | None = None
    attempts: int = 0
    room_title: str = ""


@dataclass(frozen=True, slots=True)
class OutageView:
    """A time in which an account may have heard nothing."""

    channel: str
    account: str
    began_at: datetime
    ended_at: datetime | None
    why: str


class Views:
    """Reads for the web, the replay runner and the command line."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def cases(self, limit: int = 100) -> list[CaseView]:
        """Cases, newest first."""
        with Session(self._engine) as session:
            return case_views(session, select(Case).order_by(col(Case.id).desc()).limit(limit))

    def case(self, case: int) -> CaseView:
        """One case by row id."""
        with Session(self._engine) as session:
            return case_views(session, select(Case).where(col(Case.id) == case))[0]

    def counts(self) -> dict[str, int]:
        """How many cases stand in each state."""
        found = select(col(Case.state), func.count()).group_by(Case.state)
        with Session(self._engine) as session:
            return {state: int(n) for state, n in session.execute(found)}

    def spoken(self, after: int = 0, limit: int = 1000) -> list[SpokenView]:
        """Outbox rows after a row id, oldest first."""
        return self._rows(col(OutboxMessage.id) > after, limit=limit)

    def _rows(
        self, *wanted: Any, limit: int, newest: bool = False, areas: Collection[int] | None = None
    ) -> list[SpokenView]:
        if areas is not None:
            wanted = (*wanted, near(areas, col(OutboxMessage.room_id), col(ChatIdentity.home_room_id)))
        order = col(OutboxMessage.id).desc() if newest else col(OutboxMessage.id)
        found = (
            select(OutboxMessage, col(Room.platform_id), col(ChatIdentity.contact), col(Room.title))
            .outerjoin(Room, col(Room.id) == OutboxMessage.room_id)
            .outerjoin(ChatIdentity, col(ChatIdentity.id) == OutboxMessage.identity_id)
            .where(*wanted)
            .order_by(order)
            .limit(limit)
        )
        with Session(self._engine) as session:
            return [
                SpokenView(
                    r.id, r.cause, r.key, r.medium, r.state, room, contact, r.case_id, r.not_before, r.text, r.why,
                    r.rank, r.created_at, r.attempts, title or "",
                )
                for r, room, contact, title in session.execute(found)
            ]  # fmt: skip

    def co_reporter_total(self) -> int:
        """How many people joined somebody else's case."""
        found = select(func.count()).select_from(CoReporter).where(col(CoReporter.left_at).is_(None))
        with Session(self._engine) as session:
            return int(session.execute(found).scalar_one())

    def has_due(self, at: datetime) -> bool:
        """Whether something that may be said by a moment waits still."""
        found = select(col(OutboxMessage.id)).where(
            col(OutboxMessage.state) == "queued", col(OutboxMessage.not_before) <= at
        )
        with Session(self._engine) as session:
            return session.execute(found.limit(1)).first() is not None

    def steps(self, case: int) -> list[str]:
        """What happened to a case, step by step."""
        found = select(col(CaseEvent.step)).where(col(CaseEvent.case_id) == case)
        with Session(self._engine) as session:
            return list(session.execute(found.order_by(col(CaseEvent.seq))).scalars())

    def followed_up(self, case: int) -> FollowedUp | None:
        """What came of asking the reporter again; None: nobody asked yet."""
        with Session(self._engine) as session:
            return followed_up(session, case)

    def last_reason(self, case: int) -> str:
        """The reason noted with a case's newest event."""
        found = select(col(CaseEvent.reason)).where(
            col(CaseEvent.case_id) == case, col(CaseEvent.reason) != ""
        )
        with Session(self._engine) as session:
            newest = found.order_by(col(CaseEvent.seq).desc()).limit(1)
            return session.execute(newest).scalar_one_or_none() or ""

    def waiting(
        self,
        states: tuple[str, ...],
        limit: int = 50,
        *,
        newest: bool = False,
        areas: Collection[int] | None = None,
    ) -> list[SpokenView]:
        """Outbox rows in these states, oldest first, or ``newest`` first; ``areas``: only what is said there."""
        here = col(OutboxMessage.state).in_(states)
        return self._rows(here, limit=limit, newest=newest, areas=areas)

    def is_said_in(self, row: int, areas: Collection[int]) -> bool:
        """Whether a row of the outbox is for a group of these areas, or for somebody last heard in one."""
        return bool(self._rows(col(OutboxMessage.id) == row, limit=1, areas=areas))

    def outages(self, limit: int = 20) -> list[OutageView]:
        """Outage windows, newest first."""
        found = select(OutageWindow).order_by(col(OutageWindow.id).desc()).limit(limit)
        with Session(self._engine) as session:
            return [
                OutageView(o.channel, o.account, o.began_at, o.ended_at, o.why)
                for o in session.execute(found).scalars()
            ]


def near(areas: Collection[int], in_room: Any, home: Any) -> ColumnElement[bool]:
    """SQL: whether a row of the outbox is said in one of these areas; a person's is where he was last heard."""
    room = func.coalesce(in_room, home)
    served = select(col(RoomArea.room_id)).where(
        col(RoomArea.room_id) == room, col(RoomArea.area_id).in_(sorted(areas))
    )
    return served.exists()


def case_views(session: Session, found: Select[Any]) -> list[CaseView]:
    """All of them with a handful of statements, however many there are."""
    return views_of(session, session.execute(found.with_only_columns(*VIEWED)).all())


def views_of(session: Session, rows: Sequence[Sequence[Any]]) -> list[CaseView]:
    """The same of rows that were read already, with the columns of a view (``VIEWED``)."""
    wire = session.connection()
    ids, areas, rooms, reporters, *seats = ({row[at] for row in rows} for at in _NAMED)
    held = seats_named(wire, set().union(*seats))
    area, room = names_of(wire, AREAS, areas), names_of(wire, ROOMS, rooms)
    contact, attached = names_of(wire, CONTACTS, reporters), names_of(wire, ATTACHED, ids)
    views = []
    for (
        row
    ) in rows:  # taken apart at once: asking a row for each column by its name costs more than reading it
        (
            id_, no, category, hotline, urgency, privacy, state, place, words, result, source, area_id, room_id,
            reporter, co_reporters, assignee_id, keeper, claimed_by, reopen_count, flags, said_at, created_at,
            due_claim_at, due_resolve_at, because,
        ) = row  # fmt: skip
        assignee = held[assignee_id]
        views.append(
            CaseView(
                id_ or 0, no, category, hotline, urgency, privacy, state, place, words, result, source, area[area_id],
                room.get(room_id, ""), None if flags.get("anonymous") else contact.get(reporter), co_reporters,
                assignee.post, assignee.contact, assignee.title, held[keeper].post, held[claimed_by].contact,
                reopen_count, dict(flags), said_at, created_at, due_claim_at, due_resolve_at, attached.get(id_, 0),
                tuple(because),
            )
        )  # fmt: skip
    return views
