"""A case by the token of its link, for the page of residents. For the web, which knows no tables."""

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models.rules.case_life import State
from models.rules.public_case import Progress
from models.tables import Case

LONGEST_CHAIN = 20
"""Cases that were merged into one another, one after the other."""


class ProgressReader:
    """Reads only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, token: str) -> tuple[Progress, Progress] | None:
        """The case behind a link, and the one that speaks for it: itself, unless it was merged."""
        with Session(self._engine) as session:
            asked = session.execute(select(Case).where(col(Case.token) == token)).scalar_one_or_none()
            if asked is None:
                return None
            head = asked
            for _ in range(LONGEST_CHAIN):
                if head.merged_into_id is None:
                    break
                head = session.get_one(Case, head.merged_into_id)
            return _progress(asked), _progress(head)


def _progress(row: Case) -> Progress:
    return Progress(
        no=row.no, category=row.category, privacy=row.privacy, state=State(row.state), area=row.area_id,
        place=row.place, result=row.result, in_room=row.room_id is not None, created_at=row.created_at,
        claimed_at=row.claimed_at, resolved_at=row.resolved_at, closed_at=row.closed_at,
        due_resolve_at=row.due_resolve_at, waiting_until=row.waiting_until, assignee=row.assignee_id,
        claimed_by=row.claimed_by, flags=dict(row.flags),
    )  # fmt: skip
