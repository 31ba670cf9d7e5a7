"""Ways through the index of words, the newest numbers first: SQLite's is read a few at a time, PostgreSQL's by blocks."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, any_, cast, column, func, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import Session, col

from models.prepared import Prepared
from models.rules.case_words import BLOCKS, Choice, any_of, as_fts5, as_tsquery, block_token
from models.tables import Case
from models.tables.cases import SEEN_INDEX

SPARE, MANY = 9, 1024
"""Numbers asked of SQLite's index beyond a page, for those that do not fit after all; then so many at once."""
HITS = 512
"""Of so many of the newest numbers that hold the words it is asked whose case each is, before all places are looked up."""
WIDEST = [*BLOCKS][-1]
_NEWEST = (
    "SELECT rowid AS no FROM case_words WHERE case_words MATCH :words AND rowid < :before"
    " ORDER BY rowid DESC LIMIT :most"
)
_ALL = Prepared(text(f"SELECT count(*), min(no), json_group_array(no), 0 FROM ({_NEWEST})"))  # noqa: S608 - our own words
_SEATS = " OR ".join(
    f"whose.{name} IN (SELECT value FROM json_each(:seats))"  # noqa: S608 - our own words
    for name in ("assignee_id", "keeper_id", "claimed_by")
)
_OWN = Prepared(
    text(
        f"""SELECT count(*), min(no), json_group_array(no), max(nth) FROM (
            SELECT hit.no AS no, hit.nth AS nth
            FROM (SELECT no, row_number() OVER () AS nth FROM ({_NEWEST.replace(":most", ":hits")})) AS hit
            CROSS JOIN case_file AS whose INDEXED BY {SEEN_INDEX} ON whose.no = hit.no
            WHERE hit.nth = :hits OR whose.area_id IN (SELECT value FROM json_each(:areas)) OR {_SEATS}
            LIMIT :most
        )"""  # noqa: S608 - our own words
    )
)
"""Numbers come in the order of the index, and no more of them are read than are asked for. The last of all hits comes
whosever it is: it tells that there may be more."""
_KEPT = table("case_words", column("no"), column("marks"), column("said"))


@dataclass(frozen=True, slots=True)
class Whose:
    """Cases of these areas, and those that lie with these appointments."""

    areas: frozenset[int]
    seats: frozenset[int]


@dataclass(frozen=True, slots=True)
class Hunt:
    """What is looked for: ``fits`` says whether a case fits; the index must hold ``kinds`` and ``places`` of all that do."""

    fits: tuple[ColumnElement[bool], ...]
    kinds: tuple[Choice, ...] = ()
    places: tuple[Choice, ...] = ()
    whose: Whose | None = None
    """The same as ``places``, as columns; None: everything."""
    arms: tuple[ColumnElement[bool], ...] = ()
    """One of these holds of all that fit, and an index has the numbers of each in order."""
    before: int | None = None
    """Only numbers below this one."""
    most: int = 31


def few_by_few(session: Session, hunt: Hunt, before: int) -> Iterator[ColumnElement[bool]]:
    """SQLite's index is read backwards and no further than it must be.

    Each place costs as much to look up as a word, so it is first asked of what holds the words whose case it is; where
    hardly any is one's own, the places are looked up after all.
    """
    wire = session.connection()
    words, placed = as_fts5(hunt.kinds), as_fts5(hunt.kinds + hunt.places)
    asked = {"words": words, "hits": HITS, "most": hunt.most + SPARE}
    way = _ALL if hunt.whose is None or not words else _OWN
    if way is _ALL:
        asked["words"] = placed
    else:
        asked |= {
            "areas": json.dumps(sorted(hunt.whose.areas)),
            "seats": json.dumps(sorted(hunt.whose.seats)),
        }
    while True:
        ((count, last, numbers, nth),) = way.rows(wire, asked | {"before": before})
        if count:
            listed = func.json_each(numbers).table_valued("value")
            yield col(Case.no).in_(select(listed.c.value))
        if way is _OWN and nth == HITS:
            way = _ALL
        elif count < asked["most"]:
            return
        before, asked = last, {**asked, "words": placed if way is _ALL else words, "most": MANY}


def blocks(hunt: Hunt, before: int, found: list[Any]) -> Iterator[ColumnElement[bool]]:
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
