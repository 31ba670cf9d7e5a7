"""Read-only pictures of the database for doors that know no tables: plain values, total order, keyset pages."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select
from sqlmodel import Session, col

from models.rules.case_life import OPEN_STATES, UNFINISHED_STATES
from models.tables import (
    Appointment,
    Area,
    Attachment,
    Case,
    CaseEvent,
    ChatIdentity,
    CoReporter,
    OutageWindow,
    OutboxMessage,
    Person,
    PostTypeRow,
    Room,
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


@dataclass(frozen=True, slots=True)
class _Seat:
    post: str
    title: str
    contact: str | None


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

    def cases(
        self, *, only_open: bool = False, before: int | None = None, limit: int = 100
    ) -> list[CaseView]:
        """Cases, newest first; ``before`` is the row id of the last one of the page before."""
        found = select(Case).order_by(col(Case.id).desc()).limit(limit)
        if only_open:
            found = found.where(col(Case.state).in_([str(s) for s in OPEN_STATES]))
        if before is not None:
            found = found.where(col(Case.id) < before)
        with Session(self._engine) as session:
            return [_case_view(session, c) for c in session.execute(found).scalars()]

    def case(self, case: int) -> CaseView:
        """One case by row id."""
        with Session(self._engine) as session:
            return _case_view(session, session.get_one(Case, case))

    def counts(self) -> dict[str, int]:
        """How many cases stand in each state."""
        found = select(col(Case.state), func.count()).group_by(Case.state)
        with Session(self._engine) as session:
            return {state: int(n) for state, n in session.execute(found)}

    def open_count(self) -> int:
        """How many cases somebody still has to act on."""
        counts = self.counts()
        return sum(counts.get(str(s), 0) for s in OPEN_STATES)

    def day_counts(self, begin: datetime, end: datetime) -> tuple[int, int]:
        """Cases opened, and cases closed, from ``begin`` up to ``end``."""
        opened = select(func.count()).where(col(Case.created_at) >= begin, col(Case.created_at) < end)
        closed = select(func.count()).where(col(Case.closed_at) >= begin, col(Case.closed_at) < end)
        with Session(self._engine) as session:
            return int(session.execute(opened).scalar_one()), int(session.execute(closed).scalar_one())

    def unfinished(self) -> int:
        """How many cases somebody still has to act on or rate."""
        counts = self.counts()
        return sum(counts.get(str(s), 0) for s in UNFINISHED_STATES)

    def spoken(self, after: int = 0, limit: int = 1000) -> list[SpokenView]:
        """Outbox rows after a row id, oldest first."""
        return self._rows(col(OutboxMessage.id) > after, limit=limit)

    def _rows(self, *wanted: Any, limit: int) -> list[SpokenView]:
        found = (
            select(OutboxMessage, col(Room.platform_id), col(ChatIdentity.contact), col(Room.title))
            .outerjoin(Room, col(Room.id) == OutboxMessage.room_id)
            .outerjoin(ChatIdentity, col(ChatIdentity.id) == OutboxMessage.identity_id)
            .where(*wanted)
            .order_by(col(OutboxMessage.id))
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

    def last_reason(self, case: int) -> str:
        """The reason noted with a case's newest event."""
        found = select(col(CaseEvent.reason)).where(
            col(CaseEvent.case_id) == case, col(CaseEvent.reason) != ""
        )
        with Session(self._engine) as session:
            newest = found.order_by(col(CaseEvent.seq).desc()).limit(1)
            return session.execute(newest).scalar_one_or_none() or ""

    def depths(self) -> dict[str, int]:
        """How many outbox rows stand in each state that is not yet an end."""
        waiting = ("queued", "sending", "relay", "unknown", "dead")
        found = select(col(OutboxMessage.state), func.count()).where(col(OutboxMessage.state).in_(waiting))
        with Session(self._engine) as session:
            return {state: int(n) for state, n in session.execute(found.group_by(col(OutboxMessage.state)))}

    def waiting(self, states: tuple[str, ...], after: int = 0, limit: int = 50) -> list[SpokenView]:
        """Outbox rows in these states after a row id, oldest first."""
        return self._rows(col(OutboxMessage.state).in_(states), col(OutboxMessage.id) > after, limit=limit)

    def outages(self, limit: int = 20) -> list[OutageView]:
        """Outage windows, newest first."""
        found = select(OutageWindow).order_by(col(OutageWindow.id).desc()).limit(limit)
        with Session(self._engine) as session:
            return [
                OutageView(o.channel, o.account, o.began_at, o.ended_at, o.why)
                for o in session.execute(found).scalars()
            ]


def _case_view(session: Session, case: Case) -> CaseView:
    assignee, keeper, claimer = (
        _seat(session, s) for s in (case.assignee_id, case.keeper_id, case.claimed_by)
    )
    room = session.get(Room, case.room_id) if case.room_id else None
    area = session.get_one(Area, case.area_id)
    pictures = select(func.count()).where(col(Attachment.case_id) == case.id)
    return CaseView(
        id=case.id or 0, no=case.no, category=case.category, hotline=case.hotline, urgency=case.urgency,
        privacy=case.privacy, state=case.state, place=case.place, text=case.text, result=case.result,
        source=case.source, area=area.name, room=room.title if room else "",
        reporter=_contact(session, case.reporter_id), co_reporters=case.co_reporters,
        assignee_post=assignee.post if assignee else None, assignee_contact=assignee.contact if assignee else None,
        assignee_title=assignee.title if assignee else "", keeper_post=keeper.post if keeper else None,
        claimed_by_contact=claimer.contact if claimer else None, reopen_count=case.reopen_count,
        flags=dict(case.flags), said_at=case.said_at, created_at=case.created_at, due_claim_at=case.due_claim_at,
        due_resolve_at=case.due_resolve_at, attachments=int(session.execute(pictures).scalar_one()),
        because=tuple(case.because),
    )  # fmt: skip


def _contact(session: Session, identity: int | None) -> str | None:
    row = session.get(ChatIdentity, identity) if identity is not None else None
    return row.contact if row else None


def _seat(session: Session, seat: int | None) -> _Seat | None:
    if seat is None:
        return None
    found = (
        select(Appointment, PostTypeRow, Person)
        .join(PostTypeRow, col(PostTypeRow.id) == Appointment.post_id)
        .join(Person, col(Person.id) == Appointment.person_id)
        .where(col(Appointment.id) == seat)
    )
    appointment, post, person = session.execute(found).one()
    contacts = select(col(ChatIdentity.contact)).where(col(ChatIdentity.person_id) == person.id)
    contact = session.execute(contacts.order_by(col(ChatIdentity.id)).limit(1)).scalar_one_or_none()
    return _Seat(post.code, (appointment.title or post.name) + person.surname, contact)
