"""``python -m bot intake import``: lists kept on paper, all rows or none, every bad row named; again changes nothing."""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from bot.parts import LOCALE
from handlers.actors import OPERATOR
from handlers.dispatch import Dispatch
from handlers.paper_lists import BringPapers, PaperEntry
from handlers.papers.reading import KIND, PaperReader
from handlers.township.exporting import headed
from handlers.township.report import told_findings
from handlers.township.sheets import Findings, Place, read_files
from handlers.township.wording import Wording, load_wording
from handlers.word_sheets import AS_TEXT
from handlers.work import Standing
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey


def paper_words() -> Wording:
    """Sheet, columns and problems of paper lists; whatever holds for any spreadsheet is told as for a township's."""
    ours, township = _tables(), load_wording(LOCALE).tables
    problems = {**township["problems"], **ours["sheet_problems"]}
    return Wording({**township, "sheets": ours["sheets"], "problems": problems})


def _tables() -> dict[str, Any]:
    return tomllib.loads((LOCALE / "intake.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class PaperDesk:
    """What the command needs. ``key`` makes each call its own act, e.g. a fresh uuid."""

    dispatch: Dispatch
    standing: Standing
    clock: Callable[[], datetime]
    key: Callable[[], str]

    def bring_in(self, files: Sequence[Path], *, dry_run: bool) -> tuple[bool, list[str]]:
        """Read, check, and only then open the cases; whether nothing has to be mended, and what to print."""
        words, found = paper_words(), Findings()
        entries = self._entries(files, words, found)
        if not entries and not found.errors:
            found.error(Place(""), "NO_ROWS")
        if found.errors:
            return False, list(told_findings(found, words, len(files)))
        counts = self._open(entries, dry_run=dry_run)
        lines = list(told_findings(found, words, len(files)))
        if not counts["added"]:
            return True, [*lines, words.say("same")]
        lines.append(words.say("dry" if dry_run else "done"))
        lines.append("  " + words.say("count", sheet=words.sheets[KIND].names[0], changed=0, **counts))
        return True, lines

    def _entries(self, files: Sequence[Path], words: Wording, found: Findings) -> list[PaperEntry]:
        known = self.standing.intake
        lines = read_files(files, words, found)[KIND]
        if known is None:
            return []
        town = self.dispatch.current_town()
        return PaperReader(town, words, known, self.clock(), found, self.standing.plain).entries(lines)

    def _open(self, entries: list[PaperEntry], *, dry_run: bool) -> dict[str, int]:
        origin = Origin(Door.SHELL, IdempotencyKey(f"shell:{self.key()}"), self.clock())
        outcome = self.dispatch(BringPapers(tuple(entries), dry_run), OPERATOR, origin)
        blanks = outcome.reply.blanks if outcome.reply else {}
        return {"added": int(blanks.get("added", 0)), "same": int(blanks.get("same", 0))}


def write_sheet(file: Path) -> None:
    """The empty form that import reads, with the channels to choose from."""
    tables, words = _tables(), paper_words().sheets[KIND]
    channels = [names[0] for names in tables["intake"]["channels"].values()]
    known = paper_words().listed(channels)
    with xlsxwriter.Workbook(str(file), AS_TEXT) as book:
        sheet = headed(book, words)
        column = list(words.columns).index("source")
        sheet.write_comment(0, column, tables["sheet_choices"]["source"].format(known=known))
