"""The words of spreadsheets: what sheets, columns and values are called, and how a problem is told."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

FOLDED_AWAY = re.compile(r"[\s\u200b-\u200f\u2060\ufeff*＊:：]+")


def folded(text: str) -> str:
    """What two spellings of one name have in common: width, case, spaces and marks do not count."""
    return FOLDED_AWAY.sub("", unicodedata.normalize("NFKC", text)).casefold()


@dataclass(frozen=True, slots=True)
class SheetWords:
    """One kind of sheet: its names, its columns' names, and which columns it cannot do without."""

    kind: str
    names: tuple[str, ...]
    needed: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]

    def title(self, column: str) -> str:
        """What the template calls a column."""
        return self.columns[column][0]

    def column_named(self, header: str) -> str | None:
        """Which column a header means."""
        key = folded(header)
        return next((c for c, names in self.columns.items() if key in {folded(n) for n in names}), None)


@dataclass(frozen=True)
class Wording:
    """Everything in the locale's township file."""

    tables: Mapping[str, Any]

    @cached_property
    def sheets(self) -> dict[str, SheetWords]:
        """Kinds of sheets, in the order of the template."""
        return {
            kind: SheetWords(
                kind,
                tuple(entry["names"]),
                tuple(entry["needed"]),
                {column: tuple(names) for column, names in entry["columns"].items()},
            )
            for kind, entry in self.tables["sheets"].items()
        }

    def format(self, name: str) -> Any:
        """One entry of ``[formats]``."""
        return self.tables["formats"][name]

    def sheet_named(self, name: str) -> SheetWords | None:
        """Which kind of sheet a name means."""
        key = folded(name)
        return next((s for s in self.sheets.values() if key in {folded(n) for n in s.names}), None)

    def code_of(self, table: str, word: str) -> str | None:
        """The code behind a word people write: ``ways`` or ``room_kinds``."""
        return code_named(self.tables[table], word)

    def known(self, table: str) -> str:
        """The words that ``code_of`` knows, as the template writes them."""
        return self.listed(names[0] for names in self.tables[table].values())

    def first_word(self, table: str, code: str) -> str:
        """How a code is written."""
        return str(self.tables[table].get(code, [code])[0])

    def problem(self, key: str, blanks: Mapping[str, Any]) -> str:
        """The sentence of a problem."""
        return str(self.tables["problems"][key]).format(**blanks)

    def say(self, key: str, **blanks: Any) -> str:
        """A line of the report."""
        return str(self.tables["report"][key]).format(**blanks)

    def listed(self, words: Iterable[str]) -> str:
        """Words in one sentence, as Chinese lists them."""
        return str(self.format("list_marks"))[0].join(words)

    def split_list(self, text: str) -> list[str]:
        """Several names in one cell."""
        return [part.strip() for part in re.split(f"[{self.format('list_marks')}]", text) if part.strip()]

    def split_path(self, text: str) -> list[str]:
        """An area written with those above it."""
        return [part.strip() for part in re.split(f"[{self.format('path_marks')}]", text) if part.strip()]


def code_named(names: Mapping[str, Iterable[str]], word: str) -> str | None:
    """The code one of whose names is ``word``."""
    key = folded(word)
    return next((code for code, known in names.items() if key in {folded(n) for n in known}), None)


def load_wording(folder: Path) -> Wording:
    """Read ``township.toml`` of a locale folder."""
    return Wording(tomllib.loads((folder / "township.toml").read_text(encoding="utf-8")))
