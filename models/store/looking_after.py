"""Households somebody looks in on when the weather is dangerous, and whether that was done."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlmodel import SQLModel, col

from models.store.rows import Rows
from models.tables import DueFiring, Household, LookedAfter, Visit, arrived

LIVES_IN = SQLModel.metadata.tables["household_area"]


class Watched(NamedTuple):
    """One household, and who looks in on it."""

    household: int
    label: str
    area: int
    person: int


class LookingAfterStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def watched(self, areas: Iterable[int], person: int | None = None) -> list[Watched]:
        """In these areas (of one person), by person and label."""
        found = (
            select(col(Household.id), col(Household.label), LIVES_IN.c.area_id, col(LookedAfter.person_id))
            .join(LookedAfter, col(LookedAfter.household_id) == col(Household.id))
            .join(LIVES_IN, LIVES_IN.c.household_id == col(Household.id))
            .where(LIVES_IN.c.area_id.in_(list(areas)), LIVES_IN.c.valid_to.is_(None), arrived(Household))
        )
        if person is not None:
            found = found.where(col(LookedAfter.person_id) == person)
        ordered = found.order_by(col(LookedAfter.person_id), col(Household.label), col(Household.id))
        return [Watched(*row) for row in self.session.execute(ordered)]

    def look_after(self, household: int, person: int, since: datetime) -> bool:
        """Write it; whether it was new."""
        mine = (col(LookedAfter.household_id) == household, col(LookedAfter.person_id) == person)
        if self.session.execute(select(col(LookedAfter.id)).where(*mine)).first() is not None:
            return False
        self.session.add(LookedAfter(household_id=household, person_id=person, since=since))
        self.session.flush()
        return True

    def leave(self, household: int, person: int) -> bool:
        """Delete it; whether there was anything."""
        mine = (col(LookedAfter.household_id) == household, col(LookedAfter.person_id) == person)
        done = self.session.execute(delete(LookedAfter).where(*mine))
        return bool(getattr(done, "rowcount", 0))

    def visited_since(self, households: Iterable[int], since: datetime) -> set[int]:
        """Those of them where somebody was, or asked, since a moment."""
        there = (col(Visit.household_id).in_(list(households)), col(Visit.at) >= since)
        return {
            int(row)
            for row in self.session.execute(select(col(Visit.household_id)).where(*there)).scalars()
            if row
        }

    def was_raised(self, key: str) -> bool:
        """Whether this alert was raised before."""
        return (
            self.session.execute(select(col(DueFiring.id)).where(col(DueFiring.key) == key)).first()
            is not None
        )
