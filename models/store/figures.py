"""What figures are made from: cases of some areas with their steps, ratings and follow-ups."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import CompoundSelect, Select, or_, select, union
from sqlmodel import col

from models.asides import Aside
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
_Ids = Sequence[int] | CompoundSelect[Any]
_LONGEST_PROMISE = timedelta(days=3)
"""So long before a span a case can have come in whose first contact was promised for it."""
_TOLD = tuple(
    map(
        col,
        (
            Case.id, Case.no, Case.category, Case.urgency, Case.state, Case.area_id, Case.place, Case.created_at,
            Case.due_claim_at, Case.due_resolve_at, Case.closed_reason, Case.co_reporters, Case.source, Case.reporter_id,
            Case.flags, Case.hotline, Case.privacy,
        ),
    )
)  # fmt: skip
"""Columns of a case that figures look at."""
NOTHING_EARLIER: Mapping[tuple[str, int, str], datetime] = MappingProxyType({})


class FiguresStore(Rows):
    """Reads only."""

    def happened(
        self,
        areas: Iterable[int],
        span: Span,
        timetable: Timetable,
        *,
        but: int | None = None,
        repeats: bool = True,
    ) -> Happened:
        """Everything a span's figures of these areas need: cases of it, cases open in it, and what they may repeat.

        Cases that complain about the person ``but`` are left out; without ``repeats``, what may only be repeated too.
        """
        self.write_appended()
        self.flush()
        came = span.start - (RECURS_WITHIN if repeats else _LONGEST_PROMISE)
        near = [_came(areas, came, span.end), *_older(areas, came, span)]
        if not repeats:
            rated = select(col(Rating.id)).where(col(Rating.case_id) == col(Case.id)).exists()
            near.append(_came(areas, span.start - RECURS_WITHIN, came).where(rated))
        return self._read(union(*near), (col(Case.id),), timetable, but=but)

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
        earlier = dict[tuple[str, int, str], datetime]()
        order = (col(Case.created_at), col(Case.id))
        for keys in self._keys(areas, span, size):
            part = self._read([id_ for _, id_ in keys], order, timetable, but=but, earlier=earlier)
            yield part
            last = keys[-1][0]
            earlier = {matter: at for matter, at in earlier.items() if last - at <= RECURS_WITHIN}
            earlier.update({case.matter: case.created_at for case in part.counted if case.place})

    def _keys(self, areas: Iterable[int], span: Span, size: int) -> Iterator[Sequence[tuple[datetime, int]]]:
        """When each concerned case came in, and its id, so many at a time in this order."""
        order, since = (col(Case.created_at), col(Case.id)), span.start - RECURS_WITHIN
        older = select(*order).where(col(Case.id).in_(union(*_older(areas, since, span)))).order_by(*order)
        keys = [(at, id_) for at, id_ in self.session.execute(older)]
        yield from (keys[begin : begin + size] for begin in range(0, len(keys), size))
        at, id_ = since, 0
        while True:
            later = or_(order[0] > at, order[1] > id_)
            found = select(*order).where(
                Aside(Case.area_id).in_(list(areas)), order[0] >= at, order[0] < span.end, later
            )
            keys = [(came, key) for came, key in self.session.execute(found.order_by(*order).limit(size))]
            if not keys:
                return
            yield keys
            at, id_ = keys[-1]

    def _read(
        self,
        those: _Ids,
        order: tuple[Any, ...],
        timetable: Timetable,
        *,
        but: int | None = None,
        earlier: Mapping[tuple[str, int, str], datetime] = NOTHING_EARLIER,
    ) -> Happened:
        rows = {
            case.id: case
            for case in self.session.execute(select(*_TOLD).where(col(Case.id).in_(those)).order_by(*order))
            if but is None or but not in case.flags.get("accused", ())
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

    def _events(self, those: _Ids) -> Iterable[tuple[int, str, datetime, dict[str, Any]]]:
        columns = (CaseEvent.case_id, CaseEvent.step, CaseEvent.at, CaseEvent.changes)
        found = select(*map(col, columns)).where(
            col(CaseEvent.case_id).in_(those), col(CaseEvent.step).in_(_READ)
        )
        rows = self.session.execute(found.order_by(col(CaseEvent.case_id), col(CaseEvent.seq)))
        return ((case, step, at, changes) for case, step, at, changes in rows)

    def _ratings(self, those: _Ids) -> Iterable[RatingFacts]:
        found = select(Rating, col(Case.no)).join(Case, col(Rating.case_id) == col(Case.id))
        found = found.where(col(Rating.case_id).in_(those))
        for row, no in self.session.execute(found.order_by(col(Rating.id))):
            yield RatingFacts(no, row.cycle, row.effect, row.duration, row.attitude, row.at)

    def _follow_ups(self, those: _Ids) -> Iterable[FollowUpFacts]:
        found = select(FollowUp, col(Case.no)).join(Case, col(FollowUp.case_id) == col(Case.id))
        found = found.where(col(FollowUp.case_id).in_(those))
        for row, no in self.session.execute(found.order_by(col(FollowUp.id))):
            yield FollowUpFacts(no, row.cycle, row.outcome)


def _came(areas: Iterable[int], since: datetime, until: datetime) -> Select[Any]:
    """Ids of cases of these areas that came in between."""
    came = (col(Case.created_at) >= since, col(Case.created_at) < until)
    return select(col(Case.id)).where(Aside(Case.area_id).in_(list(areas)), *came)


def _older(areas: Iterable[int], came: datetime, span: Span) -> list[Select[Any]]:
    """Ids of those that came in before, and are still open, or were due or finished in the span or later.

    Each by an index of its own, and by nothing else: asked for any of it at once, SQLite reads all the years.
    """
    near = (
        col(Case.closed_at).is_(None),
        col(Case.closed_at) >= span.start,
        col(Case.resolved_at) >= span.start,
        col(Case.due_resolve_at) >= span.start,
    )
    before = (Aside(Case.area_id).in_(list(areas)), Aside(Case.created_at) < min(came, span.end))
    return [select(col(Case.id)).where(each, *before) for each in near]


def _facts(row: Any, due_claim: datetime | None, steps: tuple[tuple[str, datetime], ...]) -> CaseFacts:
    return CaseFacts(
        no=row.no, category=row.category, urgency=row.urgency, state=State(row.state), area=row.area_id,
        place=row.place or row.flags.get(MATTER, ""), created_at=row.created_at, due_claim_at=due_claim or row.due_claim_at,
        due_resolve_at=row.due_resolve_at, closed_reason=row.closed_reason, co_reporters=row.co_reporters, source=row.source,
        reachable=(row.reporter_id is not None or REACHABLE in row.flags) and not row.flags.get("anonymous"), steps=steps,
        hotline=row.hotline, private=row.privacy in {Privacy.P3, Privacy.P4} or bool(row.flags.get("accused")),
    )  # fmt: skip
