"""Helping hands: who lends one with which case, and how often somebody did."""

from datetime import datetime

from sqlalchemy import Table, bindparam, func, select
from sqlmodel import col

from models.prepared import Prepared
from models.rules.case_life import State
from models.store.rows import TABLES, Rows
from models.tables import Case, CoHandler

_HAND: Table = TABLES[CoHandler.__tablename__]
_HANDS = Prepared(
    select(_HAND.c.identity_id)
    .where(_HAND.c.case_id == bindparam("case"), _HAND.c.left_at.is_(None))
    .order_by(_HAND.c.at, _HAND.c.identity_id)
)


class HandStore(Rows):
    """Contacts that help with a case."""

    def hands_of(self, case: int) -> list[int]:
        """Contacts that help with it, the first first."""
        return [identity for (identity,) in self.find(_HANDS, case=case)]

    def lend_hand(self, case: int, identity: int, now: datetime) -> bool:
        """Note that a contact helps; False when it does already."""
        row = self.session.get(CoHandler, (case, identity))
        if row is not None and row.left_at is None:
            return False
        if row is None:
            self.session.add(CoHandler(case_id=case, identity_id=identity, at=now))
        else:
            row.at, row.left_at = now, None
        return True

    def withdraw_hand(self, case: int, identity: int, now: datetime) -> bool:
        """Note that a contact helps no longer; False when it did not."""
        row = self.session.get(CoHandler, (case, identity))
        if row is None or row.left_at is not None:
            return False
        row.left_at = now
        return True

    def hands_lent(self, identity: int) -> int:
        """With how many cases that have ended a contact helped to the end."""
        found = (
            select(func.count())
            .select_from(CoHandler)
            .join(Case, col(CoHandler.case_id) == col(Case.id))
            .where(
                col(CoHandler.identity_id) == identity,
                col(CoHandler.left_at).is_(None),
                col(Case.state) == State.CLOSED,
            )
        )
        return int(self.session.execute(found).scalar_one())
