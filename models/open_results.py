"""Published results as pages show them, and which cases may be spoken of at all."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine, Row, literal, select
from sqlmodel import Session, col

from models.rules.case_life import HANDLED_STATES
from models.rules.open_results import Published
from models.rules.public_case import tells_more
from models.rules.urgency import Privacy
from models.tables import Case, OpenResults, Person

BATCH = 500
LATEST = 6
"""So many months a board leads to."""


@dataclass(frozen=True, slots=True)
class Told:
    """A case that may be spoken of."""

    no: int
    category: str
    state: str
    result: str
    resolved_at: datetime | None

    @property
    def has_result(self) -> bool:
        """Whether it has ended with one, as it stands now."""
        return self.state in HANDLED_STATES and bool(self.result)


@dataclass(frozen=True, slots=True)
class Edition:
    """One published edition. ``up``: its page can be read; ``by``: surname of whoever approved it, empty: the operator."""

    id: int
    area: int
    period: str
    token: str
    by: str
    at: datetime
    up: bool


def tellable(session: Session, numbers: Iterable[int]) -> dict[int, Told]:
    """Those of these cases that are nobody's private matter, by number: P0 and P1, not between people, nobody accused."""
    found: dict[int, Told] = {}
    told_of = (Case.no, Case.category, Case.state, Case.result, Case.resolved_at)
    names = (*told_of, Case.privacy, Case.flags, Case.room_id)
    wanted = sorted({*numbers})
    for first in range(0, len(wanted), BATCH):
        some = wanted[first : first + BATCH]
        open_to_all = col(Case.privacy).in_((Privacy.P0, Privacy.P1))
        rows = session.execute(select(*map(col, names)).where(col(Case.no).in_(some), open_to_all))
        found.update(
            (row.no, Told(row.no, row.category, row.state, row.result, row.resolved_at))
            for row in rows
            if _is_told(row)
        )
    return found


def _is_told(row: Row[tuple[object, ...]]) -> bool:
    return tells_more(row.privacy, row.category, row.flags, in_room=row.room_id is not None)


def _still_holds(told: Told | None, published_at: datetime) -> bool:
    """Whether what was published of a case is so today: nobody came back to it. A forgotten one keeps its result here."""
    if told is None or told.state not in HANDLED_STATES:
        return False
    return told.resolved_at is None or told.resolved_at <= published_at


def names_in(session: Session, words: str) -> list[str]:
    """Full names of people we know that stand in the words."""
    known = col(Person.name)
    inside = literal(words).contains(known)
    found = session.execute(select(known).where(known != "", inside).distinct()).scalars()
    return sorted(name for name in found if len(name) > 1)


def editions(session: Session, area: int) -> list[Edition]:
    """Every edition of an area, the latest first."""
    found = (
        select(OpenResults, col(Person.surname))
        .outerjoin(Person, col(Person.id) == col(OpenResults.approved_by))
        .where(col(OpenResults.area_id) == area)
        .order_by(col(OpenResults.period).desc(), col(OpenResults.id).desc())
    )
    return [_edition(row, surname or "") for row, surname in session.execute(found)]


def _edition(row: OpenResults, by: str) -> Edition:
    return Edition(row.id or 0, row.area_id, row.period, row.token, by, row.at, row.withdrawn_at is None)


class OpenResultsReader:
    """What residents read; writes nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def opened(self, token: str) -> tuple[Edition, Published | None, str] | None:
        """What an address leads to: the edition, its content while it is up, and the token of what came instead.

        Cases that became private since, or began again because they were not solved, are left out.
        """
        with Session(self._engine) as session:
            row = session.execute(
                select(OpenResults).where(col(OpenResults.token) == token)
            ).scalar_one_or_none()
            if row is None:
                return None
            if row.withdrawn_at is not None:
                return _edition(row, ""), None, self._instead(session, row)
            content = Published.read(row.content)
            told = tellable(session, (each.no for each in content.matters))
            still = tuple(m for m in content.matters if _still_holds(told.get(m.no), row.at))
            return _edition(row, ""), replace(content, matters=still), ""

    @staticmethod
    def _instead(session: Session, row: OpenResults) -> str:
        same = (col(OpenResults.area_id) == row.area_id, col(OpenResults.period) == row.period)
        newer = select(col(OpenResults.token)).where(*same, col(OpenResults.withdrawn_at).is_(None))
        return session.execute(newer).scalars().first() or ""

    def of_areas(self, areas: Collection[int]) -> list[Edition]:
        """What is up for these areas, the latest months first."""
        return list(self._up(areas))

    def _up(self, areas: Collection[int]) -> Iterator[Edition]:
        found = (
            select(OpenResults)
            .where(col(OpenResults.area_id).in_(sorted(areas)), col(OpenResults.withdrawn_at).is_(None))
            .order_by(col(OpenResults.period).desc(), col(OpenResults.area_id))
            .limit(LATEST)
        )
        with Session(self._engine) as session:
            yield from [_edition(row, "") for row in session.execute(found).scalars()]
