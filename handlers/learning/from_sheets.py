"""A place's own words out of spreadsheets: each row an entry of the local file, or the reason why it cannot be."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.township.sheets import Findings, Line, Lines, Place
from handlers.township.wording import Wording
from models.rules.lexicon import Lexicon
from models.rules.local_words import IMPORTED, IMPORTED_KEYS, LocalWords, read_local

KINDS = {"words": ("word", "word"), "places": ("place", "place"), "sayings": ("saying", "not_request")}
"""Kind of sheet → the column that makes a row, and what it is called in the file."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One good row. ``plain`` is its word in normalised writing, ``entry`` what the file would hold."""

    kind: str
    place: Place
    plain: str
    entry: Mapping[str, Any]


@dataclass(frozen=True)
class Stands:
    """The local file as it is: its name, what was imported before, and what else it holds."""

    file: str
    table: Mapping[str, Any]
    others: LocalWords

    def imported(self, plain: Callable[[str], str]) -> dict[tuple[str, str], Mapping[str, Any]]:
        """(key, normalised word) → its last entry."""
        return {
            (key, plain(each[key])): each
            for each in self.table.get(IMPORTED, ())
            for key in IMPORTED_KEYS
            if key in each
        }


class SheetReader:
    """One import under way. ``plain`` writes a word as normalised messages have it."""

    def __init__(
        self, lexicon: Lexicon, plain: Callable[[str], str], wording: Wording, found: Findings
    ) -> None:
        self._lexicon, self._plain = lexicon, plain
        self._wording, self._found = wording, found

    def rows(self, lines: Lines, stands: Stands) -> list[SheetRow]:
        """The good rows; everything wrong with the others is in the findings."""
        seen: dict[tuple[str, str], SheetRow] = {}
        for kind in KINDS:
            for line in lines[kind]:
                row = self._row(kind, line)
                if row is None:
                    continue
                first = seen.setdefault((kind, row.plain), row)
                if first is not row:
                    other = self._where(first.place, line.place)
                    self._found.error(line.place, "TWICE_HERE", word=line.text(KINDS[kind][0]), other=other)
        rows = list(seen.values())
        self._against_each_other(seen)
        self._against_the_file(rows, stands)
        return rows

    def _row(self, kind: str, line: Line) -> SheetRow | None:
        """One row, when nothing is wrong with it by itself."""
        column, key = KINDS[kind]
        text = line.text(column)
        if not text or (kind == "words" and not line.text("category")):
            return None  # the reader has told that a cell is empty, a formula, an error
        entry: dict[str, Any] = {key: text}
        if kind == "words":
            entry |= {"category": self._category(line.text("category")), "weight": _weight(line)}
        read, slips = read_local({IMPORTED: [entry]}, self._lexicon, self._plain)
        for slip in slips:
            blanks = {
                k: self._wording.listed(v) if isinstance(v, list) else v for k, v in slip.blanks.items()
            }
            self._found.error(line.place, slip.key, **blanks)
        if slips:
            return None
        if read.words:
            entry |= {"category": read.words[0].category, "weight": read.words[0].factor}
        if note := line.text("note"):
            entry["why"] = note
        return SheetRow(kind, line.place, self._plain(text), entry)

    def _category(self, told: str) -> str:
        """``B02 路灯照明``, as the template writes it, means its code."""
        code, _, name = told.partition(" ")
        both = any(item.code == code.upper() and item.name == name.strip() for item in self._lexicon.items)
        return code if both else told

    def _where(self, place: Place, seen_from: Place) -> str:
        """Another row as it is named beside this one."""
        told = self._wording.say("place", sheet=place.sheet, row=place.row)
        if place.file == seen_from.file:
            return told
        return self._wording.say("place_file", file=place.file, place=told)

    def _against_each_other(self, seen: Mapping[tuple[str, str], SheetRow]) -> None:
        """What says that something is wrong cannot also say that nothing is."""
        for (kind, plain), row in seen.items():
            word = seen.get(("words", plain))
            if kind == "sayings" and word is not None and word.entry["weight"]:
                other = self._where(word.place, row.place)
                self._found.error(row.place, "BOTH_WAYS", word=row.entry["not_request"], other=other)

    def _against_the_file(self, rows: Sequence[SheetRow], stands: Stands) -> None:
        """What a person wrote into the file by hand, or reviewed, is not overruled by a sheet."""
        written = {each.word: each for each in stands.others.words}
        names = {item.code: item.name for item in self._lexicon.items}
        for row in rows:
            own = written.get(row.plain) if row.kind == "words" else None
            if own is not None and (own.category, own.factor) != (row.entry["category"], row.entry["weight"]):
                self._found.error(
                    row.place, "STANDS", word=row.entry["word"], file=stands.file,
                    category=names[own.category], weight=f"{own.factor:g}",
                )  # fmt: skip


def _weight(line: Line) -> Any:
    """A number where it is one; what it is otherwise is told with the row."""
    text = line.text("weight")
    try:
        return float(text) if text else 1.0
    except ValueError:
        return text


def what_is_new(
    rows: Sequence[SheetRow], stands: Stands, plain: Callable[[str], str]
) -> Iterator[tuple[SheetRow, str]]:
    """Every row with ``added``, ``changed`` or ``same``, beside what the file holds already."""
    before = stands.imported(plain)
    written = {each.word for each in stands.others.words}
    others = {"words": written, "places": {*stands.others.places}, "sayings": {*stands.others.not_requests}}
    for row in rows:
        known = before.get((KINDS[row.kind][1], row.plain))
        if known is None:
            yield row, "same" if row.plain in others[row.kind] else "added"
        else:
            yield row, "same" if known == row.entry else "changed"
