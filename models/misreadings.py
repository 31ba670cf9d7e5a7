"""Corrections and kept cases, read for whoever reviews the lexicon."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from models.rules.case_life import State
from models.rules.decision import Kind
from models.rules.misreading import Correction, KeptCase, Words
from models.rules.urgency import Privacy
from models.tables import Appointment, Area, Case, Person
from models.tables import Correction as CorrectionRow

_PAGE = 500
READ_AGAIN = tuple(sorted(set(State) - {State.WITHDRAWN, State.MERGED}))
"""What somebody took back, or was no case, is not read again."""


class Misreadings:
    """Reads one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def corrections(self) -> tuple[Correction, ...]:
        """Every correction, oldest first."""
        found = (
            select(CorrectionRow, col(Appointment.person_id))
            .join(Appointment, col(CorrectionRow.seat_id) == col(Appointment.id))
            .order_by(col(CorrectionRow.id))
        )
        with Session(self._engine) as session:
            return tuple(
                Correction(
                    row.case_id, person, Kind(row.kind_before), Kind(row.kind_after), row.category_before,
                    row.category_after, _words(row.because), row.at,
                )
                for row, person in session.execute(found)
            )  # fmt: skip

    def cases(self) -> Iterator[KeptCase]:
        """Every kept case that still has its words, by row id."""
        after = 0
        while page := self._page(after):
            yield from page
            after = page[-1].id

    def names(self) -> frozenset[str]:
        """Names of people and areas, which are nothing to learn."""
        with Session(self._engine) as session:
            found = [*session.execute(select(col(Person.name))), *session.execute(select(col(Area.name)))]
        return frozenset(name for (name,) in found if name and len(name) > 1)

    def _page(self, after: int) -> list[KeptCase]:
        columns = ("id", "no", "category", "text", "privacy", "because")
        found = (
            select(*(getattr(Case, name) for name in columns))
            .where(col(Case.id) > after, col(Case.text) != "", col(Case.state).in_(READ_AGAIN))
            .order_by(col(Case.id))
            .limit(_PAGE)
        )
        with Session(self._engine) as session:
            return [kept_case(row) for row in session.execute(found)]


def kept_case(row: Any) -> KeptCase:
    """A row with id, no, category, text, privacy and because as a case to read again."""
    return KeptCase(row.id, row.no, row.category, row.text, Privacy(row.privacy), _words(row.because))


def _words(kept: list[Any]) -> Words:
    return tuple((str(word), float(weight)) for word, weight in kept)
