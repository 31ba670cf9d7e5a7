"""What figures are made from: cases of some areas with their steps, ratings and follow-ups."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlmodel import col

from models.rules.case_life import State, Step
from models.rules.happened import STEPS, CaseFacts, FollowUpFacts, Happened, RatingFacts
from models.rules.metrics import RECURS_WITHIN
from models.rules.periods import Span
from models.rules.retention import MATTER, REACHABLE
from models.rules.sla import Timetable
from models.rules.urgency import Privacy
from models.store.rows import Rows
from models.tables import Case, CaseEvent, FollowUp, Rating

_READ = (Step.CREATE, *STEPS)
PART = 500
"""Cases read at a time."""
NOTHING_EARLIER: Mapping[tuple[str, int, str], datetime] = MappingProxyType({})


class FiguresStore(Rows):
    """Reads only."""

    def happened(
        self, areas: Iterable[int], span: Span, timetable: Timetable, *, but: int | None = None
    ) -> Happened:
        """Everything a span's figures of these areas need: cases of it, cases open in it, and what they may repeat.

        Cases that complain about the person ``but`` are left out.
        """
        self.write_appended()
        self.flush()
        those = _concerned(areas, span)
        return self._read(those, select(Case).where(those).order_by(col(Case.id)), timetable, but=but)

    def happened_in_parts(
        self,
        areas: Iterable[int],
        span: Span,
        timetable: Timetable,
        *,
        but: int | None = None,
        size: int = PART,
    ) -> Iterator[Happened]:
        """The same, so many cases at a time in the order they came in: figures of all are the sums of the parts'.

        Cases that complain about the person ``but`` are left out.
        """
        concerned, earlier = _concerned(areas, span), dict[tuple[str, int, str], datetime]()
        order = (col(Case.created_at), col(Case.id))
        last: tuple[datetime, int] | None = None
        while True:
            found = select(*order).where(concerned)
            if last is not None:
                at, id_ = last
                later = and_(col(Case.created_at) == at, col(Case.id) > id_)
                found = found.where(or_(col(Case.created_at) > at, later))
            keys = self.session.execute(found.order_by(*order).limit(size)).all()
            if not keys:
                return
            last = (keys[-1][0], keys[-1][1])
            those = col(Case.id).in_([id_ for _, id_ in keys])
            part = self._read(
                those, select(Case).where(those).order_by(*order), timetable, but=but, earlier=earlier
            )
            yield part
            earlier = {matter: at for matter, at in earlier.items() if last[0] - at <= RECURS_WITHIN}
            earlier.update({case.matter: case.created_at for case in part.counted if case.place})

    def _read(
        self,
        those: ColumnElement[bool],
        found: Select[Case],
        timetable: Timetable,
        *,
        but: int | None = None,
        earlier: Mapping[tuple[str, int, str], datetime] = NOTHING_EARLIER,
    ) -> Happened:
        cases = self.session.execute(found).scalars()
        rows = {
            case.id or 0: case for case in cases if but is None or but not in case.flags.get("accused", ())
        }
        steps: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
        first_due: dict[int, datetime] = {}
        for case, step, at, changes in self._events(those):
            if case not in rows:
                continue
            if step != Step.CREATE:
                steps[case].append((step, at))
            elif changes.get("due_claim_at"):
                first_due[case] = datetime.fromisoformat(changes["due_claim_at"])
        return Happened(
            tuple(_facts(row, first_due.get(id_), tuple(steps[id_])) for id_, row in rows.items()),
            tuple(self._ratings(those)),
            tuple(self._follow_ups(those)),
            timetable,
            earlier,
        )

    def not_asked(self, areas: Iterable[int], made_before: datetime) -> int:
        """Follow-ups arranged before a moment that nobody ever made; of whoever is named to nobody none is due."""
        found = select(col(Case.flags)).join(FollowUp, col(FollowUp.case_id) == col(Case.id))
        open_ones = (col(FollowUp.outcome) == "", col(FollowUp.made_at) < made_before)
        rows = self.session.execute(found.where(*open_ones, col(Case.area_id).in_(list(areas)))).scalars()
        return sum(not flags.get("anonymous") for flags in rows)

    def _events(self, those: ColumnElement[bool]) -> Iterable[tuple[int, str, datetime, dict[str, Any]]]:
        columns = (CaseEvent.case_id, CaseEvent.step, CaseEvent.at, CaseEvent.changes)
        found = select(*map(col, columns)).join(Case, col(CaseEvent.case_id) == col(Case.id))
        found = found.where(those, col(CaseEvent.step).in_(_READ))
        rows = self.session.execute(found.order_by(col(CaseEvent.case_id), col(CaseEvent.seq)))
        return ((case, step, at, changes) for case, step, at, changes in rows)

    def _ratings(self, those: ColumnElement[bool]) -> Iterable[RatingFacts]:
        found = select(Rating, col(Case.no)).join(Case, col(Rating.case_id) == col(Case.id)).where(those)
        for row, no in self.session.execute(found.order_by(col(Rating.id))):
            yield RatingFacts(no, row.cycle, row.effect, row.duration, row.attitude, row.at)

    def _follow_ups(self, those: ColumnElement[bool]) -> Iterable[FollowUpFacts]:
        found = select(FollowUp, col(Case.no)).join(Case, col(FollowUp.case_id) == col(Case.id)).where(those)
        for row, no in self.session.execute(found.order_by(col(FollowUp.id))):
            yield FollowUpFacts(no, row.cycle, row.outcome)


def _concerned(areas: Iterable[int], span: Span) -> ColumnElement[bool]:
    """In these areas, not later than the span, and near it, due in it, finished in it or still open."""
    near = or_(
        col(Case.created_at) >= span.start - RECURS_WITHIN,
        col(Case.closed_at).is_(None),
        col(Case.closed_at) >= span.start,
        col(Case.resolved_at) >= span.start,
        col(Case.due_resolve_at) >= span.start,
    )
    return and_(col(Case.area_id).in_(list(areas)), col(Case.created_at) < span.end, near)


def _facts(row: Case, due_claim: datetime | None, steps: tuple[tuple[str, datetime], ...]) -> CaseFacts:
    return CaseFacts(
        no=row.no, category=row.category, urgency=row.urgency, state=State(row.state), area=row.area_id,
        place=row.place or row.flags.get(MATTER, ""), created_at=row.created_at, due_claim_at=due_claim or row.due_claim_at,
        due_resolve_at=row.due_resolve_at, closed_reason=row.closed_reason, co_reporters=row.co_reporters, source=row.source,
        reachable=(row.reporter_id is not None or REACHABLE in row.flags) and not row.flags.get("anonymous"), steps=steps,
        hotline=row.hotline, private=row.privacy in {Privacy.P3, Privacy.P4} or bool(row.flags.get("accused")),
    )  # fmt: skip
