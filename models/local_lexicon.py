"""The file of a place's own words, as a cadre writes it (docs/lexicon.md)."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from models.rules.lexicon import Lexicon
from models.rules.local_words import LocalWords, Slip, read_local

_AT_LINE = re.compile(r"at line (\d+)")
_WIDE = re.compile("[“”‘’＝，［］｛｝：]")
"""Marks of a Chinese keyboard that TOML does not know."""


class UnusableLocalWords(ValueError):  # noqa: N818 - it holds what must be mended
    """The file cannot be used as it is; every slip says what to mend."""

    def __init__(self, path: Path, slips: tuple[Slip, ...]) -> None:
        super().__init__(f"{path}: {', '.join(slip.key for slip in slips)}")
        self.path = path
        self.slips = slips


def load_local(path: Path, lexicon: Lexicon, plain: Callable[[str], str]) -> LocalWords:
    """Read the file.

    Raises:
        UnusableLocalWords: it is not there, is no TOML, or holds something that cannot be used.
    """
    words, slips = read_local(_table(path), lexicon, plain)
    if slips:
        raise UnusableLocalWords(path, slips)
    return words


def _table(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as gone:
        raise UnusableLocalWords(path, (Slip("NO_FILE", {}),)) from gone
    except UnicodeDecodeError as other:
        raise UnusableLocalWords(path, (Slip("NOT_UTF8", {}),)) from other
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise UnusableLocalWords(path, (_written_wrong(text, str(broken)),)) from broken


def _written_wrong(text: str, told: str) -> Slip:
    """Which line, and what people usually get wrong in it."""
    lines = text.splitlines()
    found = _AT_LINE.search(told)
    number = min(int(found[1]), len(lines)) if found else len(lines)
    line = lines[number - 1].strip() if lines else ""
    if "overwrite" in told or "duplicate" in told.lower():
        return Slip("TWICE", {"line": number, "text": line})
    if wide := _WIDE.search(re.sub(r'"[^"]*"', "", line.split("#")[0])):
        return Slip("WIDE_MARK", {"line": number, "text": line, "mark": wide.group()})
    return Slip("NOT_TOML", {"line": number, "text": line})
