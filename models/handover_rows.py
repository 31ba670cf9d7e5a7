"""Packages of cases and what was answered about them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select, true
from sqlmodel import col

from models.case_desk import seen_by
from models.rules.scope import Scope
from models.store.rows import Rows
from models.tables import Case, HandedOver, HandoverPackage


class HandoverStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def make(
        self, cases: Iterable[Case], receiver: str, reason: str, person: int | None, now: datetime
    ) -> int:
        """A package of these cases; its number. Two at the same moment: one of them is tried again by dispatch."""
        last = self.session.execute(select(func.max(col(HandoverPackage.no)))).scalar_one()
        package = HandoverPackage(
            no=int(last or 0) + 1, receiver=receiver, reason=reason, made_by=person, at=now
        )
        self.session.add(package)
        self.session.flush()
        for case in cases:
            self.session.add(HandedOver(case_id=case.id or 0, package_id=package.id or 0, sent_at=now))
        return package.no

    def holds(self, package: int, scope: Scope) -> bool:
        """Whether there is such a package with a case that one may see."""
        found = (
            select(col(Case.id))
            .join(HandedOver, col(HandedOver.case_id) == col(Case.id))
            .join(HandoverPackage, col(HandoverPackage.id) == col(HandedOver.package_id))
            .where(col(HandoverPackage.no) == package, seen_by(scope))
        )
        return self.session.execute(found.limit(1)).first() is not None

    def last_of(self, no: int, scope: Scope) -> tuple[HandedOver, Case] | None:
        """Where a case went last, and the case; None: it went nowhere, or one may not see it.

        The operator, who sees no private case, may bring in what was answered about one.
        """
        found = (
            select(HandedOver, Case)
            .join(Case, col(Case.id) == col(HandedOver.case_id))
            .where(col(Case.no) == no, true() if scope.whole else seen_by(scope))
            .order_by(col(HandedOver.id).desc())
            .limit(1)
        )
        row = self.session.execute(found).first()
        return (row[0], row[1]) if row is not None else None
