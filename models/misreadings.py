"""Corrections and kept cases, read for whoever reviews the lexicon."""

from collections.abc import Iterator

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models.kept_cases import CASE_COLUMNS, READ_AGAIN, as_words, kept_case
from models.reach import within
from models.rules.decision import Kind
from models.rules.misreading import Correction, KeptCase
from models.rules.scope import Scope
from models.tables import Appointment, Area, Case, Person
from models.tables import Correction as CorrectionRow

_PAGE = 500
EVERYWHERE = Scope(whole=True)


class Misreadings:
    """Reads one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def corrections(self, scope: Scope = EVERYWHERE) -> tuple[Correction, ...]:
        """Every correction by post holders of these areas, oldest first."""
        found = (
            select(CorrectionRow, col(Appointment.person_id))
            .join(Appointment, col(CorrectionRow.seat_id) == col(Appointment.id))
            .where(within(scope, Appointment.area_id))
            .order_by(col(CorrectionRow.id))
        )
        with Session(self._engine) as session:
            return tuple(
                Correction(
                    row.case_id, person, Kind(row.kind_before), Kind(row.kind_after), row.category_before,
                    row.category_after, as_words(row.because), row.at,
                )
                for row, person in session.execute(found)
            )  # fmt: skip

    def cases(self, scope: Scope = EVERYWHERE) -> Iterator[KeptCase]:
        """Every kept case of these areas that still has its words, by row id."""
        after = 0
        while page := self._page(after, scope):
            yield from page
            after = page[-1].id

    def names(self) -> frozenset[str]:
        """Names of people and areas, which are nothing to learn."""
        with Session(self._engine) as session:
            found = [*session.execute(select(col(Person.name))), *session.execute(select(col(Area.name)))]
        return frozenset(name for (name,) in found if name and len(name) > 1)

    def _page(self, after: int, scope: Scope) -> list[KeptCase]:
        found = (
            select(*CASE_COLUMNS)
            .where(
                within(scope, Case.area_id),
                col(Case.id) > after,
                col(Case.text) != "",
                col(Case.state).in_(READ_AGAIN),
            )
            .order_by(col(Case.id))
            .limit(_PAGE)
        )
        with Session(self._engine) as session:
            return [kept_case(row) for row in session.execute(found)]
