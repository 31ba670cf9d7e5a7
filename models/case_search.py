"""Finding the newest cases that hold some words or are of some kind, however many cases there are (decision 0054).

The index says which numbers may fit, the newest first and a few at a time; whether they do is asked of the cases
themselves. So it need only never leave one out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    any_,
    cast,
    column,
    func,
    inspect,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import Session, col

from models.asides import Aside
from models.rules.case_words import (
    BLOCKS,
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
NEAR = 1024
"""So many of the newest numbers are looked at without any index."""
FEW, MANY = 256, 1024
"""Numbers asked of SQLite's index at first, then at once; the newest few of a place hold most of what is one's own."""
CHEAP = 3
"""So few places are asked for at once."""
WIDEST = [*BLOCKS][-1]
CAPITALS, SMALL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
_COLUMNS = Case.__table__.c  # type: ignore[attr-defined]
_FTS5 = text(
    "SELECT count(*), min(rowid), json_group_array(rowid) FROM (SELECT rowid FROM case_words"
    " WHERE case_words MATCH :words AND rowid < :before ORDER BY rowid DESC LIMIT :most)"
)
_KEPT = table("case_words", column("no"), column("marks"), column("said"))


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
            ways.append(Aside(Case.category).in_(sorted(self.categories)))
        if self.seats:
            ways += [Aside(column).in_(sorted(self.seats)) for column in (Case.assignee_id, Case.claimed_by)]
        return or_(*ways)


@dataclass(frozen=True, slots=True)
class Hunt:
    """What is looked for: ``fits`` says whether a case fits; the index must hold ``kinds`` and ``places`` of all that do."""

    fits: tuple[ColumnElement[bool], ...]
    kinds: tuple[Choice, ...] = ()
    places: tuple[Choice, ...] = ()
    before: int | None = None
    """Only numbers below this one."""
    most: int = 31


def places(scope: Scope, areas: frozenset[int]) -> tuple[Choice, ...]:
    """Where the cases lie that somebody may see, of these areas if any are named."""
    choices = []
    if not scope.whole and not (areas and areas <= scope.areas) and len(scope.areas) <= MOST_AREAS:
        own = [*map(area_token, scope.areas), *map(seat_token, scope.seats)]
        choices.append(any_of(own or [area_token(0)]))
    if areas and len(areas) <= MOST_AREAS:
        choices.append(any_of([area_token(area) for area in areas]))
    return tuple(choices)


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

    def newest(self, session: Session, hunt: Hunt) -> list[Any]:
        """Rows of the newest cases that fit, with all their columns.

        Where only the place matters, the last thousand are looked at first: mostly that is enough. Else, and after
        that, the index says which ones to look at.
        """
        wanted = select(*_COLUMNS).where(*hunt.fits).order_by(col(Case.no).desc())
        top = self._top(session) if hunt.before is None else hunt.before
        if not (hunt.kinds or hunt.places) or not self.is_indexed:
            return list(session.execute(wanted.where(col(Case.no) < top).limit(hunt.most)))
        found: list[Any] = []
        if not hunt.kinds:
            near = wanted.where(col(Case.no) < top, col(Case.no) >= top - NEAR).limit(hunt.most)
            found, top = list(session.execute(near)), top - NEAR
        walk = _blocks(hunt, top, found) if self.database == "postgresql" else _few_by_few(session, hunt, top)
        while len(found) < hunt.most and (there := next(walk, None)) is not None:
            found += session.execute(wanted.where(there).limit(hunt.most - len(found)))
        return found

    @staticmethod
    def _top(session: Session) -> int:
        return (session.execute(select(func.max(col(Case.no)))).scalar_one() or 0) + 1


def _few_by_few(session: Session, hunt: Hunt, before: int) -> Iterator[ColumnElement[bool]]:
    """SQLite's index is read backwards and no further than it must be.

    Each place costs as much to look up as a word: at first they are left out, for mostly enough lies in one's own.
    """
    words, placed = as_fts5(hunt.kinds), as_fts5(hunt.kinds + hunt.places)
    if not words or sum(len(one.ways) for one in hunt.places) <= CHEAP:
        words = placed
    most = FEW
    while True:
        asked = {"words": words, "before": before, "most": most}
        count, last, numbers = session.execute(_FTS5, asked).one()
        if count:
            listed = func.json_each(numbers).table_valued("value")
            yield col(Case.no).in_(select(listed.c.value))
        if count < most:
            return
        before, words, most = last, placed, MANY


def _blocks(hunt: Hunt, before: int, found: list[Any]) -> Iterator[ColumnElement[bool]]:
    """PostgreSQL's index gives all that fit at once: the newest block of numbers is asked for first, then larger ones.

    Each is one token, two where the newest has hardly begun: naming many blocks at once costs a hundred times as much.
    What was not ``found`` among thousands is so rare that all of it may be asked for.
    """
    for size, many in BLOCKS.items():
        if before <= 0 or (size == WIDEST and not found):
            break
        last = (before - 1) // many
        first = last if before - last * many > many // 2 else max(last - 1, 0)
        near = any_of({block_token(block * many, size) for block in (first, last)})
        # Among a few, looking at each costs less than naming the places.
        choices = hunt.kinds if hunt.kinds and size != WIDEST else hunt.kinds + hunt.places
        yield _held([*choices, near], before)
        before = first * many
    if before > 0:
        yield _held(hunt.kinds + hunt.places, before)


def _held(choices: Sequence[Choice], before: int) -> ColumnElement[bool]:
    """SQL: whether PostgreSQL's index holds a case. As a list that is made first: the plan is the same for any word."""
    asked = func.case_tokens(_KEPT.c.marks, _KEPT.c.said).op("@@")(cast(as_tsquery(choices), TSQUERY))
    numbers = select(_KEPT.c.no).where(asked, _KEPT.c.no < before).scalar_subquery()
    return col(Case.no) == any_(func.array(numbers))
