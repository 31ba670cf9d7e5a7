"""Private cases as a post above sees them: that there is one, how it stands and with whom, and none of its words."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models.rules.case_life import OPEN_STATES
from models.rules.scope import Scope
from models.rules.urgency import Privacy
from models.tables import Case, RegisterOpening

MOST_OWN = 20


@dataclass(frozen=True, slots=True)
class ClosedCase:
    """A private case from outside."""

    no: int
    state: str
    seat: int | None
    """Whom it lies with."""
    created_at: datetime
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Opened:
    """What somebody opened, and why."""

    kind: str
    no: int
    reason: str
    at: datetime


class RegisterDesk:
    """Reads for people who are signed in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def closed(
        self, scope: Scope, areas: frozenset[int], *, before: int | None = None, limit: int = 30
    ) -> tuple[list[ClosedCase], int | None]:
        """Open private cases of these areas, newest first, and where the next page begins; none that accuses whoever asks."""
        here = (col(Case.privacy) == Privacy.P3, col(Case.state).in_(sorted(OPEN_STATES)))
        found = select(Case).where(*here, col(Case.area_id).in_(sorted(areas)))
        if before is not None:
            found = found.where(col(Case.no) < before)
        with Session(self._engine) as session:
            rows = list(session.execute(found.order_by(col(Case.no).desc()).limit(limit + 1)).scalars())
            shown = [row for row in rows[:limit] if scope.person not in row.flags.get("accused", ())]
            lines = [
                ClosedCase(row.no, row.state, row.claimed_by or row.assignee_id, row.created_at, row.due_resolve_at)
                for row in shown
            ]  # fmt: skip
        return lines, rows[limit - 1].no if len(rows) > limit else None

    def own(self, person: int | None) -> list[Opened]:
        """What somebody opened last, newest first."""
        mine = select(RegisterOpening).where(col(RegisterOpening.person_id) == person)
        with Session(self._engine) as session:
            rows = session.execute(mine.order_by(col(RegisterOpening.id).desc()).limit(MOST_OWN)).scalars()
            return [Opened(row.kind, row.subject_no, row.reason, row.at) for row in rows]
