"""One folder with the program in it, as the person on that machine has it before him."""

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from tests.gateway.driver import Gateway
from tests.gateway.running import BRISK, Operator
from tests.gateway.village import SHEETS
from tests.guide.machine import Machine


class Place(Operator):
    """The operator of the gateway stories, who types ``python3 run.py`` in a clone and writes his settings himself."""

    def __init__(self, machine: Machine, path: Path, gateway: Gateway) -> None:
        self.path = path
        self._machine = machine
        super().__init__(machine.here(path), gateway)

    def _configure(self, _gateway: Gateway, /) -> None:
        """He has not come to that yet."""

    def _typed(self, *words: str) -> tuple[list[str], Path]:
        return self._machine.typed(f"python3 run.py {shlex.join(words)}", self.path), Path("/")

    def choose(self, secret: str) -> None:
        """Edit config.toml: the secret, a free port, and hours and pauses that do not keep a test waiting."""
        chosen: dict[str, dict[str, Any]] = {"": {"secret": secret}, "web": {"port": self._port}}
        told = self.config.read_text(encoding="utf-8")
        for table, keys in (chosen | tomllib.loads(BRISK)).items():
            for key, value in keys.items():
                told = with_value(told, table, key, value)
        self.config.write_text(told, encoding="utf-8")

    def add(self, table: str) -> None:
        """Write a table at the end of config.toml."""
        with self.config.open("a", encoding="utf-8") as file:
            file.write("\n" + table)

    def fill_in(self, template: str, roster: str) -> None:
        """Write the village into the empty sheets, each value under the heading it belongs to."""
        book = load_workbook(self.folder / template)
        for title, (headings, *rows) in SHEETS.items():
            sheet = book[title]
            columns = {cell.value: cell.column for cell in sheet[1]}
            for number, row in enumerate(rows, start=sheet.max_row + 1):
                for heading, value in zip(headings, row, strict=True):
                    sheet.cell(number, columns[heading], value)
        book.save(self.folder / roster)


def with_value(settings: str, table: str, key: str, value: object) -> str:
    """The settings with a value changed in its line, as in an editor.

    Raises:
        AssertionError: config.example.toml does not list this key.
    """
    before, header, rest = settings.partition(f"[{table}]\n") if table else ("", "", settings)
    shown = f'"{value}"' if isinstance(value, str) else value
    changed, times = re.subn(rf"^{key} = .*$", f"{key} = {shown}", rest, count=1, flags=re.MULTILINE)
    assert times == 1, f"config.example.toml lists no {key} in [{table}]"
    return before + header + changed
