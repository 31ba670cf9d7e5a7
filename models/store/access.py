"""One-time codes, passwords and sessions of the web, on the session of the work at hand."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlmodel import col

from models.rules.web_access import IDLE, LONGEST, MOST_SESSIONS, Access
from models.store.rows import Rows
from models.tables import AccessEvent, LoginCode, WebAccount, WebSession


class AccessStore(Rows):
    """Nothing here commits."""

    def drop_codes(self, person: int | None) -> None:
        """Codes of a person that were not used are worth nothing any more."""
        mine = (
            col(LoginCode.person_id) == person if person is not None else col(LoginCode.person_id).is_(None)
        )
        unused = (mine, col(LoginCode.used_at).is_(None))
        self.session.execute(update(LoginCode).where(*unused).values(expires_at=col(LoginCode.made_at)))

    def code(self, digest: str) -> LoginCode | None:
        """A code by its digest, locked until the work ends."""
        found = select(LoginCode).where(col(LoginCode.digest) == digest).with_for_update()
        return self.session.execute(found).scalar_one_or_none()

    def account(self, *, login: str = "", person: int | None = None) -> WebAccount | None:
        """Somebody's account, by its name or its person, locked until the work ends."""
        wanted = col(WebAccount.login) == login if person is None else col(WebAccount.person_id) == person
        return self.session.execute(select(WebAccount).where(wanted).with_for_update()).scalar_one_or_none()

    def visit(self, digest: str) -> WebSession | None:
        """The session that goes on under a token, also under the one before, locked until the work ends."""
        mine = or_(col(WebSession.digest) == digest, col(WebSession.digest_before) == digest)
        found = select(WebSession).where(mine, col(WebSession.ended_at).is_(None))
        return self.session.execute(found.with_for_update()).scalars().first()

    def shut_out(self, person: int, now: datetime) -> None:
        """All sessions of a person end, and codes not used yet are worth nothing; it is written down."""
        if self.end_all(person, now):
            self.note(Access.LAPSED, person, now)

    def end_others(self, person: int | None, keep: int, now: datetime) -> int:
        """All sessions of a person end but one; how many that were."""
        return self._end(now, _whose(person), col(WebSession.id) != keep)

    def end_all(self, person: int | None, now: datetime) -> int:
        """All sessions of a person end, and codes that were not used; how many sessions that were."""
        self.drop_codes(person)
        return self._end(now, _whose(person))

    def end_one(self, session: int, person: int | None, now: datetime) -> int:
        """That session of that person ends; how many that were."""
        return self._end(now, _whose(person), col(WebSession.id) == session)

    def make_room(self, person: int | None, now: datetime) -> int:
        """The oldest sessions of a person end, so that there is room for one more; how many that were."""
        living = (
            _whose(person), col(WebSession.ended_at).is_(None), col(WebSession.began_at) > now - LONGEST,
            col(WebSession.renewed_at) > now - IDLE,
        )  # fmt: skip
        newest = select(col(WebSession.id)).where(*living).order_by(col(WebSession.id).desc())
        crowd = list(self.session.execute(newest.offset(MOST_SESSIONS - 1)).scalars())
        return self._end(now, col(WebSession.id).in_(crowd)) if crowd else 0

    def _end(self, now: datetime, *which: ColumnElement[bool]) -> int:
        ongoing = col(WebSession.ended_at).is_(None)
        done: Any = self.session.execute(update(WebSession).where(*which, ongoing).values(ended_at=now))
        return int(done.rowcount)

    def note(self, what: Access, person: int | None, now: datetime, **more: Any) -> None:
        """Write down what happened to somebody's way in; ``more`` as in ``AccessEvent``."""
        self.session.add(AccessEvent(kind=what, person_id=person, at=now, **more))


def _whose(person: int | None) -> ColumnElement[bool]:
    mine = col(WebSession.person_id)
    return mine == person if person is not None else mine.is_(None)
