"""What somebody asks the level above to approve, and how it was answered."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from models.rules.case_life import State
from models.store.rows import Rows
from models.tables import Approval, Case


class ApprovalStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def lock_case(self, case: int) -> Case:
        """The case as it stands now, locked until the work ends: of two who act at once the second sees the first's act."""
        found = select(Case).where(col(Case.id) == case).with_for_update()
        row: Case = self.session.execute(found.execution_options(populate_existing=True)).scalar_one()
        return row

    def ask(self, row: Approval) -> Approval:
        """Write a question; it has its row id afterwards."""
        self.session.add(row)
        self.session.flush()
        return row

    def latest(self, case: int) -> Approval | None:
        """The last question about a case, answered or not; read after the case was locked."""
        found = (
            select(Approval).where(col(Approval.case_id) == case).order_by(col(Approval.id).desc()).limit(1)
        )
        return self.session.execute(found.execution_options(populate_existing=True)).scalar_one_or_none()

    def open_of(self, seats: Iterable[int]) -> list[Case]:
        """Cases about which one of these appointments is asked something, the longest asked first."""
        found = (
            select(Case)
            .join(Approval, col(Approval.case_id) == col(Case.id))
            .where(
                col(Approval.asked_of).in_(list(seats)),
                col(Approval.answer) == "",
                col(Case.state).in_((State.CLAIMED, State.IN_PROGRESS)),
            )
            .order_by(col(Approval.id))
        )
        return list(self.session.execute(found).scalars())

    def answer(self, row: Approval, answer: str, by: int | None, now: datetime) -> None:
        """Note ``yes``, ``no`` or ``void``; nobody is waited for any more."""
        row.answer, row.answered_by, row.answered_at = answer, by, now
