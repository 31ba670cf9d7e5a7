"""A rating in free words → effect, duration and attitude, 1-5 each (seed D26; five grades of 政务服务好差评).

The words stand in ``locale/``. Three rules:

- A line is a rating only when nothing is left over beside its rating words and a few fillers, so that "路灯又坏了" and
  "慢慢来" are none. Where somebody has said 满意 or 评 outright, the rest may say anything.
- A dimension nobody spoke of counts as the mood of the whole: the word for all of it ("还行"); without one, 4 when
  something was praised, else 3. So a complaint about speed or manner alone never says that the matter is unsolved.
- Said twice, the worse counts when one of them is bad, else the better.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from models.rules.expressions import openers

DIMENSIONS = ("effect", "duration", "attitude")
WHOLE = "whole"
LONGEST = 60
"""Characters of a line that can still be a rating and nothing else."""
BAD_EFFECT = 2
WORST = 1
PRAISED, NEITHER = 4, 3
_DIGITS = {c: n for n, c in enumerate("一二三四五", 1)} | {str(n): n for n in range(1, 6)}
_GAP = r"[\s,，、.。/;；和-]*"
_TRIPLE = re.compile(
    rf"^(?:评价|评分|评|我评|给)?[:：\s]*([1-5])\s*分?{_GAP}([1-5])\s*分?{_GAP}([1-5])\s*分?[\s。.!！~]*$"
)
_NUMBERED = re.compile(r"^(?:#|编号|单号)?\s*(\d{1,6})\s*(?:号|单)?[\s,，:：]+(.+)$")
_DIGITS_AND_MARKS = "0123456789 \n,，、。.!！?？~～;；:：…·()（）\"“”'/-#@"
_OUTSIDE = f"{_DIGITS_AND_MARKS}["
_STRANGE = 2
"""Characters outside the table that a rating may have: a surname, an emoji."""
_BETWEEN = re.compile(r"[\s,，、。.!！?？~～;；:：…·()（）\"“”'/-]+|\[[\u4e00-\u9fa5A-Za-z]{1,6}\]")


@dataclass(frozen=True, slots=True)
class Scores:
    """1 very dissatisfied … 5 very satisfied, three times."""

    effect: int
    duration: int
    attitude: int

    @property
    def all(self) -> tuple[int, int, int]:
        """The three in the order they are asked for."""
        return self.effect, self.duration, self.attitude

    @property
    def is_bad(self) -> bool:
        """Whether somebody above should hear of it: effect 2 or less, or any 1 (state_machine.toml [rating])."""
        return self.effect <= BAD_EFFECT or WORST in self.all


@dataclass(frozen=True, slots=True)
class Read:
    """A line that reads as a rating; ``no`` is the case number said before it."""

    scores: Scores
    outright: bool
    """Says 满意, 评 or a dimension by name: means a rating even where nobody asked just now."""
    weak: bool = False
    """Could be an answer to anything ("好", "修好了"): a rating only as a quote of our result."""
    no: int | None = None


@dataclass(frozen=True)
class RatingWords:
    """The table, made ready once."""

    scored: tuple[tuple[str, int, str], ...]
    """(dimension or ``whole``, score or 0 where the word carries its own digit, expression)."""
    fillers: tuple[str, ...]
    outright: tuple[str, ...]
    not_alone: tuple[str, ...]
    """Words that mean a rating only beside another one: alone they are an answer to anything."""

    @cached_property
    def _entries(self) -> tuple[tuple[str, int, re.Pattern[str]], ...]:
        return tuple((dimension, score, re.compile(words)) for dimension, score, words in self.scored)

    @cached_property
    def _filler(self) -> re.Pattern[str]:
        longest_first = sorted(self.fillers, key=len, reverse=True)
        return re.compile("|".join(f"(?:{each})" for each in longest_first) or r"(?!)")

    @cached_property
    def _openers(self) -> tuple[frozenset[str], re.Pattern[str]]:
        """With which characters a word of the table can begin, and the words that can begin with any."""
        words = [*(words for _, _, words in self.scored), *self.fillers]
        open_ended = [each for each in words if openers(each) is None]
        letters = frozenset().union(*(openers(each) or () for each in words))
        return letters, re.compile("|".join(f"(?:{each})" for each in open_ended) or r"(?!)")

    def _may_begin(self, line: str, at: int) -> bool:
        letters, open_ended = self._openers
        return line[at] in letters or open_ended.match(line, at) is not None

    @cached_property
    def _first(self) -> re.Pattern[str]:
        """How a rating may begin: most lines are turned away here, before anything is normalised."""
        begins = [*(words for _, _, words in self.scored), *self.fillers, r"#?\d"]
        return re.compile(r"[\s\[]*(?:" + "|".join(f"(?:{each})" for each in begins) + ")")

    @cached_property
    def _scored(self) -> re.Pattern[str]:
        """Any word with a mark: where none begins, none is tried by itself."""
        return re.compile("|".join(f"(?:{words})" for _, _, words in self.scored))

    @cached_property
    def _outright(self) -> re.Pattern[str]:
        return re.compile("|".join(self.outright) or r"(?!)")

    @cached_property
    def _weak(self) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{each})" for each in self.not_alone) or r"(?!)")

    @cached_property
    def _letters(self) -> frozenset[str]:
        """Every character that stands in the table, and what may stand between words."""
        known = "".join((*(words for _, _, words in self.scored), *self.fillers))
        return frozenset(known + _DIGITS_AND_MARKS)

    def may_be(self, text: str) -> bool:
        """Whether a closer look is worth it; the text as it was typed."""
        if not 0 < len(text) <= LONGEST:
            return False
        if text[0] not in _OUTSIDE and not self._may_begin(text, 0):
            return False
        if self._first.match(text) is None:
            return False
        return len(set(text) - self._letters) <= _STRANGE or "[" in text

    def read(self, text: str) -> Read | None:
        """The rating a normalised line is, None: it is something else."""
        line = text.strip().replace("\n", " ")
        if not line or len(line) > LONGEST:
            return None
        if scores := _triple(line):
            return Read(scores, outright=not line[0].isdigit())
        if found := self._covered(line):
            marks, weak = found
            return Read(_settle(marks), outright=bool(self._outright.search(line)), weak=weak)
        numbered = _NUMBERED.match(line)
        if numbered and (scores := _triple(numbered[2])):
            return Read(scores, outright=True, no=int(numbered[1]))
        if numbered and (rest := self._covered(numbered[2])):
            return Read(_settle(rest[0]), outright=True, weak=rest[1], no=int(numbered[1]))
        return None

    def among(self, text: str) -> Scores | None:
        """What is said of the dimensions anywhere in a line that announced itself as a rating."""
        found = [mark for _, _, mark in self._marks(text) if mark is not None]
        return _settle(found) if found else None

    def _covered(self, line: str) -> tuple[list[tuple[str, int]], bool] | None:
        """The marks of a line that holds nothing else, and whether they are weak; None when something is left over."""
        marks: list[tuple[str, int]] = []
        strong = False
        for words, known, mark in self._marks(line):
            if not known:
                return None
            if mark is not None:
                marks.append(mark)
                strong = strong or self._weak.fullmatch(words) is None
        several = len({dimension for dimension, _ in marks}) > 1
        return (marks, not (strong or several)) if marks else None

    def _marks(self, line: str) -> Iterable[tuple[str, bool, tuple[str, int] | None]]:
        """The line cut into (words, whether they are known, the mark they give).

        At each place the longest reading counts, of two as long the worse.
        """
        at = 0
        while at < len(line):
            if gap := _BETWEEN.match(line, at):
                at = gap.end()
                continue
            words, mark = self._longest(line, at)
            yield words or line[at], bool(words), mark
            at += len(words) or 1

    def _longest(self, line: str, at: int) -> tuple[str, tuple[str, int] | None]:
        best, mark = "", None
        if not self._may_begin(line, at):
            return best, mark
        filler = self._filler.match(line, at)
        if self._scored.match(line, at) is None:
            return (filler.group() if filler else ""), None
        for dimension, score, pattern in self._entries:
            found = pattern.match(line, at)
            if found is None or len(found.group()) < max(len(best), 1):
                continue
            digit = score or _DIGITS[found.group(1)]
            if mark is None or len(found.group()) > len(best) or digit < mark[1]:
                best, mark = found.group(), (dimension, digit)
        if filler and len(filler.group()) > len(best):
            return filler.group(), None
        return best, mark


def _triple(line: str) -> Scores | None:
    """Three marks in the order they are asked for."""
    found = _TRIPLE.match(line)
    if found is None:
        return None
    effect, duration, attitude = (_DIGITS[mark] for mark in found.groups())
    return Scores(effect, duration, attitude)


def _settle(marks: list[tuple[str, int]]) -> Scores:
    said: dict[str, int] = {}
    for dimension, score in marks:
        known = said.get(dimension)
        pair = (score,) if known is None else (score, known)
        said[dimension] = min(pair) if min(pair) <= BAD_EFFECT else max(pair)
    praised = any(score >= PRAISED for score in said.values())
    whole = said.get(WHOLE, PRAISED if praised else NEITHER)
    return Scores(*(said.get(dimension, whole) for dimension in DIMENSIONS))


def rating_words(
    table: Mapping[str, Mapping[str, Iterable[str]]], lists: Mapping[str, Iterable[str]]
) -> RatingWords:
    """The table from its tables by dimension and score (``"n"``: the word's own digit) and its lists."""
    scored = tuple(
        (dimension, 0 if score == "n" else int(score), words)
        for dimension, scores in table.items()
        for score, several in scores.items()
        for words in several
    )
    return RatingWords(scored, tuple(lists["fillers"]), tuple(lists["outright"]), tuple(lists["not_alone"]))
