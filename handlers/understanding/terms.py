"""One Aho-Corasick pass over a message for every word that could matter."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from ahocorasick_rs import AhoCorasick

from handlers.understanding.anchors import anchors
from models.rules.expressions import Expression as Pattern

Key = str | int


class WordHit(NamedTuple):
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
        said: dict[int, list[tuple[str, Key]]] = {}
        worth: dict[int, list[int]] = {}
        for word, group, key in vocabulary.words:
            said.setdefault(numbers.setdefault(word, len(numbers)), []).append((group, key))
        self._expressions = vocabulary.expressions
        for order, (group, expression) in enumerate(vocabulary.expressions):
            needed = anchors(expression.regex.pattern)
            if needed is None:
                raise ValueError(
                    f"{group} {expression.key}: {expression.regex.pattern!r} has no fixed text; give it some"
                )
            for term in sorted(needed):
                worth.setdefault(numbers.setdefault(term, len(numbers)), []).append(order)
        self._terms = list(numbers)
        self._said = [tuple(said.get(number, ())) for number in range(len(numbers))]
        self._worth = [tuple(worth.get(number, ())) for number in range(len(numbers))]
        self._automaton = AhoCorasick(self._terms)

    def scan(self, text: str) -> Scan | None:
        """See Finder."""
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if not found:
            return None
        words: dict[str, list[WordHit]] = {}
        for index, start, end in found:
            for group, key in self._said[index]:
                words.setdefault(group, []).append(WordHit(key, self._terms[index], start, end))
        worth = {order for index in {index for index, _, _ in found} for order in self._worth[index]}
        matches: dict[str, list[Matched]] = {}
        for order in sorted(worth):
            group, expression = self._expressions[order]
            if match := expression.regex.search(text):
                matches.setdefault(group, []).append(Matched(expression.key, match))
        return Scan(words, matches) if words or matches else None


class Gate:
    """Which of some expressions can match a text at all: one pass over the words they need."""

    def __init__(self, expressions: Iterable[Pattern]) -> None:
        numbers: dict[str, int] = {}
        worth: list[list[Pattern]] = []
        always = []
        for expression in expressions:
            needed = anchors(expression.pattern)
            if needed is None:
                always.append(expression)
            for term in sorted(needed or ()):
                if term not in numbers:
                    numbers[term] = len(numbers)
                    worth.append([])
                worth[numbers[term]].append(expression)
        self._always = frozenset(always)
        self._worth = worth
        self._automaton = AhoCorasick(list(numbers))

    def passed(self, text: str) -> frozenset[Pattern]:
        """The expressions worth trying on this text."""
        seen = {index for index, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True)}
        return self._always.union(*(self._worth[index] for index in seen))
