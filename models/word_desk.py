"""Words of areas as somebody at a desk sees them: those of the own areas, and who added and ended them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.reach import within
from models.rules.scope import Scope
from models.tables import AddedWord, Area, Person

MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class WordLine:
    """One entry. ``added_by`` and ``ended_by`` are surnames, empty: the operator of the server."""

    id: int
    area: int
    place: str
    kind: str
    word: str
    category: str
    weight: float
    note: str
    added_by: str
    added_at: datetime
    ended_by: str
    ended_at: datetime | None
    was_set_aside: bool
    """Whether it was proposed and not taken."""


class WordDesk:
    """Reads only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def in_force(self, scope: Scope, holds: str = "") -> list[WordLine]:
        """Words of these areas that count and hold what is looked for, the newest first."""
        wanted: list[ColumnElement[bool]] = [col(AddedWord.ended_at).is_(None)]
        if holds:
            wanted.append(col(AddedWord.word).contains(holds, autoescape=True))
        return self._read(_lines(scope).where(*wanted).order_by(col(AddedWord.id).desc()))

    def ended(self, scope: Scope) -> list[WordLine]:
        """What does not count any more, the last to end first."""
        newest = (col(AddedWord.ended_at).desc(), col(AddedWord.id).desc())
        return self._read(_lines(scope).where(col(AddedWord.ended_at).is_not(None)).order_by(*newest))

    def one(self, scope: Scope, row: int) -> WordLine | None:
        """A word that counts; None: there is none in these areas."""
        here = (col(AddedWord.id) == row, col(AddedWord.ended_at).is_(None))
        return next(iter(self._read(_lines(scope).where(*here))), None)

    def _read(self, found: Select[*tuple[Any, ...]]) -> list[WordLine]:
        with Session(self._engine) as session:
            return [
                WordLine(
                    w.id or 0, w.area_id, place, w.kind, w.word, w.category, w.weight, w.note, added or "",
                    w.added_at, ended or "", w.ended_at, w.set_aside,
                )
                for w, place, added, ended in session.execute(found.limit(MOST_LISTED))
            ]  # fmt: skip


def _lines(scope: Scope) -> Select[*tuple[Any, ...]]:
    adds, ends = aliased(Person), aliased(Person)
    return (
        select(AddedWord, col(Area.name), col(adds.surname), col(ends.surname))
        .join(Area, col(Area.id) == AddedWord.area_id)
        .outerjoin(adds, col(adds.id) == AddedWord.added_by)
        .outerjoin(ends, col(ends.id) == AddedWord.ended_by)
        .where(within(scope, AddedWord.area_id))
    )
