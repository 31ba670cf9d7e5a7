"""Every sentence the product says, from locale/<language>/*.toml.

A file is one topic with tables ``[say.KEY]`` (``text`` with ``{blanks}``, ``channel`` = "group" or "dm") and
``[phrases.Intent]`` (what people say; read by handlers.understanding.commands). A key stands in one file only.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any


class LocaleError(ValueError):
    """A locale file is broken; the sentence names file, key and what to do."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: where it may be said, its template and the blanks it has."""

    key: str
    channel: str
    template: str
    blanks: frozenset[str]


@dataclass(frozen=True)
class Texts:
    """All sentences of one language."""

    sentences: dict[str, Sentence]

    def render(self, key: str, blanks: dict[str, Any]) -> str:
        """The finished sentence; every blank must be given."""
        return self.sentences[key].template.format(**blanks)

    def channel_of(self, key: str) -> str:
        """Where the sentence may be said: ``group`` or ``dm``."""
        return self.sentences[key].channel


def load_texts(folder: Path) -> Texts:
    """Read every *.toml of a locale folder.

    Raises:
        LocaleError: broken TOML, a key that stands twice, a bad channel or template.
    """
    sentences: dict[str, Sentence] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as cause:
            raise LocaleError(f"{path.name}: not valid TOML ({cause}); mend that line") from cause
        for key, entry in tables.get("say", {}).items():
            if key in sentences:
                raise LocaleError(f"{path.name}: [say.{key}] stands in another file too; keep one")
            sentences[key] = _sentence(path.name, key, entry)
    return Texts(sentences)


def _sentence(file: str, key: str, entry: dict[str, Any]) -> Sentence:
    text, channel = entry.get("text"), entry.get("channel")
    if not isinstance(text, str) or channel not in {"group", "dm"}:
        raise LocaleError(f'{file}: [say.{key}] needs text = "…" and channel = "group" or "dm"')
    try:
        blanks = frozenset(name for _, name, _, _ in Formatter().parse(text) if name)
    except ValueError as cause:
        raise LocaleError(f"{file}: [say.{key}] has a broken blank ({cause})") from cause
    return Sentence(key, channel, text, blanks)
