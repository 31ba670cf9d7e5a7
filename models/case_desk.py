"""Cases as somebody at a desk sees them: only those of the own areas, a page at a time, and one with all that happened.

What is not for everybody of an area (privacy P3 and P4) is seen by whoever it lies with and by nobody else; a quarrel
also by those who look after how work is done there (decision 0065); whoever is complained about does not see the
complaint (safeguards §2.4, §3).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, false, func, literal_column, or_, select, true
from sqlalchemy import case as first_where
from sqlmodel import Session, col

from models.asides import Aside
from models.case_search import CaseSearch, Narrowed, Sought
from models.case_walks import Hunt
from models.complaints import Accuses, Complains
from models.handed import HandedView, handed_to
from models.rules.case_life import State
from models.rules.case_words import URGENT_TOKEN, Choice, any_of, category_token
from models.rules.quarrels import QUARRELS
from models.rules.scope import Scope
from models.rules.urgency import Privacy, Urgency
from models.tables import ApiToken, Case, CaseEvent, CaseLine
from models.tables.cases import HURRIED_ROW, OPEN_ROW
from models.views import CaseView, case_views, views_of

OPEN_TO_AREA = (Privacy.P0, Privacy.P1, Privacy.P2)


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases are looked for. ``group``: open, overdue, unclaimed, unhappy, done or all."""

    group: str = "open"
    areas: frozenset[int] = frozenset()
    """Empty: all of one's own."""
    categories: frozenset[str] = frozenset()
    """Empty: all."""
    urgent: bool = False
    words: tuple[Sought, ...] = ()
    """All of them must be found."""


@dataclass(frozen=True, slots=True)
class CasePage:
    """Some of the cases, newest first; ``older`` is the number to go on from, None: these were the last."""

    cases: tuple[CaseView, ...]
    older: int | None


@dataclass(frozen=True, slots=True)
class StepView:
    """One thing that happened to a case."""

    seq: int
    step: str
    to_state: str
    reason: str
    seat: int | None
    at: datetime
    token: str = ""
    """The program that did it in the name of the seat; empty: a person did."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case with the lines people said about it and every step, oldest first."""

    case: CaseView
    area_id: int
    claimed_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    lines: tuple[tuple[datetime, str], ...]
    steps: tuple[StepView, ...]
    handed: HandedView | None = None


_OPEN: ColumnElement[bool] = literal_column(OPEN_ROW.text)
_HURRIED: ColumnElement[bool] = literal_column(HURRIED_ROW.text)
GROUPS: dict[str, ColumnElement[bool]] = {
    "open": _OPEN,
    "unclaimed": and_(_OPEN, col(Case.state) == State.NEW),
    "unassigned": and_(_OPEN, Aside(Case.assignee_id).is_(None), Aside(Case.claimed_by).is_(None)),
    "unhappy": and_(_OPEN, col(Case.reopen_count) > 0),
    "done": col(Case.state).in_((State.RESOLVED, State.CLOSED)),
    "all": true(),
}
ENDED = frozenset({"done", "all"})
"""Groups that grow with the years."""


