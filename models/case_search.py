"""Finding the newest cases that hold some words or are of some kind, however many cases there are (decision 0054).

The index says which numbers may fit, the newest first and a few at a time; whether they do is asked of the cases
themselves. So it need only never leave one out.
"""

from dataclasses import dataclass
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, func, inspect, or_, select, union_all
from sqlmodel import Session, col

from models.asides import Aside
from models.case_walks import Hunt, Whose, blocks, few_by_few
from models.listed import Listed
from models.rules.case_words import (
    Choice,
    Tokens,
    any_of,
    area_token,
    category_token,
    fold,
    holding,
    seat_token,
)
from models.rules.scope import Scope
from models.tables import Case
from models.views import VIEWED

MOST_AREAS = 200
"""Whose cases lie in more places than this have so large a share of all that asking for the places saves nothing."""
NEAR = 1024
"""So many of the newest numbers are looked at without any index."""
MOST_ARMS = 8
"""So many places and kinds are each asked for by the index that holds them in order."""
CAPITALS, SMALL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"


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
class Narrowed:
    """Which cases lie where they may be seen and are looked for, without their words."""

    scope: Scope
    areas: frozenset[int] = frozenset()
    categories: frozenset[str] = frozenset()

    @property
    def _is_own(self) -> bool:
        return bool(self.areas) and (self.scope.whole or self.areas <= self.scope.areas)

    def places(self) -> tuple[Choice, ...]:
        """What the index must hold: the places of all that somebody may see, and those that are named."""
        choices = []
        if not self.scope.whole and not self._is_own and len(self.scope.areas) <= MOST_AREAS:
            own = [*map(area_token, self.scope.areas), *map(seat_token, self.scope.seats)]
            choices.append(any_of(own or [area_token(0)]))
        if self.areas and len(self.areas) <= MOST_AREAS:
            choices.append(any_of([area_token(area) for area in self.areas]))
        return tuple(choices)

    def whose(self) -> Whose | None:
        """Areas, and seats with whom a case may lie instead."""
        if self._is_own:
            return Whose(self.areas, frozenset())
        return None if self.scope.whole else Whose(self.scope.areas, self.scope.seats)

    def arms(self) -> tuple[ColumnElement[bool], ...]:
        """Each of few places of one's own, with each of the kinds."""
        if not self._is_own or len(self.areas) * max(len(self.categories), 1) > MOST_ARMS:
            return ()
        here = [col(Case.area_id) == area for area in sorted(self.areas)]
        kinds = [col(Case.category) == code for code in sorted(self.categories)]
        return tuple(and_(*arm) for arm in product(here, kinds)) if kinds else tuple(here)


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
        """Rows of the newest cases that fit, with the columns of a view.

        Few places, and kinds in them, have an index of their own. Where only the place matters otherwise, the last
        thousand are looked at first: mostly that is enough. Else, and after that, the index of words says which ones
        to look at.
        """
        wanted = select(*VIEWED).where(*hunt.fits).order_by(col(Case.no).desc())
        if hunt.arms:
            return list(session.execute(wanted.where(_in_order(hunt)).limit(hunt.most)))
        top = self._top(session) if hunt.before is None else hunt.before
        if not (hunt.kinds or hunt.places) or not self.is_indexed:
            return list(session.execute(wanted.where(col(Case.no) < top).limit(hunt.most)))
        found: list[Any] = []
        if not hunt.kinds:
            near = wanted.where(col(Case.no) < top, col(Case.no) >= top - NEAR).limit(hunt.most)
            found, top = list(session.execute(near)), top - NEAR
        walk = (blocks if self.database == "postgresql" else few_by_few)(session.connection(), hunt, top)
        while len(found) < hunt.most and (numbers := next(walk, None)) is not None:
            if numbers:
                there = wanted.where(Listed(col(Case.no), numbers))
                found += session.execute(there.limit(hunt.most - len(found)))
        return found

    @staticmethod
    def _top(session: Session) -> int:
        return (session.execute(select(func.max(col(Case.no)))).scalar_one() or 0) + 1


def _in_order(hunt: Hunt) -> ColumnElement[bool]:
    """SQL: whether a case is among the newest that fit of any arm."""
    numbers = col(Case.no)
    before = () if hunt.before is None else (numbers < hunt.before,)
    arms = [
        select(
            select(numbers)
            .where(arm, *hunt.fits, *before)
            .order_by(numbers.desc())
            .limit(hunt.most)
            .subquery()
        )
        for arm in hunt.arms
    ]
    return numbers.in_(union_all(*arms) if len(arms) > 1 else arms[0])
