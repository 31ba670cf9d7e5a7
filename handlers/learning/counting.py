"""In how many lines a word stands, and how much more often in some than in others."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from handlers.understanding.segment import tokenizer

_BLOCK = re.compile(r"[\u4e00-\u9fa5]+")
_LENGTHS = range(2, 7)
"""Characters of a word worth proposing."""
_JOINED = 3
"""So many neighbouring pieces are tried as one word: what the dictionary does not know falls into pieces."""
EVERYDAY = 3000
"""A word that often in jieba's dictionary says nothing about a category."""


@dataclass(frozen=True, slots=True)
class Odds:
    """Lines with and without a word: ``a``, ``b`` among the corrected ones, ``c``, ``d`` among all others."""

    a: int
    b: int
    c: int
    d: int

    @property
    def log(self) -> float:
        """The log odds ratio; half a line is added to each count, so that none of them is nothing."""
        return math.log((self.a + 0.5) * (self.d + 0.5) / ((self.b + 0.5) * (self.c + 0.5)))

    @property
    def share(self) -> float:
        """Which share of the lines with the word are corrected ones."""
        return self.a / (self.a + self.c) if self.a + self.c else 0.0


def odds_of(word: str, corrected: list[str], others: list[str]) -> Odds:
    """How often the word stands in the corrected lines and in the others."""
    a = sum(word in text for text in corrected)
    c = sum(word in text for text in others)
    return Odds(a, len(corrected) - a, c, len(others) - c)


def words_in(texts: Iterable[str], loose: str, names: frozenset[str]) -> set[str]:
    """Words worth counting: those the dictionary cuts, and neighbours that may be one word it does not know.

    Args:
        texts: normalised lines.
        loose: characters that do not begin or end a word worth learning.
        names: of people and places; a word that holds one, or is a piece of one, is left out.
    """
    parts = frozenset(part for name in names for part in _parts(name))
    found = {word for text in texts for word in _pieces(text) if _is_telling(word, loose)}
    return {word for word in found if not _is_name(word, names, parts)}


def _pieces(text: str) -> Iterable[str]:
    """Words as jieba cuts them, and neighbouring ones joined."""
    shared = tokenizer(text)
    for block in _BLOCK.findall(text):
        cut = list(shared.cut(block, HMM=False))
        for start in range(len(cut)):
            for end in range(start + 1, min(len(cut), start + _JOINED) + 1):
                yield "".join(cut[start:end])


def _parts(word: str) -> Iterable[str]:
    """Every piece of a word that has at least two characters."""
    shortest = _LENGTHS[0]
    for start in range(len(word)):
        for end in range(start + shortest, len(word) + 1):
            yield word[start:end]


def _is_name(word: str, names: frozenset[str], parts: frozenset[str]) -> bool:
    return word in parts or any(part in names for part in _parts(word))


def _is_telling(word: str, loose: str) -> bool:
    if len(word) not in _LENGTHS or word[0] in loose or word[-1] in loose:
        return False
    return int(tokenizer(word).FREQ.get(word, 0)) < EVERYDAY
