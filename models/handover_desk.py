"""Cases that go to a platform of the county: what could go, what went, and what became of it over there.

Who may see a case decides here as everywhere (``models.case_desk.seen_by``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, exists, func, select
from sqlmodel import Session, col

from models.case_desk import seen_by
from models.rules.case_life import OPEN_STATES
from models.rules.registers import PRIVATE
from models.rules.scope import Scope
from models.tables import Case, HandedOver, HandoverPackage


@dataclass(frozen=True, slots=True)
class GoingCase:
    """A case as it may be handed over."""

    no: int
    category: str
    hotline: str
    urgency: str
    privacy: str
    state: str
    area_id: int
    place: str
    text: str
    result: str
    co_reporters: int
    created_at: datetime
    due_resolve_at: datetime | None


@dataclass(frozen=True, slots=True)
class PackageLine:
    """A package: how many of its cases one may see, and how many of these were answered.

    ``reason``: why private ones went; empty for whoever neither made it nor may see one of them.
    """

    no: int
    receiver: str
    reason: str
    at: datetime
    cases: int
    answered: int


_COLUMNS = [getattr(Case, name) for name in GoingCase.__slots__]


class HandoverDesk:
    """Reads only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def candidates(self, scope: Scope, rungs: range, limit: int = 200) -> list[GoingCase]:
        """Open cases that lie with these steps of the ladder and went nowhere yet, those due earliest first."""
        gone = exists().where(col(HandedOver.case_id) == col(Case.id))
        top = (col(Case.rung) >= rungs.start, col(Case.rung) < rungs.stop)
        wanted = (*_going(scope), *top, ~gone)
        due = func.coalesce(col(Case.due_resolve_at), col(Case.created_at))
        with Session(self._engine) as session:
            return _read(session, scope, and_(*wanted), due, limit)

    def of_package(self, scope: Scope, no: int) -> list[GoingCase]:
        """The cases of a package that one may see, by number."""
        within = (
            select(col(HandedOver.case_id))
            .join(HandoverPackage, col(HandoverPackage.id) == col(HandedOver.package_id))
            .where(col(HandoverPackage.no) == no)
        )
        with Session(self._engine) as session:
            return _read(session, scope, and_(seen_by(scope), col(Case.id).in_(within)), col(Case.no), None)

    def packages(self, scope: Scope, limit: int = 30) -> list[PackageLine]:
        """The latest packages that hold a case one may see."""
        answered = func.count(col(HandedOver.answered_at))
        private = func.count().filter(col(Case.privacy).in_(PRIVATE))
        head = (HandoverPackage.no, HandoverPackage.receiver, HandoverPackage.reason, HandoverPackage.at)
        columns: list[Any] = [*head, func.count(), answered, private, HandoverPackage.made_by]
        found = (
            select(*columns)
            .join(HandedOver, col(HandedOver.package_id) == col(HandoverPackage.id))
            .join(Case, col(Case.id) == col(HandedOver.case_id))
            .where(seen_by(scope))
            .group_by(col(HandoverPackage.id))
            .order_by(col(HandoverPackage.no).desc())
            .limit(limit)
        )
        with Session(self._engine) as session:
            return [
                PackageLine(no, to, reason if seen or by == scope.person else "", at, cases, answers)
                for no, to, reason, at, cases, answers, seen, by in session.execute(found)
            ]


def that_may_go(session: Session, scope: Scope, numbers: Iterable[int]) -> list[Case]:
    """Those of these cases that are open and that one may see, by number; in the transaction of the work at hand."""
    wanted = and_(*_going(scope), col(Case.no).in_(sorted(numbers)))
    rows = session.execute(select(Case).where(wanted).order_by(col(Case.no))).scalars()
    return [row for row in rows if not _held_back(row.flags, scope)]


def _going(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    return seen_by(scope), col(Case.state).in_(sorted(OPEN_STATES))


def _read(
    session: Session, scope: Scope, wanted: ColumnElement[bool], order: Any, limit: int | None
) -> list[GoingCase]:
    found = select(*_COLUMNS, col(Case.flags)).where(wanted).order_by(order, col(Case.id)).limit(limit)
    return [GoingCase(*row[:-1]) for row in session.execute(found) if not _held_back(row[-1], scope)]


def _held_back(flags: dict[str, Any], scope: Scope) -> bool:
    """Whoever is complained about does not see it; nobody passes on what its reporter has not agreed to yet."""
    accused = scope.person is not None and scope.person in flags.get("accused", ())
    return accused or flags.get("consent") == "pending"
