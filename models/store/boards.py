"""Addresses of boards, and what people agreed to have on them."""

from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import col

from models.rules.boards import PURPOSE, Shown
from models.rules.ids import LinkToken
from models.store.rows import Rows
from models.tables import BoardLink, Consent


class BoardStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def find_link(self, area: int) -> str | None:
        """The address that is printed for an area."""
        valid = (col(BoardLink.area_id) == area, col(BoardLink.stopped_at).is_(None))
        newest = select(col(BoardLink.token)).where(*valid).order_by(col(BoardLink.id).desc()).limit(1)
        return self.session.execute(newest).scalar_one_or_none()

    def add_link(self, area: int, token: LinkToken, person: int | None, now: datetime) -> None:
        """Write an address."""
        self.session.add(BoardLink(area_id=area, token=token, made_by=person, at=now))

    def stop_links(self, area: int, now: datetime) -> int:
        """No address of an area is valid any more; how many were."""
        valid = (col(BoardLink.area_id) == area, col(BoardLink.stopped_at).is_(None))
        stopped = update(BoardLink).where(*valid).values(stopped_at=now)
        return int(self.session.connection().execute(stopped).rowcount)

    def has_agreed(self, person: int, shown: Shown) -> bool:
        """Whether somebody agreed to this and did not take it back."""
        return bool(self._agreements(person, shown))

    def agree(self, person: int, identity: int | None, shown: Shown, now: datetime) -> None:
        """Write that somebody agrees."""
        self.session.add(
            Consent(
                person_id=person, identity_id=identity, purpose=PURPOSE, fields=[shown.value], granted_at=now
            )
        )

    def take_back(self, person: int, shown: Shown, now: datetime) -> bool:
        """Write that somebody takes it back; whether it had been agreed to."""
        rows = self._agreements(person, shown)
        for row in rows:
            row.revoked_at = now
        return bool(rows)

    def _agreements(self, person: int, shown: Shown) -> list[Consent]:
        mine = (
            col(Consent.person_id) == person,
            col(Consent.purpose) == PURPOSE,
            col(Consent.revoked_at).is_(None),
        )
        found = self.session.execute(select(Consent).where(*mine).with_for_update()).scalars()
        return [row for row in found if shown in row.fields]
