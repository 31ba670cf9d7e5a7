"""Named sets of filters, on the session of the work at hand."""

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from models.store.rows import Rows
from models.tables import SavedView


class SavedViewStore(Rows):
    """Nothing here commits."""

    def count(self, person: int | None) -> int:
        """How many somebody has."""
        return int(self.session.execute(select(func.count()).where(owned_by(person))).scalar_one())

    def named(self, person: int | None, name: str) -> SavedView | None:
        """Somebody's view of that name."""
        mine = select(SavedView).where(owned_by(person), col(SavedView.name) == name)
        return self.session.execute(mine).scalars().first()

    def one(self, person: int | None, view: int) -> SavedView | None:
        """Somebody's view by its id; None: it is nobody's or another's."""
        mine = select(SavedView).where(owned_by(person), col(SavedView.id) == view)
        return self.session.execute(mine).scalar_one_or_none()


def owned_by(person: int | None) -> ColumnElement[bool]:
    """Whose a view is; None: the operator's."""
    mine = col(SavedView.person_id)
    return mine == person if person is not None else mine.is_(None)
