"""Request or not: every known word and every kind of evidence in a message is weighed, and the sum decides.

A topic alone is no request. The words of ``lexicon/evidence.toml`` say what kind of evidence they are (something is
broken, somebody is to act, trade, news, small talk); ``lexicon/weights.tsv`` holds a number beside each word and each
mark, fitted by ``python -m benchmarks.fit_evidence``. Nothing is hidden: the sum is the words' rarity times weight, in
proportion to how much of the message they are, plus the marks' weights.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import accumulate
from math import sqrt

from ahocorasick_rs import AhoCorasick

from handlers.understanding.terms import Vocabulary
from handlers.understanding.turns import Turns, mark_of
from models.lexicon import Lexicon
from models.rules.decision import Because, Cue, Kind

GROUP = "evidence"
TELLING = 6.0
"""Rarity times weight from which a word alone makes a message worth weighing."""
MOST = 3
"""More words of one kind than this say nothing more."""
WRONG = frozenset(
    {"broken", "dirty", "loud", "danger", "wrongdoing", "money_wrong", "neglect", "grievance", "demand"}
)
"""Kinds of evidence of which at least one stands in nearly every request."""
CONTRARY = frozenset({"private", "trade", "news"})
"""Kinds of evidence that speak of something else than a request."""
NOTHING_WRONG = "nothing wrong"
POINTS = (0.5, 1.25, 2.0, 3.0, 4.5, 6.0)
UNSAID = 100.0
"""Weight of what a message leaves unsaid: without it one word in a short line would decide alone."""
_TWO = "two candidates"
_TOLD = 6
"""Words named in an explanation."""


class Evidence:
    """Words, kinds and weights, made ready once."""

    def __init__(self, lexicon: Lexicon, turns: Turns) -> None:
        self._turns = turns
        weights = lexicon.weights
        kinds: dict[str, list[str]] = {}
        for kind, words in lexicon.evidence.items():
            for word in words:
                kinds.setdefault(word, []).append(kind)
        self._words = sorted({*weights.words, *kinds})
        self._kinds = [tuple(kinds.get(word, ())) for word in self._words]
        told = [weights.words.get(word, (0.0, 0.0)) for word in self._words]
        self._shares = [rarity * weight for rarity, weight in told]
        self._squares = [rarity * rarity for rarity, _ in told]
        self._of_word = list(zip(self._squares, self._shares, self._kinds, strict=True))
        self._marks = dict(weights.marks)
        self._bias = weights.bias
        self._steps = {kind: self._climb(kind) for kind in lexicon.evidence}
        marked = self._marks.get
        self._of_kind = {kind: marked(_of_kind(kind), 0.0) for kind in Kind}
        self._of_cue = {cue: marked(_of_cue(cue), 0.0) for cue in Cue}
        steps = (marked(_of_points(least), 0.0) for least in POINTS)
        self._of_points = list(accumulate(steps, initial=0.0))
        self._of_two = marked(_TWO, 0.0)
        self._of_turn = {turn.name: marked(mark_of(turn.name), 0.0) for turn in lexicon.turns}
        self._nothing_wrong = self._marks.get(NOTHING_WRONG, 0.0)
        self._automaton = AhoCorasick(self._words)

    @staticmethod
    def learn(lexicon: Lexicon, vocabulary: Vocabulary) -> None:
        """Put into the one pass the words without which nothing is weighed: something wrong, or a telling word."""
        wrong = {word for kind in WRONG for word in lexicon.evidence.get(kind, ())}
        told = lexicon.weights.words.items()
        telling = {w for w, (rarity, weight) in told if len(w) > 1 and rarity * weight >= TELLING}
        vocabulary.add_words(GROUP, GROUP, sorted(wrong | telling))
        Turns.learn(lexicon, vocabulary)

    def _climb(self, kind: str) -> list[float]:
        """What no, one, two … words of a kind add."""
        said = [self._marks.get(f"{kind} {n}", 0.0) for n in range(1, MOST + 1)]
        return [sum(said[:n]) for n in range(MOST + 1)]

    def words(self, text: str) -> frozenset[int]:
        """Numbers of the known words in the text, each once."""
        return frozenset(
            [found[0] for found in self._automaton.find_matches_as_indexes(text, overlapping=True)]
        )

    def weigh(self, found: frozenset[int], turns: Iterable[str]) -> tuple[float, Mapping[str, int]]:
        """What words and turns say for a request less what they say against it, before the tables' marks are added.

        With the kinds of evidence there are, and of how many words each.
        """
        size, shares = UNSAID, 0.0
        counted: dict[str, int] = {}
        for number in found:
            square, share, kinds = self._of_word[number]
            size += square
            shares += share
            for kind in kinds:
                counted[kind] = counted.get(kind, 0) + 1
        told = self._bias + shares / sqrt(size)
        for name in turns:
            told += self._of_turn[name]
        for kind, count in counted.items():
            told += self._steps[kind][min(count, MOST)]
        return (told + self._nothing_wrong if WRONG.isdisjoint(counted) else told), counted

    def add(self, kind: Kind, points: float, candidates: int, cues: Iterable[Cue]) -> float:
        """What the tables' marks add (rule_marks)."""
        told = self._of_kind[kind] + self._of_points[bisect_right(POINTS, points)]
        for cue in cues:
            told += self._of_cue[cue]
        return told + self._of_two if candidates > 1 else told

    def names(self, found: Iterable[int]) -> list[str]:
        """The words behind the numbers."""
        return [self._words[number] for number in sorted(found)]

    def kinds(self, found: Iterable[int]) -> list[str]:
        """Marks of the kinds of evidence: ``broken 1``, ``broken 2`` … up to as many words as there are of it."""
        counted = Counter(kind for number in found for kind in self._kinds[number])
        marks = [f"{kind} {n}" for kind, count in counted.items() for n in range(1, min(count, MOST) + 1)]
        return marks if WRONG & counted.keys() else [*marks, NOTHING_WRONG]

    def because(self, found: frozenset[int], turns: Iterable[str] = ()) -> Because:
        """The words and turns that spoke loudest, with their share of the sum."""
        size = sqrt(sum(self._squares[number] for number in found) + UNSAID)
        shares = [(self._words[number], round(self._shares[number] / size, 2)) for number in found]
        shares += [(self._turns.says(name), self._of_turn[name]) for name in turns]
        loud = sorted(shares, key=lambda pair: (-abs(pair[1]), pair[0]))
        return tuple(pair for pair in loud[:_TOLD] if pair[1])


def rule_marks(kind: Kind, points: float, candidates: int, cues: Iterable[Cue]) -> list[str]:
    """Marks of what the tables made of the message: kind, the best category's points, cues."""
    marks = [_of_kind(kind), *(_of_points(least) for least in POINTS if points >= least)]
    marks += [_of_cue(cue) for cue in cues]
    return [*marks, _TWO] if candidates > 1 else marks


def _of_kind(kind: Kind) -> str:
    return f"kind {kind}"


def _of_points(least: float) -> str:
    return f"points {least}"


def _of_cue(cue: Cue) -> str:
    return f"cue {cue}"
