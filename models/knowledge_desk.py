"""Approved texts as somebody at a desk sees them, and of which matters people ask what no text answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, func, or_, select
from sqlmodel import Session, col

from models.case_desk import OPEN_TO_AREA
from models.reach import within
from models.rules.scope import Scope
from models.rules.town import Town
from models.tables import Case, KnowledgeItem, Person

MOST_LISTED, MOST_MATTERS = 100, 12


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One text. ``author`` is a surname, empty: it came in on the server."""

    no: int
    title: str
    answer: str
    source: str
    dated_on: date
    expires_on: date
    area: int
    asked: tuple[str, ...]
    author: str
    changed_at: datetime
    stopped_at: datetime | None

    def holds_on(self, day: date) -> bool:
        """Whether it is quoted on that day."""
        return self.stopped_at is None and self.dated_on <= day <= self.expires_on


class KnowledgeDesk:
    """Reads only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def listed(self, scope: Scope, town: Town, day: date, group: str, holds: str = "") -> list[PolicyLine]:
        """Texts that hold in somebody's areas: those in force (``now``), ``over`` or ``stopped``."""
        running = (col(KnowledgeItem.stopped_at).is_(None), col(KnowledgeItem.expires_on) >= day)
        groups: dict[str, tuple[ColumnElement[bool], ...]] = {
            "now": running,
            "over": (running[0], col(KnowledgeItem.expires_on) < day),
            "stopped": (col(KnowledgeItem.stopped_at).is_not(None),),
        }
        found = _lines().where(_told_to(scope, town), *groups[group])
        if holds:
            here = (KnowledgeItem.title, KnowledgeItem.answer, KnowledgeItem.source)
            found = found.where(or_(*(col(column).contains(holds, autoescape=True) for column in here)))
        return self._read(
            found.order_by(col(KnowledgeItem.expires_on), col(KnowledgeItem.no)).limit(MOST_LISTED)
        )

    def one(self, scope: Scope, town: Town, no: int) -> PolicyLine | None:
        """A text by its number; None: there is none that holds in these areas."""
        here = (_told_to(scope, town), col(KnowledgeItem.no) == no)
        return next(iter(self._read(_lines().where(*here))), None)

    def unanswered(self, scope: Scope, hotline: str, since: datetime) -> list[tuple[str, int]]:
        """Category → questions since a moment that became cases, the most frequent first; none of private matters."""
        asked = (
            within(scope, Case.area_id), col(Case.privacy).in_(OPEN_TO_AREA), col(Case.hotline) == hotline,
            col(Case.created_at) >= since,
        )  # fmt: skip
        often = func.count().desc()
        found = select(col(Case.category), func.count()).where(*asked).group_by(col(Case.category))
        with Session(self._engine) as session:
            rows = session.execute(found.order_by(often, col(Case.category)).limit(MOST_MATTERS))
            return [(category, int(n)) for category, n in rows]

    def _read(self, found: Select[*tuple[Any, ...]]) -> list[PolicyLine]:
        with Session(self._engine) as session:
            return [
                PolicyLine(
                    item.no, item.title, item.answer, item.source, item.dated_on, item.expires_on, item.area_id,
                    tuple(item.asked), surname or "", item.changed_at, item.stopped_at,
                )
                for item, surname in session.execute(found)
            ]  # fmt: skip


def _lines() -> Select[*tuple[Any, ...]]:
    return select(KnowledgeItem, col(Person.surname)).outerjoin(
        Person, col(Person.id) == KnowledgeItem.author_person_id
    )


def _told_to(scope: Scope, town: Town) -> ColumnElement[bool]:
    """What is quoted in somebody's areas: texts of these and of all above them."""
    above = frozenset(above_all(scope.areas, town))
    return or_(within(scope, KnowledgeItem.area_id), col(KnowledgeItem.area_id).in_(sorted(above)))


def above_all(areas: Iterable[int], town: Town) -> set[int]:
    """These areas and all above them."""
    return {node.id for area in areas if area in town.areas for node in town.upward(area)}
