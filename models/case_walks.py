"""Ways through the index of words, the newest numbers first: SQLite's is read a few at a time, PostgreSQL's by blocks."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, text

from models.prepared import Prepared
from models.rules.case_words import (
    BLOCK,
    PARTS,
    Choice,
    any_of,
    area_token,
    as_fts5,
    as_tsquery,
    part_token,
    seat_token,
)
from models.tables.cases import SEEN_INDEX

SPARE, MANY = 9, 1024
"""Numbers asked of SQLite's index beyond a page, for those that do not fit after all; then so many at once."""
HITS = 512
"""Of so many of the newest numbers that hold the words it is asked whose case each is, before all places are looked up."""
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
FIRST = 1536
"""In the newest numbers, so many at least, PostgreSQL's index is asked first."""
UNITS = 4
"""Parts of a block that are asked for at once; one more where numbers begin in the middle of one."""
FURTHER = 64
"""At most so many times as far as was looked already: what is rare today may have stood in every third case once."""
FEW, MOST_HITS = 20, 600
"""So many places and seats are asked of the index where otherwise more than so many cases would be looked at."""
_IN_BLOCKS = (
    # Each block by itself: all of them in one question would compare each number with the words of all blocks. The sum
    # hides the numbers from their own index, which would be taken for a short way and read every text up to there.
    " FROM unnest(CAST(:asked AS tsquery[])) AS block(asked) JOIN case_words AS w"
    " ON case_tokens_by_block(w.no, w.marks, w.said) @@ block.asked WHERE w.no + 0 < :before"
)
_HELD = Prepared(text(f"SELECT count(*), array_agg(w.no) {_IN_BLOCKS}"))
_OWN_HELD = Prepared(
    # The first mark is the place.
    text(
        "SELECT count(*), array_agg(w.no) FILTER (WHERE w.marks[1] = ANY(CAST(:areas AS text[]))"
        f" OR w.marks && CAST(:seats AS text[])) {_IN_BLOCKS}"
    )
)


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


def few_by_few(wire: Connection, hunt: Hunt, before: int) -> Iterator[Sequence[int]]:
    """SQLite's index is read backwards and no further than it must be.

    Each place costs as much to look up as a word, so it is first asked of what holds the words whose case it is; where
    hardly any is one's own, the places are looked up after all.
    """
    words, placed = as_fts5(hunt.kinds), as_fts5(hunt.kinds + hunt.places)
    asked: dict[str, Any] = {"words": placed, "hits": HITS, "most": hunt.most + SPARE}
    way = _ALL
    if hunt.whose is not None and words:
        areas, seats = (json.dumps(sorted(ids)) for ids in (hunt.whose.areas, hunt.whose.seats))
        asked |= {"words": words, "areas": areas, "seats": seats}
        way = _OWN
    while True:
        ((count, last, numbers, nth),) = way.rows(wire, asked | {"before": before})
        if count:
            yield json.loads(numbers)
        if way is _OWN and nth == HITS:
            way = _ALL
        elif count < asked["most"]:
            return
        before, asked = last, {**asked, "words": placed if way is _ALL else words, "most": MANY}


def blocks(wire: Connection, hunt: Hunt, before: int) -> Iterator[Sequence[int]]:
    """PostgreSQL's index gives all that fit at once, so the newest numbers are asked for first.

    How many there were of how many numbers tells how far back to go next: parts of a block, or so many blocks at once.
    What is rare among a million is asked for in all the rest by the third question. Each row that is found says its
    place; only where very many hits are to be expected in a stretch are one's own few places asked of the index too.
    """
    enough, top, found, density = hunt.most + SPARE, before, 0, 0.0
    waiting: list[int] = []
    few = bool(hunt.kinds and hunt.places) and all(len(one.ways) <= FEW for one in hunt.places)
    wanted = FIRST
    while before > 0:
        part = next((name for name, many in PARTS.items() if wanted <= UNITS * many), None)
        size = PARTS[part] if part else BLOCK
        begin = max((before - wanted) // size, 0) * size
        named = few and density * (before - begin) > MOST_HITS
        hits, numbers = _held(wire, hunt, _stretch(begin, before, part), before, named=named)
        density = density if named else hits / (before - begin)
        waiting += numbers
        found, before = found + len(numbers), begin
        if len(waiting) >= enough or before == 0:
            yield waiting[:enough]
            for at in range(enough, len(waiting), MANY):
                yield waiting[at : at + MANY]
            waiting = []
        # A quarter more: to come short by a few costs another question.
        looked, needed = top - before, enough - len(waiting)
        wanted = FIRST + min(5 * needed * looked // (4 * (found + 1)), max(FURTHER * looked, BLOCK))


Stretch = Iterator[tuple[int, tuple[Choice, ...]]]


def _stretch(begin: int, before: int, part: str | None) -> Stretch:
    """Blocks of these numbers, the newest first, and what is asked for in each beside the words."""
    many = PARTS[part] if part else BLOCK
    for block, units in groupby(
        range((before - 1) // many, begin // many - 1, -1), lambda nth: nth * many // BLOCK
    ):
        yield block, (any_of([part_token(part, nth) for nth in units]),) if part else ()


def _held(
    wire: Connection, hunt: Hunt, stretch: Stretch, before: int, *, named: bool
) -> tuple[int, list[int]]:
    """How many numbers PostgreSQL's index holds in a stretch below this one, and one's own of them, the newest first.

    ``named``: the index itself is asked for one's own places.
    """
    choices = hunt.kinds + hunt.places if named else hunt.kinds or hunt.places
    asked: dict[str, Any] = {
        "asked": [as_tsquery(choices + near, block) for block, near in stretch],
        "before": before,
    }
    way = _HELD
    if hunt.whose is not None and not named:
        asked["areas"] = [area_token(area) for area in hunt.whose.areas]
        asked["seats"] = [seat_token(seat) for seat in hunt.whose.seats]
        way = _OWN_HELD
    ((hits, numbers),) = way.rows(wire, asked)
    return hits, sorted(numbers or (), reverse=True)
