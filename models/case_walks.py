"""Ways through the index of words, the newest numbers first: SQLite's is read a few at a time, PostgreSQL's by blocks."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, text

from models.prepared import Prepared
from models.rules.case_words import BLOCKS, Choice, any_of, as_fts5, as_tsquery, block_token
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
ENOUGH, MOST_HITS = 200, 4096
"""A block of PostgreSQL's index is worth asking for that may hold so many; the whole of it, that holds no more."""
_HELD = Prepared(
    text(
        "SELECT no FROM case_words WHERE case_tokens(marks, said) @@ CAST(:asked AS tsquery) AND no < :before"
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
    """PostgreSQL's index gives all that fit at once, so the newest block of numbers is asked for first.

    Each is one token, two where the newest has hardly begun: naming many blocks at once costs a hundred times as much.
    How many a block holds tells how large a one to ask for instead, or that all there are may be asked for. Where hardly
    any of many is one's own, the places are named too: they cost more than to look at some hundred cases.
    """
    kinds, share = hunt.kinds or hunt.places, 1.0
    enough = hunt.most + SPARE if hunt.whose is None else ENOUGH
    for size, many in BLOCKS.items():
        if many * share < enough:
            continue
        last = (before - 1) // many
        first = last if before - last * many > many // 2 else max(last - 1, 0)
        near = any_of({block_token(block * many, size) for block in (first, last)})
        numbers = _held(wire, [*kinds, near], before)
        share = max(len(numbers), 1) / (before - first * many)
        if first == 0 or len(numbers) >= enough:
            yield numbers[:HITS]
            before = numbers[HITS - 1] if len(numbers) > HITS else first * many
            if before <= 0:
                return
            if len(numbers) > HITS:
                break
    else:
        if before * share <= MOST_HITS:
            yield _held(wire, kinds, before)
            return
    numbers = _held(wire, hunt.kinds + hunt.places, before)
    for begin in range(0, len(numbers), MANY):
        yield numbers[begin : begin + MANY]


def _held(wire: Connection, choices: Sequence[Choice], before: int) -> list[int]:
    """Numbers below this one that PostgreSQL's index holds, the newest first."""
    found = _HELD.rows(wire, {"asked": as_tsquery(choices), "before": before})
    return sorted((no for (no,) in found), reverse=True)
