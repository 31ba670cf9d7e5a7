"""Which approved text answers a question, and by which words: pure, and able to say why (seed E13, D07).

Words are counted as rare or common over the texts that are in force here. A text answers when its words cover what was
asked *and* what was asked covers one of the ways in which people ask for it. What is not sure is not quoted: wrong
advice about money and papers does more harm than a day's wait for somebody who knows.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from math import log
from typing import Any

COVERED = 0.65
"""Share of what was asked that the text must speak of."""
ENOUGH = 0.65
"""Score from which a text is quoted: the harmonic mean of both shares."""
ALIKE = 0.05
"""Texts that differ by less fit equally: the deeper area goes before the wider one, then the newer paper."""
SHORT = 0.5
"""Weight of a word of one character beside that of a longer one: it says little by itself."""
LONGEST = 84
"""Characters of title, source and answer together: what is left of a group's line of 120."""

SHARED = 2
"""Words by which an answer is known to be one."""
WHOLE = 0.99
"""A single word is a subject only where it is a whole way of asking."""

Cut = Callable[[str], Sequence[str]]
"""Words of a normalised text, as they stand in it."""


@dataclass(frozen=True, slots=True)
class AskingWords:
    """The words of ``locale/*/knowledge.toml`` by which questions are known."""

    asks: re.Pattern[str]
    trouble: re.Pattern[str]
    """Something is the matter: a case, whatever else is asked."""
    personal: re.Pattern[str]
    """How one's own matter stands, or whether one qualifies: a person must look."""
    persons: re.Pattern[str]
    """Somebody of one's own is spoken of."""
    empty: frozenset[str]
    """Words that tell no subject."""
    same: Mapping[str, str]
    """Villagers' word → the word of the papers."""


def asking_words(tables: Mapping[str, Any]) -> AskingWords:
    """The table of the locale file, ready for use."""
    said = tables["asking"]
    return AskingWords(
        **{name: re.compile(said[name]) for name in ("asks", "trouble", "personal", "persons")},
        empty=frozenset(chain.from_iterable(line.split() for line in said["empty"])),
        same={other: word for word, others in said["same"].items() for other in others},
    )


@dataclass(frozen=True, slots=True)
class Knowing:
    """What comparing takes: the words of asking, and how texts are cut into words."""

    known: AskingWords
    cut: Cut
    """For what residents say: it keeps nothing."""
    cut_known: Cut
    """For approved texts: it may remember them."""


def may_be_answered(text: str, known: AskingWords) -> bool:
    """Whether a line asks for a rule, and not for help, nor how somebody's own matter stands."""
    return bool(known.asks.search(text)) and not (known.trouble.search(text) or known.personal.search(text))


@dataclass(frozen=True, slots=True)
class Text:
    """One approved text as it is compared. ``depth``: how deep its area lies, the larger the deeper."""

    no: int
    title: str
    answer: str
    asked: tuple[str, ...]
    dated_on: date
    depth: int


