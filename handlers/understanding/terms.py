"""One Aho-Corasick pass over a message for every word that could matter."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from ahocorasick_rs import AhoCorasick

from handlers.understanding.anchors import anchors
from models.rules.expressions import Expression as Pattern

Key = str | int


@dataclass(frozen=True, slots=True)
class WordHit:
    """A word of the lexicon found in a message: for whom (``key``), where (``start`` to ``end``)."""

    key: Key
    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Expression:
    """A regular expression and for whom it counts."""

    key: Key
    regex: Pattern


@dataclass(frozen=True, slots=True)
class Matched:
    """An expression that matched: for whom, and what."""

    key: Key
    found: re.Match[str]


@dataclass(slots=True)
class Scan:
    """What one pass found, by group."""

    words: dict[str, list[WordHit]] = field(default_factory=dict)
    matches: dict[str, list[Matched]] = field(default_factory=dict)

    def keys(self, group: str) -> set[str]:
        """For whom words or expressions of this group were found."""
        hits = {str(hit.key) for hit in self.words.get(group, ())}
        return hits | {str(each.key) for each in self.matches.get(group, ())}


@dataclass(slots=True)
class Vocabulary:
    """Words and expressions by group, collected before a finder is built."""

    words: list[tuple[str, str, Key]] = field(default_factory=list)
    expressions: list[tuple[str, Expression]] = field(default_factory=list)

    def add_words(self, group: str, key: Key, words: Iterable[str]) -> None:
        """Words, as they stand in normalised text."""
        self.words.extend((word, group, key) for word in words)

    def add_patterns(self, group: str, key: Key, patterns: Iterable[str]) -> None:
        """Expressions over normalised text."""
        self.expressions.extend((group, Expression(key, Pattern(each))) for each in patterns)


class Finder(Protocol):
    """Finds the words of a vocabulary in a message."""

    def scan(self, text: str) -> Scan | None:
        """What is there; None when nothing is."""
        ...


class OnePass:
    """The finder of production: one automaton over words and the anchors of expressions.

    Raises:
        ValueError: an expression has no fixed text at all and would have to be tried on every message.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        numbers: dict[str, int] = {}
        self._words: list[list[tuple[str, Key]]] = []
        self._worth: list[dict[int, tuple[str, Expression]]] = []

        def number(term: str) -> int:
            if term not in numbers:
                numbers[term] = len(numbers)
                self._words.append([])
                self._worth.append({})
            return numbers[term]

        for word, group, key in vocabulary.words:
            self._words[number(word)].append((group, key))
        for order, (group, expression) in enumerate(vocabulary.expressions):
            needed = anchors(expression.regex.pattern)
            if needed is None:
                raise ValueError(
                    f"{group} {expression.key}: {expression.regex.pattern!r} has no fixed text; give it some"
                )
            for term in sorted(needed):
                self._worth[number(term)][order] = (group, expression)
        self._terms = list(numbers)
        self._automaton = AhoCorasick(self._terms)

    def scan(self, text: str) -> Scan | None:
        """See Finder."""
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if not found:
            return None
        words: dict[str, list[WordHit]] = {}
        worth: dict[int, tuple[str, Expression]] = {}
        for index, start, end in found:
            for group, key in self._words[index]:
                words.setdefault(group, []).append(WordHit(key, self._terms[index], start, end))
            if tries := self._worth[index]:
                worth.update(tries)
        matches: dict[str, list[Matched]] = {}
        for order in sorted(worth):
            group, expression = worth[order]
            if match := expression.regex.search(text):
                matches.setdefault(group, []).append(Matched(expression.key, match))
        return Scan(words, matches) if words or matches else None
