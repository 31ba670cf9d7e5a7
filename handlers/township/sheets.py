"""Reading .xlsx files into lines: cells by column, everything that cannot be read named with its place."""

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, BinaryIO, Protocol

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.exceptions import InvalidFileException

from handlers.township.wording import SheetWords, Wording, folded

HEADER_WITHIN = 5
"""Rows from the top in which the header may stand: people put a title above it."""
UNPACKED_MB = 200
MOST_COLUMNS = 60
"""Columns farther to the right are not looked at: one cell in the last one would make every row 16,384 wide."""
SUGGESTED_COLUMNS = 2
MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+(\d+):[A-Z]+(\d+))"')

NO_SPREADSHEET = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, SyntaxError, KeyError, ValueError, TypeError, EOFError,
)  # fmt: skip
"""What openpyxl raises over files that are none, or broken ones; XML's own error is a SyntaxError."""

Cell = Any
"""str, int, float, date, datetime or None, as the spreadsheet holds it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: file, sheet, row (None: the sheet or file as a whole)."""

    file: str
    sheet: str = ""
    row: int | None = None


@dataclass(frozen=True)
class Problem:
    """Something wrong or doubtful; ``key`` names the sentence."""

    place: Place
    key: str
    blanks: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One row of a sheet: what stands in its known columns; empty cells are left out."""

    place: Place
    cells: dict[str, Cell]

    def text(self, column: str) -> str:
        """A cell as trimmed text; empty when there is none. Whole floats lose their point."""
        value = self.cells.get(column)
        if value is None:
            return ""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return re.sub(r"[\s\u200b-\u200f\ufeff]+", " ", str(value)).strip()


@dataclass
class Findings:
    """What was found while reading and checking: errors stop the import, warnings do not."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def error(self, place: Place, key: str, **blanks: Any) -> None:
        """Something that must be mended first."""
        self.errors.append(Problem(place, key, blanks))

    def warn(self, place: Place, key: str, **blanks: Any) -> None:
        """Something a person should look at."""
        self.warnings.append(Problem(place, key, blanks))


