"""One Aho-Corasick pass over a message for every word that could matter."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from ahocorasick_rs import AhoCorasick

from handlers.understanding.anchors import needs
from models.rules.expressions import Expression as Pattern

Key = str


WordHit = tuple[Key, str, int, int]
"""A word of the lexicon found in a message: for whom, the word, where it begins, where it ends."""


class Expression(NamedTuple):
    """A regular expression and for whom it counts."""

    key: Key
    regex: Pattern


class Matched(NamedTuple):
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
        hits = {hit[0] for hit in self.words[group]} if group in self.words else set()
        return hits.union([each[0] for each in self.matches[group]]) if group in self.matches else hits


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
        self._expressions = []
        for order, (group, (key, regex)) in enumerate(vocabulary.expressions):
            needed = needs(regex.pattern)
            if needed.anchors is None:
                raise ValueError(f"{group} {key}: {regex.pattern!r} has no fixed text; give it some")
            beside = [Pattern(f"[{re.escape(''.join(sorted(each)))}]") for each in needed.companions]
            self._expressions.append((needed.heads, beside, group, key, regex))
            for term in sorted(needed.anchors):
                worth.setdefault(numbers.setdefault(term, len(numbers)), []).append(order)
        self._terms = [
            (term, tuple(said.get(number, ())), tuple(worth.get(number, ())))
            for number, term in enumerate(numbers)
        ]
        self._find = AhoCorasick(list(numbers)).find_matches_as_indexes

    def scan(self, text: str) -> Scan | None:
        """See Finder."""
        found = self._find(text, overlapping=True)
        if not found:
            return None
        words: dict[str, list[WordHit]] = {}
        worth: set[int] = set()
        for index, start, end in found:
            term, said, orders = self._terms[index]
            if orders:
                worth.update(orders)
            for group, key in said:
                if group in words:
                    words[group].append((key, term, start, end))
                else:
                    words[group] = [(key, term, start, end)]
        matches = self._matches(text, worth) if worth else {}
        return Scan(words, matches) if words or matches else None

    def _matches(self, text: str, worth: set[int]) -> dict[str, list[Matched]]:
        matches: dict[str, list[Matched]] = {}
        for order in sorted(worth):
            heads, beside, group, key, regex = self._expressions[order]
            if heads and not text.startswith(heads):
                continue
            for each in beside:
                if not each.search(text):
                    break
            else:
                if match := regex.search(text):
                    matches.setdefault(group, []).append(Matched(key, match))
        return matches


Likely = frozenset[Pattern]
"""The expressions worth trying on a text."""


class Gate:
    """Which of some expressions can match a text at all: one pass over the words they need."""

    def __init__(self, expressions: Iterable[Pattern]) -> None:
        numbers: dict[str, int] = {}
        worth: list[list[Pattern]] = []
        always = []
        for expression in expressions:
            needed = needs(expression.pattern).anchors
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

    def passed(self, text: str) -> Likely:
        """The expressions worth trying on this text."""
        seen = {index for index, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True)}
        if not seen:
            return self._always
        return self._always.union(*(self._worth[index] for index in seen))
