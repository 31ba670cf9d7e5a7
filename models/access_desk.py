"""How people come in to the pages, as those who look after them see it; and everybody's own sessions and views."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, func, select
from sqlmodel import Session, col

from models.rules.web_access import IDLE, LONGEST
from models.store.saved_views import owned_by
from models.tables import ChatIdentity, SavedView, WebAccount, WebSession


@dataclass(frozen=True, slots=True)
class OpenSession:
    """Somebody is signed in in some browser. ``seen`` is exact to an hour."""

    id: int
    began: datetime
    seen: datetime


@dataclass(frozen=True, slots=True)
class WayIn:
    """How one person comes in."""

    bound: bool
    """A chat contact is verifiably theirs, so that they can get a log-in code."""
    password: bool
    """Name, password and second factor are set; one is never there without the other."""
    locked_until: datetime | None
    seen: datetime | None
    """When they were last on a page, exact to an hour; None: never."""
    sessions: tuple[OpenSession, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A named set of filters."""

    id: int
    name: str
    query: str


class AccessDesk:
    """Reads for people who are signed in; whom they may ask about is decided by whoever asks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ways_in(self, persons: Iterable[int], now: datetime) -> dict[int, WayIn]:
        """Person → how they come in."""
        asked = sorted(persons)
        with Session(self._engine) as session:
            verified = (col(ChatIdentity.verified_at).is_not(None), col(ChatIdentity.gone_at).is_(None))
            mine = col(ChatIdentity.person_id).in_(asked)
            bound = set(session.execute(select(col(ChatIdentity.person_id)).where(mine, *verified)).scalars())
            accounts = session.execute(select(WebAccount).where(col(WebAccount.person_id).in_(asked)))
            locked = {row.person_id: row.locked_until for row in accounts.scalars()}
            whose = col(WebSession.person_id)
            last = select(whose, func.max(col(WebSession.renewed_at))).where(whose.in_(asked)).group_by(whose)
            seen = {row[0]: row[1] for row in session.execute(last)}
            sessions = _sessions(session, whose.in_(asked), now)
        return {
            person: WayIn(
                person in bound, person in locked,
                until if (until := locked.get(person)) is not None and until > now else None,
                seen.get(person), tuple(sessions.get(person, ())),
            )
            for person in asked
        }  # fmt: skip

    def own_sessions(self, person: int | None, now: datetime) -> tuple[OpenSession, ...]:
        """Where somebody is signed in, the newest first; None: the operator."""
        mine = col(WebSession.person_id)
        with Session(self._engine) as session:
            whose = mine == person if person is not None else mine.is_(None)
            return tuple(_sessions(session, whose, now).get(person, ()))

    def views(self, person: int | None) -> tuple[View, ...]:
        """Somebody's named filters, the oldest first."""
        found = select(SavedView).where(owned_by(person)).order_by(col(SavedView.id))
        with Session(self._engine) as session:
            return tuple(View(row.id or 0, row.name, row.query) for row in session.execute(found).scalars())


def _sessions(
    session: Session, whose: ColumnElement[bool], now: datetime
) -> dict[int | None, list[OpenSession]]:
    living = (
        col(WebSession.ended_at).is_(None), col(WebSession.began_at) > now - LONGEST,
        col(WebSession.renewed_at) > now - IDLE,
    )  # fmt: skip
    found = select(WebSession).where(whose, *living).order_by(col(WebSession.id).desc())
    sessions: dict[int | None, list[OpenSession]] = defaultdict(list)
    for row in session.execute(found).scalars():
        sessions[row.person_id].append(OpenSession(row.id or 0, row.began_at, row.renewed_at))
    return sessions