class CaseDesk:
    """Reads cases for people who are signed in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._search = CaseSearch(engine)

    def page(
        self, scope: Scope, wanted: CaseFilter, now: datetime, *, before: int | None = None, limit: int = 30
    ) -> CasePage:
        """The newest ones that fit, or those with numbers below ``before``."""
        fits = (seen_by(scope), *_fits(wanted, now), *(w.fits(self._search.database) for w in wanted.words))
        with Session(self._engine) as session:
            if wanted.group in ENDED:
                rows = views_of(
                    session, self._search.newest(session, _hunt(scope, wanted, fits, before, limit + 1))
                )
            else:  # what is open does not grow with the years: each of it is looked at
                found = select(Case).where(*fits)
                found = found if before is None else found.where(col(Case.no) < before)
                rows = case_views(session, found.order_by(col(Case.no).desc()).limit(limit + 1))
        return CasePage(tuple(rows[:limit]), rows[limit - 1].no if len(rows) > limit else None)

    def counts(self, scope: Scope, now: datetime) -> dict[str, int]:
        """How many of the open ones stand how: open, overdue, unclaimed, unhappy."""
        groups = {name: GROUPS[name] for name in ("open", "unclaimed", "unhappy")}
        groups["overdue"] = _overdue(now)
        numbers = [func.count().filter(fits).label(name) for name, fits in groups.items()]
        with Session(self._engine) as session:
            row = session.execute(select(*numbers).where(seen_by(scope), _OPEN)).one()
        return {name: int(getattr(row, name)) for name in groups}

    def pressing(self, scope: Scope, now: datetime, limit: int = 100) -> list[CaseView]:
        """Open cases: overdue ones first, then urgent ones, then what is due earliest."""
        urgent = col(Case.urgency).in_((Urgency.U0, Urgency.U1))
        due = func.coalesce(col(Case.due_resolve_at), col(Case.created_at))
        late, hurry = first_where((_overdue(now), 0), else_=1), first_where((urgent, 0), else_=1)
        found = select(Case).where(seen_by(scope), _OPEN)
        found = found.order_by(late, hurry, due, col(Case.id))
        with Session(self._engine) as session:
            return case_views(session, found.limit(limit))

    def day_counts(self, scope: Scope, begin: datetime, end: datetime) -> tuple[int, int]:
        """Cases opened, and cases closed, from ``begin`` up to ``end``."""
        with Session(self._engine) as session:
            opened, closed = (
                session.execute(
                    select(func.count())
                    .select_from(Case)
                    .where(seen_by(scope), col(moment) >= begin, col(moment) < end)
                ).scalar_one()
                for moment in (Case.created_at, Case.closed_at)
            )
        return int(opened), int(closed)

    def one(self, scope: Scope, no: int) -> CaseFile | None:
        """A case by its number; None: there is none that this person may see."""
        with Session(self._engine) as session:
            row = session.execute(select(Case).where(seen_by(scope), col(Case.no) == no)).scalar_one_or_none()
            if row is None:
                return None
            view = case_views(session, select(Case).where(col(Case.id) == row.id))[0]
            lines = select(col(CaseLine.said_at), col(CaseLine.text)).where(col(CaseLine.case_id) == row.id)
            steps = (
                select(CaseEvent, col(ApiToken.name))
                .outerjoin(ApiToken, col(ApiToken.id) == col(CaseEvent.token_id))
                .where(col(CaseEvent.case_id) == row.id)
                .order_by(col(CaseEvent.seq))
            )
            return CaseFile(
                view, row.area_id, row.claimed_at, row.resolved_at, row.closed_at,
                tuple((at, words) for at, words in session.execute(lines.order_by(col(CaseLine.id)))),
                tuple(
                    StepView(e.seq, e.step, e.to_state, e.reason, e.seat_id, e.at, token or "")
                    for e, token in session.execute(steps)
                ),
                handed_to(session, row.id or 0),
            )  # fmt: skip


def seen_by(scope: Scope) -> ColumnElement[bool]:
    """SQL: whether a case may be seen; every list, count, export and page of cases stands on this one rule."""
    mine = or_(
        *(_among(column, scope.seats) for column in (Case.assignee_id, Case.keeper_id, Case.claimed_by))
    )
    here = true() if scope.whole else _among(Case.area_id, scope.areas)
    seen = or_(and_(here, col(Case.privacy).in_(OPEN_TO_AREA), _two_sided(scope)), mine)
    if not scope.complaints:
        return and_(seen, ~Complains(col(Case.flags)))
    return and_(seen, ~Accuses(col(Case.flags), scope.person)) if scope.person is not None else seen


def _two_sided(scope: Scope) -> ColumnElement[bool]:
    """SQL: whether a case of one's areas may be seen as far as it has two sides (人民调解法 22)."""
    if scope.complaints and (scope.whole or scope.areas <= scope.watches):
        return true()
    watched = _among(Case.area_id, scope.watches) if scope.complaints else false()
    return or_(func.substr(Aside(Case.category), 1, 1) != QUARRELS, watched)


def _among(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    known = sorted(values)
    return Aside(column).in_(known) if known else false()


def _overdue(now: datetime) -> ColumnElement[bool]:
    return and_(_OPEN, col(Case.due_resolve_at) < now)


def _hunt(
    scope: Scope, wanted: CaseFilter, fits: tuple[ColumnElement[bool], ...], before: int | None, most: int
) -> Hunt:
    """By which ways cases are looked for. What is urgent is so rare that its own index is read alone."""
    there = Narrowed(scope, wanted.areas, wanted.categories)
    if not wanted.words and wanted.urgent:
        return Hunt(fits, before=before, most=most)
    return Hunt(
        fits,
        _kinds(wanted),
        there.places(),
        there.whose(),
        () if wanted.words else there.arms(),
        before,
        most,
    )


def _kinds(wanted: CaseFilter) -> tuple[Choice, ...]:
    """What the index must hold of each case that is looked for."""
    choices = [word.choice() for word in wanted.words]
    if wanted.categories:
        choices.append(any_of([category_token(code) for code in wanted.categories]))
    if wanted.urgent:
        choices.append(any_of([URGENT_TOKEN]))
    return tuple(choices)


def _fits(wanted: CaseFilter, now: datetime) -> list[ColumnElement[bool]]:
    fits = [_overdue(now) if wanted.group == "overdue" else GROUPS[wanted.group]]
    if wanted.areas:
        fits.append(_among(Case.area_id, wanted.areas))
    if wanted.categories:
        fits.append(_among(Case.category, wanted.categories))
    if wanted.urgent:
        fits.append(_HURRIED)
    return fits
