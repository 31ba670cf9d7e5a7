"""Cases that speak for others, and ended ones that a new one may continue."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import col

from models.store.case_statements import (
    ENDED_HERE,
    ENDED_OF,
    FLAGS_OF,
    HANDLED_BY,
    OPEN_LIKE,
    UNPLAN_ALL,
)
from models.store.rows import Rows
from models.tables import Case, CoReporter

_MOST = 20


class Like(NamedTuple):
    """What is looked at of another case of the same category."""

    id: int
    no: int
    reporter_id: int | None
    place: str
    privacy: str
    text: str
    resolved_at: datetime | None
    reopen_count: int


class JoinStore(Rows):
    """On the transaction of the work at hand; nothing here commits."""

    def head_no(self, no: int) -> int | None:
        """The number of the case that speaks for this one at the end of the chain, read without a lock."""
        number, into = no, None
        row = self.run(select(col(Case.no), col(Case.merged_into_id)).where(col(Case.no) == no)).first()
        while row is not None:
            number, into = row
            if into is None:
                return int(number)
            above = select(col(Case.no), col(Case.merged_into_id)).where(col(Case.id) == into)
            row = self.run(above).first()
        return None

    def flags_of(self, case: int) -> dict[str, Any]:
        """The small facts of the case with that row id, read without a lock."""
        ((flags,),) = self.find(FLAGS_OF, case=case)
        return dict(flags)

    def handled_by(self, no: int) -> tuple[str, int | None]:
        """The state of the case with that number, and the appointment that handles it, read without a lock."""
        ((state, claimed, given),) = self.find(HANDLED_BY, no=no)
        return str(state), claimed or given

    def result_of(self, case: int) -> str:
        """What was reported as done of the case with that row id."""
        return str(self.run(select(col(Case.result)).where(col(Case.id) == case)).scalar_one())

    def merged_into(self, cases: Iterable[int]) -> list[Case]:
        """The cases that were merged into these, by id."""
        found = select(Case).where(col(Case.merged_into_id).in_(list(cases))).order_by(col(Case.id))
        return list(self.session.execute(found).scalars())

    def merged_of(self, identity: int) -> list[Case]:
        """What this contact reported and somebody merged into another case, newest first."""
        found = select(Case).where(col(Case.reporter_id) == identity, col(Case.merged_into_id).is_not(None))
        return list(self.session.execute(found.order_by(col(Case.id).desc()).limit(20)).scalars())

    def co_reporter(self, case: int, identity: int) -> CoReporter | None:
        """The row of somebody who joined a case, whether or not he left."""
        return self.session.get(CoReporter, (case, identity))

    def open_like(self, category: str, areas: Iterable[int], since: datetime) -> list[Like]:
        """Open cases of a category in these areas that were opened since a moment, newest first."""
        found: list[Like] = []
        for area in sorted(areas):
            rows = self.find(OPEN_LIKE, category=category, area=area, since=since, most=_MOST)
            found += [Like(*row) for row in rows]
        return sorted(found, key=lambda each: -each.id)

    def ended_like(
        self, category: str, areas: Iterable[int], reporter: int | None, since: datetime
    ) -> list[Like]:
        """Cases of a category, in these areas or by this reporter, that were resolved since a moment; newest first."""
        found: dict[int, Like] = {}
        for area in sorted(areas):
            rows = self.find(ENDED_HERE, category=category, area=area, since=since, most=_MOST)
            found |= {row[0]: Like(*row) for row in rows}
        if reporter is not None and reporter not in self.newcomers:
            rows = self.find(ENDED_OF, category=category, who=reporter, since=since, most=_MOST)
            found |= {row[0]: Like(*row) for row in rows}
        return sorted(found.values(), key=lambda each: -each.id)

    def unplan_all(self, case: int) -> None:
        """Nothing happens to this case by the clock any more; its pictures are still fetched."""
        UNPLAN_ALL.run(self.wire(), {"case": case})
