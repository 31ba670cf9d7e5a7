"""Who is signed in, for the web, which knows no tables."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, or_, select
from sqlmodel import Session, col

from models.rules.web_access import Standing, standing_of
from models.secrets import SecretBox
from models.tables import ChatIdentity, WebAccount, WebSession

PURPOSE = "web session"


@dataclass(frozen=True, slots=True)
class Visit:
    """A session that lets somebody in. ``person`` None: the operator of the server."""

    id: int
    person: int | None
    identity: int | None
    """A verified contact of the person; None: never bound."""
    form_key: str
    is_stale: bool


class Sessions:
    """Reads sessions; dispatch writes them."""

    def __init__(self, engine: Engine, secrets: SecretBox) -> None:
        self._engine = engine
        self._secrets = secrets

    def find(self, token: str, now: datetime) -> Visit | None:
        """The session a cookie opens at a moment; None: it opens nothing."""
        digest = self._secrets.digest(PURPOSE, token)
        mine = or_(col(WebSession.digest) == digest, col(WebSession.digest_before) == digest)
        with Session(self._engine) as session:
            row = session.execute(select(WebSession).where(mine)).scalars().first()
            if row is None:
                return None
            how = standing_of(
                row.began_at, row.renewed_at, row.ended_at, now, is_old_token=row.digest != digest
            )
            if how is Standing.OVER:
                return None
            contact = self._contact(session, row.person_id)
        return Visit(row.id or 0, row.person_id, contact, row.form_key, how is Standing.STALE)

    @staticmethod
    def _contact(session: Session, person: int | None) -> int | None:
        if person is None:
            return None
        bound = (
            col(ChatIdentity.person_id) == person,
            col(ChatIdentity.verified_at).is_not(None),
            col(ChatIdentity.gone_at).is_(None),
        )
        newest = select(col(ChatIdentity.id)).where(*bound).order_by(col(ChatIdentity.id).desc()).limit(1)
        return session.execute(newest).scalar_one_or_none()

    def login_of(self, person: int) -> str:
        """The name of somebody's password account; empty: there is none."""
        with Session(self._engine) as session:
            found = select(col(WebAccount.login)).where(col(WebAccount.person_id) == person)
            return session.execute(found).scalar_one_or_none() or ""