@dataclass(frozen=True, slots=True)
class PolicyEntry:
    """An approved text as it comes in. ``area`` is a row id, ``expires_on`` the last day on which it holds."""

    title: str
    answer: str
    source: str
    dated_on: date
    expires_on: date
    area: int
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a text answers. ``because``: words both have, with their weight; ``missed``: what it says nothing of."""

    text: Text
    score: float
    because: tuple[tuple[str, float], ...]
    missed: tuple[str, ...]
    whole: bool = False
    """Whether one way of asking for it is met as a whole."""


def is_quoted(fits: Sequence[Fit]) -> bool:
    """Whether the first of the fits is sure enough: what is met in part may be no part of another matter as well."""
    first, *others = fits
    words = {word for word, _ in first.because}
    vague = not first.whole and any(
        words <= {word for word, _ in other.because}
        for other in others
        if other.text.title != first.text.title
    )
    return first.score >= ENOUGH and not vague


class Library:
    """The texts in force at one place, their words counted."""

    def __init__(self, texts: Iterable[Text], knowing: Knowing) -> None:
        """Texts and questions are given normalised."""
        self._known, self._cut, self._cut_known = knowing.known, knowing.cut, knowing.cut_known
        self._read = [_Read(text, self) for text in texts]
        counted: dict[str, int] = {}
        for word in chain.from_iterable(each.subject for each in self._read):
            counted[word] = counted.get(word, 0) + 1
        self._often = counted

    def words(self, text: str) -> tuple[str, ...]:
        """Words of an approved text that tell a subject, each once."""
        return _telling(text, self._cut_known, self._known)

    def weight(self, word: str) -> float:
        """Rare words tell more than common ones; a word that no text has counts as one that a single text has."""
        rarity = 1 + log((len(self._read) + 1) / (max(self._often.get(word, 0), 1) + 1))
        return rarity if len(word) > 1 else rarity * SHORT

    def fits(self, question: str) -> list[Fit]:
        """Every text that shares a word with the question, the one to quote first."""
        asked = _telling(question, self._cut, self._known)
        found = [fit for each in self._read if (fit := self._fit(each, asked)) is not None]
        if not found:
            return []
        best = max(fit.score for fit in found)
        return sorted(found, key=lambda fit: _order(fit, best))

    def answer(self, question: str) -> Fit | None:
        """The text that answers, None: nothing here is sure enough, or several matters could be meant."""
        fits = self.fits(question)
        return fits[0] if fits and is_quoted(fits) else None

    def _fit(self, each: "_Read", asked: tuple[str, ...]) -> Fit | None:
        both = [word for word in asked if word in each.subject]
        if not both:
            return None
        missed = tuple(word for word in asked if word not in each.subject and not each.speaks_of(word))
        covered = 1 - self._sum(missed) / self._sum(asked)
        met = max(self._share(way, both) for way in each.ways)
        sure = covered >= COVERED and (len(both) > 1 or met >= WHOLE)
        score = 2 * covered * met / (covered + met) if sure else 0.0
        because = tuple((word, round(self.weight(word), 2)) for word in both)
        return Fit(each.text, round(score, 3), because, missed, met >= WHOLE)

    def _share(self, way: tuple[str, ...], both: list[str]) -> float:
        return self._sum(word for word in way if word in both) / self._sum(way)

    def _sum(self, words: Iterable[str]) -> float:
        return sum(self.weight(word) for word in words)


class _Read:
    """A text cut into words."""

    def __init__(self, text: Text, library: Library) -> None:
        self.text = text
        self.ways = [words for way in (text.title, *text.asked) if (words := library.words(way))] or [
            (text.title,)
        ]
        self.subject = frozenset(chain.from_iterable(self.ways))
        self._body = frozenset(library.words(text.answer))

    def speaks_of(self, word: str) -> bool:
        """Whether its answer has the word, so that the question does not go beyond it."""
        return word in self._body


def speak_of_the_same(one: str, other: str, knowing: Knowing) -> bool:
    """Whether two lines share at least ``SHARED`` words that tell a subject."""
    both = (_telling(text, knowing.cut, knowing.known) for text in (one, other))
    return len(set.intersection(*map(set, both))) >= SHARED


def _telling(text: str, cut: Cut, known: AskingWords) -> tuple[str, ...]:
    """Words that tell a subject, each once, in the order of the text."""
    for other, word in known.same.items():
        text = text.replace(other, word)
    return tuple(dict.fromkeys(word for word in cut(text) if _tells(word, known)))


def _tells(word: str, known: AskingWords) -> bool:
    return any(each.isalpha() for each in word) and word not in known.empty


def _order(fit: Fit, best: float) -> tuple[bool, int, int, float, int]:
    """Those that fit as well as the best one first: the deeper area, the newer paper."""
    among = best - fit.score < ALIKE
    if among:
        return (False, -fit.text.depth, -fit.text.dated_on.toordinal(), -fit.score, -fit.text.no)
    return (True, 0, 0, -fit.score, -fit.text.no)
