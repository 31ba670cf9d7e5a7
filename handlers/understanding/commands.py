"""Commands: phrases from ``locale/``, with wrong characters and numbers anywhere sensible."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handlers.understanding.terms import Matched, Vocabulary
from models.lexicon import LexiconError
from models.rules.decision import CommandMatch
from models.rules.expressions import check

GROUP = "command"
TYPOS = "typo"
LEADER, CADRE = "leader", "cadre"
ROLES = ("resident", LEADER, CADRE)
_MARKS = ("soft", "on_scene", "private")
_HEAD = 16
"""Characters from the beginning in which wrong characters are mended."""
_LAST = frozenset({"Report"})
"""Intents whose phrases are ordinary words: any other reading goes first."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """What people say for one intent."""

    intent: str
    users: frozenset[str]
    patterns: tuple[str, ...]
    say: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhraseBook:
    """All phrases of one language, in the order of the files."""

    phrases: tuple[Phrase, ...]
    typos: Mapping[str, str]


def load_phrases(directory: Path) -> PhraseBook:
    """Read ``[phrases.*]`` from every TOML file of a locale.

    Raises:
        LexiconError: a file or a phrase cannot be used.
    """
    tables: list[tuple[str, dict[str, Any]]] = []
    blanks: dict[str, str] = {}
    typos: dict[str, str] = {}
    for path in sorted(directory.glob("*.toml")):
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
            raise LexiconError(f"{path}: not readable as TOML ({broken}); mend that line") from broken
        shared = content.get("phrases_common", {})
        typos |= shared.get("typo_map", {})
        blanks |= {key: value for key, value in shared.items() if isinstance(value, str)}
        tables.append((path.name, content.get("phrases", {})))
    phrases = [
        _phrase(f"{name} [phrases.{key}]", key, raw, blanks)
        for name, table in tables
        for key, raw in table.items()
    ]
    return PhraseBook(tuple(phrases), typos)


def _phrase(where: str, intent: str, raw: Mapping[str, Any], blanks: Mapping[str, str]) -> Phrase:
    users = frozenset(raw.get("users", ()))
    if not users or users - set(ROLES):
        raise LexiconError(f"{where}: users must be some of {', '.join(ROLES)}")
    patterns = []
    for pattern in raw.get("patterns", ()):
        filled = re.sub(r"\{([a-z]+\d?)\}", lambda blank: blanks.get(blank.group(1), blank.group()), pattern)
        try:
            check(filled)
        except re.error as wrong:
            raise LexiconError(f"{where}: the pattern {pattern!r} is broken ({wrong}); mend it") from wrong
        if not filled.startswith("^"):
            raise LexiconError(f"{where}: {pattern!r} must begin with ^: commands stand at the beginning")
        patterns.append(filled)
    if not patterns:
        raise LexiconError(f"{where}: patterns is empty; write at least one")
    return Phrase(intent, users, tuple(patterns), tuple(raw.get("say", ())))


class Commands:
    """The phrase book, made ready once."""

    def __init__(self, book: PhraseBook) -> None:
        self._phrases = book.phrases
        self._typos = dict(book.typos)
        self._typo = re.compile("|".join(map(re.escape, self._typos))) if self._typos else None

    def learn(self, vocabulary: Vocabulary) -> None:
        """Put the expressions, and the wrong characters that hide them, into a pass."""
        vocabulary.add_words(TYPOS, TYPOS, self._typos)
        for number, phrase in enumerate(self._phrases):
            vocabulary.add_patterns(GROUP, str(number), phrase.patterns)

    def mend(self, text: str) -> str:
        """The text with known wrong characters at its beginning put right."""
        if self._typo is None:
            return text
        head = self._typo.sub(lambda found: self._typos[found.group()], text[:_HEAD])
        return head + text[_HEAD:]

    def match(
        self, found: list[Matched], role: str | None, *, quoted: bool, private: bool
    ) -> tuple[CommandMatch, ...]:
        """Readings of the phrases that matched, likeliest first: the speaker's own commands, plain before passing ones.

        Phrases of other roles are kept at the end, so that dispatch can refuse them; passing remarks are not.
        """
        best: dict[str, tuple[tuple[int, int], CommandMatch]] = {}
        for each in found:
            phrase = self._phrases[int(each.key)]
            groups = {
                key: value.strip()
                for key, value in each.found.groupdict().items()
                if value is not None and (value.strip() or key in _MARKS)
            }
            marks = [mark for mark in _MARKS if mark in groups]
            foreign = not _is_said_by(role, phrase)
            if ("private" in marks and not private) or ("soft" in marks and foreign):
                continue
            for mark in marks:
                groups[mark] = "1"
            rank = 3 * foreign + (2 if phrase.intent in _LAST else ("soft" in marks) and not quoted)
            # Of several patterns of one intent the one that captured most speaks.
            standing = (int(rank), -len(groups))
            if phrase.intent not in best or standing < best[phrase.intent][0]:
                best[phrase.intent] = (standing, CommandMatch(phrase.intent, groups))
        return tuple(reading for _, reading in sorted(best.values(), key=lambda pair: pair[0][0]))

    def is_own(self, reading: CommandMatch, role: str | None) -> bool:
        """Whether people of this role usually say this."""
        return any(_is_said_by(role, each) for each in self._phrases if each.intent == reading.intent)


def _is_said_by(role: str | None, phrase: Phrase) -> bool:
    """Whether people of this role say this; whoever may speak to whole villages also handles cases like a leader."""
    return role is None or role in phrase.users or (role == CADRE and LEADER in phrase.users)
