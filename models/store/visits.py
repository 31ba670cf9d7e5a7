"""Visits, the households they went to, and errands run for residents."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import SQLModel, col

from models.rules.case_life import HANDLED_STATES, State
from models.rules.offline import ERRAND
from models.store.rows import Rows
from models.tables import Case, CaseLine, Household, Visit, arrived

MOST_KEYS = 500
"""Keys asked for at once."""
LIVES_IN = SQLModel.metadata.tables["household_area"]


class Home(NamedTuple):
    """A household, and where it lives now."""

    household: int
    label: str
    area: int


class VisitStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def add_visit(self, visit: Visit) -> None:
        """Write a visit."""
        self.session.add(visit)

    def homes(self, areas: Iterable[int], label: str | None = None, limit: int = 8) -> list[Home]:
        """Households that live in these areas now, by label; only those called ``label`` where one is given."""
        here = (LIVES_IN.c.area_id.in_(list(areas)), LIVES_IN.c.valid_to.is_(None), arrived(LIVES_IN.c))
        found = (
            select(col(Household.id), col(Household.label), LIVES_IN.c.area_id)
            .join(LIVES_IN, LIVES_IN.c.household_id == col(Household.id))
            .where(*here, arrived(Household))
        )
        if label is not None:
            found = found.where(col(Household.label) == label)
        rows = self.session.execute(found.order_by(col(Household.label), col(Household.id)).limit(limit))
        return [Home(*row) for row in rows]

    def errands(self, areas: Iterable[int], since: datetime) -> list[tuple[str, bool]]:
        """Errands of these areas since a moment: their kind, and whether they are done (taken back: not listed)."""
        mode = col(Case.flags)[ERRAND].as_string()
        found = select(mode, col(Case.state)).where(
            col(Case.area_id).in_(list(areas)),
            col(Case.created_at) >= since,
            col(Case.state).not_in((State.WITHDRAWN, State.MERGED, State.REJECTED)),
            mode.is_not(None),
        )
        return [(kind, state in HANDLED_STATES) for kind, state in self.session.execute(found)]

    def lines_there(self, keys: Iterable[str]) -> set[str]:
        """Which of these message keys have a line already."""
        wanted, found = sorted(keys), set[str]()
        for first in range(0, len(wanted), MOST_KEYS):
            some = col(CaseLine.message_key).in_(wanted[first : first + MOST_KEYS])
            found.update(self.session.execute(select(col(CaseLine.message_key)).where(some)).scalars())
        return found
