"""To which households a letter was brought."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select

from models.store.rows import Rows
from models.tables import LetterDelivery


class LetterStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def brought_to(self, notice: int) -> set[int]:
        """Households that have it."""
        found = select(LetterDelivery.household_id).where(col(LetterDelivery.notice_id) == notice)
        return set(self.session.exec(found))

    def bring(self, notice: int, households: Iterable[int], person: int | None, now: datetime) -> None:
        """Note that they have it now."""
        for household in households:
            self.session.add(
                LetterDelivery(notice_id=notice, household_id=household, brought_by=person, at=now)
            )
        self.session.flush()

    def take_back(self, notice: int, households: Iterable[int]) -> None:
        """They do not have it after all."""
        mine = (
            col(LetterDelivery.notice_id) == notice,
            col(LetterDelivery.household_id).in_(list(households)),
        )
        self.session.execute(delete(LetterDelivery).where(*mine))
