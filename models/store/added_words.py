"""Words that cadres added to the lexicon of their areas, and kept cases to see what they would change."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlmodel import col

from models.kept_cases import CASE_COLUMNS, READ_AGAIN, kept_case
from models.rules.misreading import KeptCase
from models.store.rows import Rows
from models.tables import AddedWord, Case

CASES_READ = 300
"""So many of the newest kept cases are read again for a preview."""


class AddedWordStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def added(self, row: int) -> AddedWord | None:
        """A word in force, locked until the work ends."""
        found = select(AddedWord).where(col(AddedWord.id) == row, col(AddedWord.ended_at).is_(None))
        return self.session.execute(found.with_for_update()).scalar_one_or_none()

    def added_there(self, area: int, kind: str, plain: str, category: str) -> AddedWord | None:
        """The same entry of that very area, in force."""
        found = select(AddedWord).where(
            col(AddedWord.area_id) == area, col(AddedWord.kind) == kind, col(AddedWord.plain) == plain,
            col(AddedWord.category) == category, col(AddedWord.ended_at).is_(None),
        )  # fmt: skip
        return self.session.execute(found.order_by(col(AddedWord.id)).limit(1)).scalar_one_or_none()

    def kept_cases(self, areas: Iterable[int]) -> list[KeptCase]:
        """The newest cases of these areas that still have their words."""
        found = (
            select(*CASE_COLUMNS)
            .where(col(Case.area_id).in_(list(areas)), col(Case.text) != "", col(Case.state).in_(READ_AGAIN))
            .order_by(col(Case.id).desc())
            .limit(CASES_READ)
        )
        return [kept_case(row) for row in self.session.execute(found)]
