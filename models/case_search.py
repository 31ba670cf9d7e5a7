"""Finding the newest cases that hold some words or are of some kind, however many cases there are (decision 0054).

The index says which numbers may fit, the newest first and a few at a time; whether they do is asked of the cases
themselves. So it need only never leave one out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, bindparam, func, inspect, or_, select, text
from sqlmodel import Session, col

from models.rules.case_words import (
    BLOCK,
    Choice,
    Tokens,
    any_of,
    area_token,
    as_fts5,
    as_tsquery,
    block_token,
    category_token,
    fold,
    holding,
    seat_token,
)
from models.rules.scope import Scope
from models.tables import Case

MOST_AREAS = 200
"""Whose cases lie in more places than this have so large a share of all that asking for the places saves nothing."""
FEW, MANY = 64, 1024
"""Numbers asked of SQLite at first, and at most at once."""
SPANS = (1, 8, 64)
"""Blocks of numbers asked of PostgreSQL, one span after the other; then all the rest."""
CAPITALS, SMALL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
_FTS5 = text(
    "SELECT rowid FROM case_words WHERE case_words MATCH :words AND rowid < :before ORDER BY rowid DESC LIMIT :most"
)
_GIN = text(
    "SELECT no FROM case_words WHERE case_tokens(marks, said) @@ CAST(:words AS tsquery) AND no < :before"
)


@dataclass(frozen=True, slots=True)
class Sought:
    """One word: it stands in a case's texts, or names its category or whoever it lies with."""

    word: str
    categories: frozenset[str] = frozenset()
    seats: frozenset[int] = frozenset()

    def choice(self) -> Choice:
        """What the index must hold of a case that fits."""
        named = [category_token(code) for code in self.categories]
        named += [seat_token(seat) for seat in self.seats]
        ways: list[Tokens] = [holding(self.word), *((token,) for token in sorted(named))]
        return Choice(tuple(ways))

    def fits(self, database: str) -> ColumnElement[bool]:
        """SQL: whether a case fits. Capital letters A to Z count as small ones, by LIKE itself on SQLite."""
        said = [col(column) for column in (Case.text, Case.place, Case.result)]
        folded = [func.translate(one, CAPITALS, SMALL) for one in said] if database == "postgresql" else said
        ways = [one.contains(fold(self.word), autoescape=True) for one in folded]
        if self.categories:
            ways.append(col(Case.category).in_(sorted(self.categories)))
        for column in (Case.assignee_id, Case.claimed_by) if self.seats else ():
            ways.append(col(column).in_(sorted(self.seats)))
        return or_(*ways)


def places(scope: Scope, areas: frozenset[int]) -> list[Choice]:
    """Where the cases lie that somebody may see, of these areas if any are named."""
    choices = []
    if not scope.whole and not (areas and areas <= scope.areas) and len(scope.areas) <= MOST_AREAS:
        own = [*map(area_token, scope.areas), *map(seat_token, scope.seats)]
        choices.append(any_of(own or [area_token(0)]))
    if areas and len(areas) <= MOST_AREAS:
        choices.append(any_of([area_token(area) for area in areas]))
    return choices


class CaseSearch:
    """Searches one database."""

    def __init__(self, engine: Engine) -> None:
        self.database = engine.dialect.name
        self._engine = engine
        self._indexed: bool | None = None

    @property
    def is_indexed(self) -> bool:
        """Whether there is an index: an SQLite without FTS5 has none, and looks at each case instead."""
        if self._indexed is None:
            self._indexed = self.database == "postgresql" or inspect(self._engine).has_table("case_words")
        return self._indexed

    def newest(
        self,
        session: Session,
        choices: Sequence[Choice],
        fits: Sequence[ColumnElement[bool]],
        before: int | None,
        most: int,
    ) -> list[int]:
        """Numbers of the newest cases that fit, below ``before``; ``choices`` must hold of all that fit."""
        wanted = select(col(Case.no)).where(*fits).order_by(col(Case.no).desc()).limit(most)
        if not choices or not self.is_indexed:
            wanted = wanted if before is None else wanted.where(col(Case.no) < before)
            return list(session.execute(wanted).scalars())
        found: list[int] = []
        for numbers in self._candidates(session, choices, before):
            among = col(Case.no).in_(bindparam("numbers", expanding=True))
            found += session.execute(wanted.where(among), {"numbers": numbers}).scalars()
            if len(found) >= most:
                break
        return found[:most]

    def _candidates(
        self, session: Session, choices: Sequence[Choice], before: int | None
    ) -> Iterator[list[int]]:
        newest = session.execute(select(func.max(col(Case.no)))).scalar_one() or 0
        top = newest + 1 if before is None else min(before, newest + 1)
        walk = _blocks if self.database == "postgresql" else _few_by_few
        return walk(session, choices, top)


def _few_by_few(session: Session, choices: Sequence[Choice], before: int) -> Iterator[list[int]]:
    """SQLite's index is read backwards and no further than it must be."""
    words, most = as_fts5(choices), FEW
    while True:
        asked = {"words": words, "before": before, "most": most}
        numbers = list(session.execute(_FTS5, asked).scalars())
        if numbers:
            yield numbers
        if len(numbers) < most:
            return
        before, most = numbers[-1], min(most * 4, MANY)


def _blocks(session: Session, choices: Sequence[Choice], before: int) -> Iterator[list[int]]:
    """PostgreSQL's index gives all that fit at once: the newest blocks of numbers first, then ever more of them."""
    for span in SPANS:
        if before <= 0:
            return
        last = (before - 1) // BLOCK
        first = max(last - span + 1, 0)
        near = any_of([block_token(block * BLOCK) for block in range(first, last + 1)])
        yield from _all_of(session, [*choices, near], before)
        before = first * BLOCK
    if before > 0:
        yield from _all_of(session, choices, before)


def _all_of(session: Session, choices: Sequence[Choice], before: int) -> Iterator[list[int]]:
    found = session.execute(_GIN, {"words": as_tsquery(choices), "before": before}).scalars()
    numbers = sorted(found, reverse=True)
    yield from (numbers[at : at + MANY] for at in range(0, len(numbers), MANY))
