"""``python -m bot lexicon import``: local words from spreadsheets, all of them or none, every bad row named."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import xlsxwriter

from bot.known_sentences import OWN, sentences
from bot.local_words import checked, plain_words, with_local, wording, write_whole
from bot.parts import LEXICON, LOCALE
from handlers.learning.comparing import Change, Verdict, changes
from handlers.learning.from_sheets import SheetReader, SheetRow, Stands, what_is_new
from handlers.learning.patches import joined
from handlers.township.exporting import headed
from handlers.township.report import told_findings
from handlers.township.sheets import Findings, Place, read_files
from handlers.township.wording import Wording, load_wording
from handlers.understanding import Understanding
from handlers.understanding.commands import load_phrases
from handlers.word_sheets import AS_TEXT
from models.lexicon import Lexicon, load_lexicon
from models.rules.local_words import IMPORTED, merge_local, read_local

MOST_ROWS = 2000
"""Rows of the template that offer the list of categories."""


def sheet_words() -> Wording:
    """Sheets, columns and problems of local words; whatever holds for any spreadsheet is told as for a township's."""
    ours, township = wording(), load_wording(LOCALE).tables
    problems = {**ours["local_slips"], **township["problems"], **ours["sheet_problems"]}
    return Wording({**township, "sheets": ours["sheets"], "problems": problems})


class SheetDesk:
    """One command's work on one local file, which need not be there yet. ``day`` is today's date as it is written."""

    def __init__(self, local: Path, day: str) -> None:
        self._local, self._day = local, day
        self._words = sheet_words()

    @cached_property
    def _shipped(self) -> Lexicon:
        return load_lexicon(LEXICON)

    @cached_property
    def _text(self) -> str:
        return self._local.read_text(encoding="utf-8-sig") if self._local.exists() else ""

    @cached_property
    def _before(self) -> Lexicon:
        """As the program has it now.

        Raises:
            LexiconError: the local file must be mended first.
        """
        return with_local(self._shipped, self._local if self._local.exists() else None)

    def bring_in(self, files: Sequence[Path], *, dry_run: bool) -> tuple[bool, list[str]]:
        """Read, check, and only then append to the file; whether nothing has to be mended, and what to print."""
        before, plain = self._before, plain_words(self._shipped)
        found = Findings()
        lines = read_files(files, self._words, found)
        table = tomllib.loads(self._text)
        others, _ = read_local({k: v for k, v in table.items() if k != IMPORTED}, self._shipped, plain)
        stands = Stands(self._local.name, table, others)
        rows = SheetReader(self._shipped, plain, self._words, found).rows(lines, stands)
        if not rows and not found.errors:
            found.error(Place(""), "NO_ROWS")
        news = list(what_is_new(rows, stands, plain))
        fresh = [row for row, state in news if state != "same"]
        text = self._with(fresh, files)
        if fresh and not found.errors:
            self._check_sentences(before, text, fresh, found)
        good = not found.errors
        if good and fresh and not dry_run:
            write_whole(self._local, text)
        return good, list(self._report(found, news, len(files), dry_run=dry_run))

    def _with(self, fresh: Sequence[SheetRow], files: Sequence[Path]) -> str:
        """The file with these rows at its end."""
        head = [f"# {self._day} {' '.join(file.name for file in files)}"]
        return joined(self._text, [row.entry for row in fresh], head=head, table=IMPORTED)

    def _check_sentences(
        self, before: Lexicon, text: str, fresh: Sequence[SheetRow], found: Findings
    ) -> None:
        """No sentence the project knows may be read wrongly because of a place's words; the rows at fault are named."""
        phrases = load_phrases(LOCALE)
        after = merge_local(self._shipped, checked(tomllib.loads(text), self._shipped))
        lines = [line for path in OWN for line in sentences(path)]
        plain = plain_words(self._shipped)
        for each in changes(lines, Understanding(before, phrases), Understanding(after, phrases)):
            if each.verdict is not Verdict.WORSE:
                continue
            said = plain(each.what.text)
            guilty = [row for row in fresh if row.plain in said]
            for row in guilty:
                word = next(iter(row.entry.values()))
                found.error(row.place, "SPOILS", word=word, **self._readings(each))
            if not guilty:
                found.error(Place(""), "SPOILS_TOGETHER", **self._readings(each))

    def _readings(self, change: Change) -> dict[str, str]:
        names = {item.code: item.name for item in self._shipped.items}
        nothing = self._words.sheets["sayings"].names[0]
        before, after = (
            names.get(reading.category or "", nothing) for reading in (change.before, change.after)
        )
        return {"text": change.what.text, "before": before, "after": after}

    def _report(
        self, found: Findings, news: Sequence[tuple[SheetRow, str]], files: int, *, dry_run: bool
    ) -> Iterator[str]:
        say = self._words.say
        yield from told_findings(found, self._words, files)
        if found.errors:
            return
        counts = Counter((row.kind, state) for row, state in news)
        fresh = sum(count for (_, state), count in counts.items() if state != "same")
        if not fresh:
            yield wording()["learning"]["already"].format(file=self._local.name)
            return
        yield say("dry" if dry_run else "done")
        for kind, words in self._words.sheets.items():
            of_kind = {state: counts[kind, state] for state in ("added", "changed", "same")}
            if any(of_kind.values()):
                yield "  " + say("count", sheet=words.names[0], **of_kind)
        if not dry_run:
            yield wording()["learning"]["applied"].format(count=fresh, file=self._local.name)


def write_sheet(file: Path) -> None:
    """The empty workbook that import reads, with every category to choose from."""
    words = sheet_words().sheets
    items = load_lexicon(LEXICON).items
    with xlsxwriter.Workbook(str(file), AS_TEXT) as book:
        for kind, names in words.items():
            sheet = headed(book, names)
            if kind == "words":
                column = list(names.columns).index("category")
                listed = f"='{words['categories'].names[0]}'!$A$2:$A${len(items) + 1}"
                sheet.data_validation(
                    1, column, MOST_ROWS, column,
                    # A name or a bare code may be written too.
                    {"validate": "list", "source": listed, "show_error": False},
                )  # fmt: skip
            if kind == "categories":
                for number, item in enumerate(items, start=1):
                    sheet.write_row(number, 0, (f"{item.code} {item.name}", item.spoken, item.definition))
