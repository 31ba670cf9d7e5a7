"""One-time codes, passwords and sessions of the web, on the session of the work at hand."""

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlmodel import col

from models.store.rows import Rows
from models.tables import LoginCode, WebAccount, WebSession


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
        """All sessions of a person end, and codes not used yet are worth nothing."""
        self.drop_codes(person)
        mine = (col(WebSession.person_id) == person, col(WebSession.ended_at).is_(None))
        self.session.execute(update(WebSession).where(*mine).values(ended_at=now))

    def end_others(self, person: int, keep: int, now: datetime) -> None:
        """All sessions of a person end but one."""
        others = (col(WebSession.person_id) == person, col(WebSession.id) != keep)
        ongoing = col(WebSession.ended_at).is_(None)
        self.session.execute(update(WebSession).where(*others, ongoing).values(ended_at=now))
