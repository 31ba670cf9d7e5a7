"""Frozen editions as pages list and open them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, true
from sqlmodel import Session, col

from models.rules.report_editions import Edition, unpacked
from models.rules.scope import Scope
from models.tables import Person, ReportEdition


@dataclass(frozen=True, slots=True)
class EditionView:
    """One edition. ``by``: surname of whoever froze it, empty: the operator."""

    id: int
    area: int
    period: str
    version: int
    by: str
    at: datetime


def editions_of(session: Session, scope: Scope, area: int, period: str) -> list[EditionView]:
    """Those of an area and a month, the latest first."""
    return _views(session, scope, col(ReportEdition.area_id) == area, col(ReportEdition.period) == period)


def edition_of(session: Session, scope: Scope, edition: int) -> tuple[EditionView, Edition] | None:
    """One with its content as it was counted for whoever asks; None: there is none within reach."""
    found = _views(session, scope, col(ReportEdition.id) == edition)
    if not found:
        return None
    content = session.execute(select(col(ReportEdition.content)).where(col(ReportEdition.id) == edition))
    return found[0], unpacked(content.scalar_one(), scope.person)


def _views(session: Session, scope: Scope, *wanted: ColumnElement[bool]) -> list[EditionView]:
    here = true() if scope.whole else col(ReportEdition.area_id).in_(sorted(scope.areas))
    columns = (ReportEdition.id, ReportEdition.area_id, ReportEdition.period, ReportEdition.version)
    found = (
        select(*map(col, columns), col(Person.surname), col(ReportEdition.at))
        .outerjoin(Person, col(Person.id) == col(ReportEdition.person_id))
        .where(here, *wanted)
        .order_by(col(ReportEdition.version).desc())
    )
    return [
        EditionView(id_, here_, code, version, by or "", at)
        for id_, here_, code, version, by, at in session.execute(found)
    ]