class Given(Protocol):
    """A file that somebody brings: one of the disk, or what was sent with a form."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    def read_bytes(self) -> bytes:
        """All of it. Raises OSError."""
        ...


Lines = dict[str, list[Line]]
"""Kind of sheet → its lines."""


def read_files(
    files: Iterable[Given], wording: Wording, found: Findings, *, unpacked_mb: int = UNPACKED_MB
) -> Lines:
    """All lines of all files by kind of sheet, in order; a file that unpacks to more is not read."""
    lines: Lines = {kind: [] for kind in wording.sheets}
    for file in files:
        _read_file(file, wording, found, lines, unpacked_mb)
    return lines


def _read_file(file: Given, wording: Wording, found: Findings, lines: Lines, unpacked_mb: int) -> None:
    whole = Place(file.name)
    try:
        content = BytesIO(file.read_bytes())
        if _unpacks(content, whole, found, unpacked_mb):
            _read_content(content, whole, wording, found, lines)
    except OSError:
        found.error(whole, "NO_FILE")
    except NO_SPREADSHEET:
        found.error(whole, "NOT_XLSX")


def _unpacks(content: BinaryIO, whole: Place, found: Findings, unpacked_mb: int) -> bool:
    """Whether it is no bomb: the archive says how large each part is, and no part is unpacked beyond that."""
    with zipfile.ZipFile(content) as packed:
        size = sum(part.file_size for part in packed.infolist()) // 2**20
    if size > unpacked_mb:
        found.error(whole, "TOO_BIG", size=size, limit=unpacked_mb)
    return size <= unpacked_mb


def _read_content(content: BinaryIO, whole: Place, wording: Wording, found: Findings, lines: Lines) -> None:
    reader = ExcelReader(content, read_only=True, data_only=False, keep_links=False)
    reader.read()
    _read_book(reader, whole, wording, found, lines)


def _read_book(reader: ExcelReader, whole: Place, wording: Wording, found: Findings, lines: Lines) -> None:
    recognised = 0
    for sheet, relation in reader.parser.find_sheets():
        if sheet.name not in reader.wb.sheetnames or sheet.name not in {
            w.title for w in reader.wb.worksheets
        }:
            continue
        place = Place(whole.file, sheet.name)
        merged = [
            (a.decode(), int(b), int(c)) for a, b, c in MERGE.findall(reader.archive.read(relation.target))
        ]
        rows = _rows(reader.wb[sheet.name])
        if read_sheet(rows, merged, place, wording, found, lines):
            recognised += 1
    if not recognised:
        found.error(whole, "NO_SHEETS", names=wording.listed(s.names[0] for s in wording.sheets.values()))


def _rows(sheet: Any) -> Iterator[tuple[int, list[tuple[Cell, str]]]]:
    """Row number and (value, type) of each cell of rows that hold anything."""
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        cells = [(cell.value, cell.data_type) for cell in row]
        if any(value is not None and str(value).strip() for value, _ in cells):
            yield number, cells


Rows = Iterable[tuple[int, list[tuple[Cell, str]]]]


def read_sheet(
    rows: Rows,
    merged: Sequence[tuple[str, int, int]],
    place: Place,
    wording: Wording,
    found: Findings,
    lines: Lines,
) -> bool:
    """Read one sheet into ``lines``. False: nothing in it is ours."""
    top: list[tuple[int, list[tuple[Cell, str]]]] = []
    rest = iter(rows)
    words = wording.sheet_named(place.sheet)
    header: dict[int, str] | None = None
    for number, cells in rest:
        top.append((number, cells))
        names = [str(value) if value is not None else "" for value, _ in cells]
        words, header = _header(names, words, wording)
        if header or number >= HEADER_WITHIN:
            break
    if words is None:
        found.warn(place, "SHEET_UNKNOWN")
        return False
    if header is None:
        if top:
            columns = wording.listed(words.title(c) for c in words.columns)
            found.error(place, "NO_HEADER", rows=HEADER_WITHIN, columns=columns)
        return True
    head_row, head_cells = top[-1]
    _check_header(head_cells, header, place, words, wording, found)
    for cells_named, first, last in merged:
        if last >= head_row:
            found.error(Place(place.file, place.sheet, max(first, head_row)), "MERGED", cells=cells_named)
    for number, cells in rest:
        line = _line(cells, header, Place(place.file, place.sheet, number), words, found)
        lines[words.kind].append(line)
    return True


def _header(
    names: Sequence[str], words: SheetWords | None, wording: Wording
) -> tuple[SheetWords | None, dict[int, str] | None]:
    """The kind of sheet and column of each position, when this row is a header."""
    if words is None:
        for candidate in wording.sheets.values():
            columns = {candidate.column_named(n) for n in names if n}
            if columns >= set(candidate.needed):
                words = candidate
                break
        else:
            return None, None
    header = {i: column for i, n in enumerate(names) if n and (column := words.column_named(n))}
    enough = len(set(header.values())) >= SUGGESTED_COLUMNS or set(words.needed) <= set(header.values())
    return words, header if enough else None


def _check_header(
    cells: Sequence[tuple[Cell, str]],
    header: dict[int, str],
    place: Place,
    words: SheetWords,
    wording: Wording,
    found: Findings,
) -> None:
    columns = list(header.values())
    for column in words.needed:
        if column not in columns:
            others = wording.listed(words.columns[column][1:])
            found.error(place, "MISSING_HEADER", column=words.title(column), others=others)
    for column in sorted({c for c in columns if columns.count(c) > 1}):
        found.error(place, "HEADER_TWICE", column=words.title(column))
    identity = {folded(x) for x in wording.format("identity_headers")}
    for position, (value, _) in enumerate(cells):
        if value is None or position in header or not str(value).strip():
            continue
        key = "COLUMN_IDENTITY" if folded(str(value)) in identity else "COLUMN_UNUSED"
        found.warn(place, key, column=str(value).strip())


def _line(
    cells: Sequence[tuple[Cell, str]],
    header: dict[int, str],
    place: Place,
    words: SheetWords,
    found: Findings,
) -> Line:
    """One row; formulas and error values are named and left out, so that one fault is told once."""
    known: dict[str, Cell] = {}
    for position, (value, kind) in enumerate(cells):
        column = header.get(position)
        if column is None or value is None or not str(value).strip():
            continue
        if kind == "f":
            found.error(place, "FORMULA", column=words.title(column))
        elif kind == "e":
            found.error(place, "CELL_ERROR", column=words.title(column), value=value)
        known[column] = None if kind in "fe" else value
    faulty = [c for c, v in known.items() if v is None]
    for column in words.needed:
        if column not in known and column in header.values():
            found.error(place, "EMPTY", column=words.title(column))
    return Line(place, {c: v for c, v in known.items() if c not in faulty})
