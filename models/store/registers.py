"""Openings of what is not for everybody, on the session of the work at hand. They are added, never changed."""

from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col

from models.rules.web_access import Access
from models.store.rows import Rows
from models.tables import AccessEvent, CaseLine, ChatIdentity, Household, Person, RegisterOpening


class RegisterStore(Rows):
    """Nothing here commits."""

    def opened_since(self, person: int, since: datetime) -> int:
        """How much somebody opened since a moment; until the work ends nobody else opens anything as that person."""
        self.session.execute(select(col(Person.id)).where(col(Person.id) == person).with_for_update())
        mine = (col(RegisterOpening.person_id) == person, col(RegisterOpening.at) > since)
        return int(self.session.execute(select(func.count()).where(*mine)).scalar_one())

    def alarmed_since(self, person: int, since: datetime) -> bool:
        """Whether it was told since a moment that somebody opens too much."""
        mine = (
            col(AccessEvent.person_id) == person, col(AccessEvent.kind) == Access.TOO_MANY,
            col(AccessEvent.at) > since,
        )  # fmt: skip
        return self.session.execute(select(col(AccessEvent.id)).where(*mine).limit(1)).first() is not None

    def write_down(self, opening: RegisterOpening) -> None:
        """Before anything is shown."""
        self.session.add(opening)
        self.session.flush()

    def phone_of(self, identity: int) -> bytes | None:
        """The encrypted number of the person who verifiably stands behind a contact."""
        found = (
            select(col(Person.phone_box))
            .join(ChatIdentity, col(ChatIdentity.person_id) == col(Person.id))
            .where(col(ChatIdentity.id) == identity, col(ChatIdentity.verified_at).is_not(None))
        )
        return self.session.execute(found).scalar_one_or_none()

    def home_of(self, identity: int) -> tuple[str, bytes | None] | None:
        """Label and encrypted address of the household of the person who verifiably stands behind a contact."""
        found = (
            select(col(Household.label), col(Household.address_box))
            .join(Person, col(Person.household_id) == col(Household.id))
            .join(ChatIdentity, col(ChatIdentity.person_id) == col(Person.id))
            .where(col(ChatIdentity.id) == identity, col(ChatIdentity.verified_at).is_not(None))
        )
        row = self.session.execute(found).one_or_none()
        return (row[0], row[1]) if row is not None else None

    def lines_of(self, case: int) -> list[str]:
        """What people said about a case, oldest first."""
        found = select(col(CaseLine.text)).where(col(CaseLine.case_id) == case).order_by(col(CaseLine.id))
        return list(self.session.execute(found).scalars())
