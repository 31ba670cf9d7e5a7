"""Spreadsheets that hold nothing but words: how they are written, and what keeps a word from becoming a formula."""

from collections.abc import Iterable, Mapping, Sequence
from typing import IO

import xlsxwriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""Media type of such a file."""
AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
ROW_BY_ROW = {**AS_TEXT, "constant_memory": True}
"""Memory does not grow with the rows; they must come in their order."""
WIDE = 18
"""Characters a column shows."""
LONGEST_CELL = 32_000
_DANGER = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def harmless(words: str) -> str:
    """Words that no spreadsheet takes for a formula, also when the file is saved again, or as CSV, by another program.

    >>> harmless("=1+1"), harmless("四组")
    ("'=1+1", '四组')
    """
    said = words[:LONGEST_CELL]
    return f"'{said}" if said.startswith(_DANGER) else said


def write_list(
    into: IO[bytes], head: Sequence[str], rows: Iterable[Sequence[str]], *,
    name: str | None = None, widths: Mapping[int, int] | None = None, exact: bool = False,
) -> None:  # fmt: skip
    """One sheet: a bold head that stays, and rows of text below it.

    Args:
        into: a file open for writing bytes; it is left open.
        head: one word for each column.
        rows: as wide as the head, written as they come.
        name: of the sheet.
        widths: characters that a column shows, by its number; the others show WIDE.
        exact: another program reads it: nothing is put before words that look like formulas.
    """
    with xlsxwriter.Workbook(into, ROW_BY_ROW) as book:
        sheet, bold = book.add_worksheet(name), book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(head) - 1, WIDE)
        for column, width in (widths or {}).items():
            sheet.set_column(column, column, width)
        for column, words in enumerate(head):
            sheet.write_string(0, column, words, bold)
        for number, row in enumerate(rows, 1):
            for column, words in enumerate(row):
                sheet.write_string(number, column, words if exact else harmless(words))
