"""What moved lately: which cases took a step since somebody looked, for pages that are open."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Row, Table, func, select
from sqlmodel import SQLModel

from models.rules.quarrels import is_quarrel
from models.rules.scope import Scope
from models.rules.urgency import Privacy
from models.tables import Case, CaseEvent

LATE = 200
"""So many numbers before the newest may still be on their way: PostgreSQL gives them before it commits them."""
PRIVATE = frozenset({Privacy.P3, Privacy.P4})
_STEP: Table = SQLModel.metadata.tables[str(CaseEvent.__tablename__)]
_CASE: Table = SQLModel.metadata.tables[str(Case.__tablename__)]
_READ = ("area_id", "category", "privacy", "assignee_id", "keeper_id", "claimed_by", "flags")


@dataclass(frozen=True, slots=True)
class Moved:
    """A step of a case. ``area`` None: only those with whom it lies may know of it."""

    id: int
    area: int | None
    seats: frozenset[int]
    accused: frozenset[int]
    quarrel: bool = False

    def concerns(self, scope: Scope) -> bool:
        """Whether somebody with this scope may know that something happened."""
        if scope.whole:
            return True
        if scope.person in self.accused:
            return False
        here = scope.watches if self.quarrel else scope.areas
        return self.area in here or not self.seats.isdisjoint(scope.seats)


class CaseNews:
    """Reads only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def newest(self) -> int:
        """The number of the newest step; 0: there was none."""
        with self._engine.connect() as connection:
            return int(connection.scalar(select(func.max(_STEP.c.id))) or 0)

    def since(self, last: int, known: Collection[int]) -> list[Moved]:
        """Steps around and after number ``last`` that are not ``known``, oldest first."""
        found = select(_STEP.c.id, *(_CASE.c[name] for name in _READ)).join(
            _CASE, _CASE.c.id == _STEP.c.case_id
        )
        found = found.where(_STEP.c.id > last - LATE).order_by(_STEP.c.id)
        with self._engine.connect() as connection:
            return [_moved(row) for row in connection.execute(found) if row.id not in known]


def _moved(row: Row[Any]) -> Moved:
    seats = frozenset(seat for seat in (row.assignee_id, row.keeper_id, row.claimed_by) if seat is not None)
    area = None if row.privacy in PRIVATE else row.area_id
    return Moved(row.id, area, seats, frozenset(row.flags.get("accused", ())), is_quarrel(row.category))
