"""What the first page counts over somebody's areas: where it presses, how the days went, what people asked for."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine, func, select
from sqlmodel import Session, col

from models.asides import Aside
from models.case_desk import GROUPS, seen_by
from models.rules.case_life import State
from models.rules.scope import Scope
from models.shanghai import ShanghaiDate
from models.tables import Case

NEVER_WERE = (State.DRAFT, State.MERGED)
"""What is not counted as something that came in: not open yet, or counted with another one."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much is open in an area, and how much of it is late."""

    area: int
    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Day:
    """What came in and what was closed on one Shanghai day."""

    on: date
    opened: int
    closed: int


class TodayDesk:
    """Reads only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def unassigned(self, scope: Scope) -> int:
        """Open cases that lie with nobody: every post above was empty."""
        with Session(self._engine) as session:
            found = select(func.count()).select_from(Case).where(seen_by(scope), GROUPS["unassigned"])
            return int(session.execute(found).scalar_one())

    def loads(self, scope: Scope, now: datetime) -> list[Load]:
        """Areas in which something is open, those with the most that is late first; in no other order than the work's."""
        late = func.count().filter(col(Case.due_resolve_at) < now)
        area = Aside(Case.area_id)  # or SQLite reads all there ever was, one area after the other
        with Session(self._engine) as session:
            rows = session.execute(
                select(area, func.count(), late).where(seen_by(scope), GROUPS["open"]).group_by(area)
            ).all()
        loads = [Load(area_id, int(many), int(overdue)) for area_id, many, overdue in rows]
        return sorted(loads, key=lambda one: (-one.overdue, -one.open, one.area))

    def days(self, scope: Scope, begin: datetime, dates: Iterable[date]) -> list[Day]:
        """What came in and what was closed on each of these days, the first of which begins at ``begin``."""
        opened = self._moments(scope, Case.created_at, begin)
        closed = self._moments(scope, Case.closed_at, begin)
        return [Day(on, opened[on], closed[on]) for on in dates]

    def kinds(self, scope: Scope, begin: datetime, most: int) -> list[tuple[str, int]]:
        """Categories of what came in since then, the most frequent first."""
        many = func.count()
        found = select(col(Case.category), many).where(
            seen_by(scope), col(Case.created_at) >= begin, col(Case.state).not_in(NEVER_WERE)
        )
        with Session(self._engine) as session:
            rows = session.execute(
                found.group_by(col(Case.category)).order_by(many.desc(), col(Case.category)).limit(most)
            )
            return [(category, int(number)) for category, number in rows]

    def _moments(self, scope: Scope, moment: datetime | None, begin: datetime) -> Counter[date]:
        day = ShanghaiDate(col(moment))
        found = select(day, func.count()).where(
            seen_by(scope), col(moment) >= begin, col(Case.state).not_in(NEVER_WERE)
        )
        with Session(self._engine) as session:
            return Counter(dict(session.execute(found.group_by(day)).all()))
