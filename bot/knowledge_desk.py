"""What ``python -m bot knowledge`` does: approved texts from spreadsheets and TOML, all rows or none, every bad row named."""

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from bot.parts import policy_words
from handlers.actors import OPERATOR
from handlers.dispatch import Dispatch
from handlers.intents import Intent
from handlers.knowledge_items import BringPolicies, ListPolicies, StopPolicy, WhyPolicy
from handlers.papers.areas import areas_called
from handlers.papers.policies import KIND, PolicyReader
from handlers.township.exporting import headed
from handlers.township.report import told_findings
from handlers.township.sheets import Findings, Line, Place, read_files
from handlers.township.wording import Wording
from handlers.word_sheets import AS_TEXT
from handlers.work import Standing
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from models.rules.knowledge import PolicyEntry
from models.rules.pacing import shanghai_date

TABLE = "item"
"""Each ``[[item]]`` of a TOML file is one text."""


@dataclass(frozen=True)
class KnowledgeDesk:
    """What the commands need. ``key`` makes each call its own act, e.g. a fresh uuid."""

    dispatch: Dispatch
    standing: Standing
    clock: Callable[[], datetime]
    key: Callable[[], str]

    def bring_in(self, files: Sequence[Path], *, dry_run: bool) -> tuple[bool, list[str]]:
        """Read, check, and only then write; whether nothing has to be mended, and what to print."""
        words, found = policy_words(), Findings()
        lines = lines_of(files, words, found)
        today = shanghai_date(self.clock())
        entries = PolicyReader(self.dispatch.current_town(), words, today, found).entries(lines)
        if not entries and not found.errors:
            found.error(Place(""), "NO_ROWS")
        told = list(told_findings(found, words, len(files)))
        if found.errors:
            return False, told
        return True, [*told, self._bring(entries, words, dry_run=dry_run)]

    def _bring(self, entries: list[PolicyEntry], words: Wording, *, dry_run: bool) -> str:
        said = self._do(BringPolicies(tuple(entries), dry_run))
        return f"{words.say('dry')} {said}" if dry_run else said

    def list(self) -> str:
        """What residents are told from."""
        return self._do(ListPolicies())

    def stop(self, no: int) -> str:
        """Quote a text no more."""
        return self._do(StopPolicy(str(no)))

    def why(self, question: str, area: str) -> Iterator[str]:
        """Which texts come into question, the one that would be quoted first, and by which words."""
        town, words = self.dispatch.current_town(), policy_words()
        found = areas_called(town, words.split_path(area)) if area else []
        if area and len(found) != 1:
            yield words.problem(
                "POLICY_AREA", {"value": area, "example": next(iter(town.areas.values())).name}
            )
            return
        yield self._do(WhyPolicy(question, found[0].id if found else None))

    def _do(self, intent: Intent) -> str:
        origin = Origin(Door.SHELL, IdempotencyKey(f"shell:{self.key()}"), self.clock())
        outcome = self.dispatch(intent, OPERATOR, origin)
        said = outcome.refusal or outcome.reply
        if said is None or said.key is None:
            return str(outcome.status)
        return self.standing.texts.render(said.key, said.blanks)


def lines_of(files: Sequence[Path], words: Wording, found: Findings) -> list[Line]:
    """Rows of spreadsheets and of TOML files, in order."""
    tables = [file for file in files if file.suffix.lower() == ".toml"]
    sheets = [file for file in files if file not in tables]
    lines = read_files(sheets, words, found)[KIND] if sheets else []
    return [*lines, *(line for file in tables for line in _toml_lines(file, words, found))]


def _toml_lines(file: Path, words: Wording, found: Findings) -> Iterator[Line]:
    """Each ``[[item]]`` as a row; its keys are the names of the columns."""
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8-sig")).get(TABLE, [])
    except OSError:
        found.error(Place(file.name), "NO_FILE")
        return
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        found.error(Place(file.name), "NOT_TOML", fault=fault)
        return
    for number, row in enumerate(rows if isinstance(rows, list) else [], 1):
        yield _toml_line(row if isinstance(row, dict) else {}, Place(file.name, TABLE, number), words, found)


def _toml_line(row: dict[str, Any], place: Place, words: Wording, found: Findings) -> Line:
    columns = words.sheets[KIND]
    for key in row.keys() - columns.columns.keys():
        found.error(place, "TOML_KEY", name=key, known=words.listed(columns.columns))
    cells = {
        key: "\n".join(map(str, value)) if isinstance(value, list) else value for key, value in row.items()
    }
    for column in columns.needed:
        if not str(cells.get(column, "")).strip():
            found.error(place, "EMPTY", column=columns.title(column))
    return Line(place, {key: value for key, value in cells.items() if str(value).strip()})


def write_sheet(file: Path) -> None:
    """The empty form that import reads; everything in it is text, nothing a formula."""
    with xlsxwriter.Workbook(str(file), AS_TEXT) as book:
        headed(book, policy_words().sheets[KIND])
