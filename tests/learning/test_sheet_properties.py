"""Whatever stands in a cadre's cells: a row is usable in the file, or somebody is told where and why."""

import tomllib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.lexicon_sheets import sheet_words
from bot.local_words import plain_words
from bot.parts import LEXICON
from handlers.learning.from_sheets import KINDS, SheetReader, Stands, what_is_new
from handlers.learning.patches import joined
from handlers.township.sheets import Findings, Line, Place
from models.lexicon import load_lexicon
from models.rules.local_words import IMPORTED, LocalWords, read_local

LEX = load_lexicon(LEXICON)
PLAIN = plain_words(LEX)
WORDING = sheet_words()
CELL = (
    st.none()
    | st.integers(-3, 30)
    | st.floats()
    | st.booleans()
    | st.datetimes()
    | st.text(max_size=24)
    | st.sampled_from(
        ["夜光棒瞎了", "路灯", "B02", "b02 路灯照明", "水", "着火", "停水了没人管", "王家湾", "土路稀巴爛"]
    )
)
ROWS = st.lists(st.dictionaries(st.sampled_from(["word", "category", "weight", "note"]), CELL), max_size=6)


def lines(kind: str, rows: list[dict[str, Any]]) -> list[Line]:
    """Rows as the reader hands them over; the first column is called otherwise in each sheet."""
    column = KINDS[kind][0]
    return [
        Line(Place("x.xlsx", kind, number), {column if key == "word" else key: v for key, v in row.items()})
        for number, row in enumerate(rows, start=2)
    ]


@settings(deadline=None, max_examples=150)
@given(words=ROWS, places=ROWS, sayings=ROWS)
def test_every_row_is_usable_or_named(
    words: list[dict[str, Any]], places: list[dict[str, Any]], sayings: list[dict[str, Any]]
):
    sheets = {"words": words, "places": places, "sayings": sayings}
    found, stands = Findings(), Stands("local.toml", {}, LocalWords())
    told = {kind: lines(kind, rows) for kind, rows in sheets.items()}
    rows = SheetReader(LEX, PLAIN, WORDING, found).rows(told, stands)

    assert all(WORDING.problem(each.key, each.blanks) for each in found.errors)
    text = joined("", [row.entry for row in rows], head=["# day"], table=IMPORTED)
    read, slips = read_local(tomllib.loads(text), LEX, PLAIN)
    assert slips == ()
    assert len(read.words) == sum(row.kind == "words" for row in rows)
    again = Stands("local.toml", tomllib.loads(text), LocalWords())
    assert {state for _, state in what_is_new(rows, again, PLAIN)} <= {"same"}
    named = {(each.place.sheet, each.place.row) for each in found.errors}
    usable = {(row.place.sheet, row.place.row) for row in rows}
    whole = {
        (line.place.sheet, line.place.row)
        for kind, of_kind in told.items()
        for line in of_kind
        if line.text(KINDS[kind][0]) and (kind != "words" or line.text("category"))
    }
    assert whole <= named | usable
