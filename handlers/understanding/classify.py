"""Points for each category, with every word that counted.

Two sums, which answer two questions. ``score`` tells how much in the message speaks of a matter at all: keywords,
dialect and expressions, as ``taxonomy.md`` counts them. ``rank`` tells which matter it is: the same words, each stretch
of the text counted once, with the hints (things and institutions that alone say nothing about a request) and the
leanings of everyday words towards areas of work (``lexicon/leanings.toml``). The first candidate is the one of the
highest rank; of equals the more urgent, then the one that was named first.
"""

from collections.abc import Sequence
from typing import NamedTuple

from handlers.understanding.leanings import WHOLE, Leaning, Leanings
from handlers.understanding.segment import Cutter
from handlers.understanding.terms import Scan, Vocabulary, WordHit
from models.lexicon import Item, Lexicon
from models.rules.decision import Because
from models.rules.urgency import URGENCY_ORDER

KEYWORDS = "keyword"
DIALECT = "dialect"
PATTERNS = "item"
EXCLUDES = "exclude"
HINTS = "hint"
HINT_PATTERNS = "hint_pattern"

HINT = 1.0
"""Points of a hint of two characters: half of what a keyword says."""
LONG_HINT = 1.4
"""Points of a longer hint: 停车场 says more than 停车."""
HINT_PATTERN = 2.0
AGAIN = 0.25
"""Share of a word that says again what a longer or heavier one over the same stretch of text has said."""
ENOUGH = 1.3
"""The least rank before which a fallback category stands back."""
FALLBACK = 0.6
"""What a fallback category's rank is worth beside another's."""
LEAST = 0.295
"""Less than this (0.30 once it is rounded) is an accident of words: real complaints hardly ever have so little."""
EVEN = 0.1
"""Ranks that differ by less are equal: the more urgent category leads."""
_WORDS = frozenset({KEYWORDS, DIALECT})
_UNNAMED = 1 << 20
_TWO = 2
_SHORT = 2
"""Characters of a word that neighbouring words can make by accident."""
_KEPT = 5
"""Candidates a decision carries."""
_TOLD = 4
"""Leanings named in an explanation."""


class Context(NamedTuple):
    """Which kinds of cue words stand in the message."""

    problem: bool = False
    request: bool = False
    question: bool = False
    private_talk: int = 0
    excludes: frozenset[str] = frozenset()
    """Codes of the categories this message speaks against."""


def _rounded(points: float) -> float:
    """Positive points to two decimals, halves up."""
    return int(points * 100 + 0.5) / 100


Span = tuple[float, int, int, str, str]
"""A stretch of text that speaks of a category: points (negated), characters (negated), where it begins, the words, and the
table that knows them (KEYWORDS, DIALECT, PATTERNS, HINTS). Spans sort heaviest first, of equals the longer, the earlier."""


class Candidate(NamedTuple):
    """A category, its points and its rank among the others, and what spoke for it."""

    item: Item
    score: float
    spans: Sequence[Span] = ()
    rank: float = 0.0
    leaning: Leaning | None = None
    louder: "Candidate | None" = None
    """The candidate whose points it took over."""

    @property
    def because(self) -> Because:
        """Every word that counted, with its points, largest first."""
        told = {words: -lightness for lightness, _, _, words, source in self.spans if source == HINTS}
        told |= _counted(self.spans) | _shapes(self.spans)
        if self.leaning:
            told |= dict(self.leaning.words(self.item.code)[:_TOLD])
        if self.louder:
            told = dict(self.louder.because) | told
        return tuple(sorted(told.items(), key=lambda pair: (-pair[1], pair[0])))


def _counted(spans: Sequence[Span]) -> dict[str, float]:
    """Each word once; a word inside a longer hit of the same category adds nothing."""
    own = [span for span in spans if span[4] in _WORDS]
    if len(own) > 1:
        own = [each for each in own if not any(_inside(each, other) for other in own)]
    return {words: -lightness for lightness, _, _, words, _ in own}


def _inside(one: Span, other: Span) -> bool:
    """Whether a longer one holds it."""
    _, shortness, start, _, _ = one
    _, shortness_of_other, start_of_other, _, _ = other
    ends_before = start - shortness <= start_of_other - shortness_of_other
    return start_of_other <= start and ends_before and shortness_of_other < shortness


def _shapes(spans: Sequence[Span]) -> dict[str, float]:
    """What the expressions matched, each once."""
    return {words: -lightness for lightness, _, _, words, source in spans if source == PATTERNS}


def _rank(spans: Sequence[Span]) -> float:
    """The heaviest word over each stretch of text, and a share of what repeats it."""
    if len(spans) < _TWO:
        return -spans[0][0] if spans else 0.0
    taken: list[tuple[int, int]] = []
    seen: set[str] = set()
    total = 0.0
    for lightness, shortness, start, words, _ in sorted(spans):
        if words in seen:
            continue
        seen.add(words)
        end = start - shortness
        repeated = any(start < other_end and other < end for other, other_end in taken)
        total -= lightness * AGAIN if repeated else lightness
        taken.append((start, end))
    return total


class Classifier:
    """The category table, made ready once."""

    def __init__(self, lexicon: Lexicon, cutter: Cutter) -> None:
        self._items = {each.code: each for each in lexicon.items}
        self._score = lexicon.score
        self._factors = lexicon.factors
        self._cutter = cutter
        self._leanings = Leanings(lexicon.leanings)
        self._standing = {code: self._standing_of(item) for code, item in self._items.items()}

    def _standing_of(self, item: Item) -> tuple[int, int, int]:
        """What decides between equals, and where the category's leaning is found: urgency, order, cell."""
        return (
            URGENCY_ORDER[item.urgency], self._leanings.order(item.code), self._leanings.cell(item.code)
        )  # fmt: skip

    @staticmethod
    def learn(lexicon: Lexicon, outcome: Vocabulary, context: Vocabulary) -> None:
        """Put keywords, dialect and expressions into the one pass; excludes, hints and leanings into the second."""
        for item in lexicon.items:
            outcome.add_words(KEYWORDS, item.code, item.keywords)
            outcome.add_words(DIALECT, item.code, item.dialect)
            outcome.add_patterns(PATTERNS, item.code, item.patterns)
            context.add_words(EXCLUDES, item.code, item.exclude)
            context.add_words(HINTS, item.code, item.hints)
            context.add_patterns(HINT_PATTERNS, item.code, item.hint_patterns)
        Leanings.learn(lexicon.leanings, context)

    def candidates(self, text: str, scan: Scan, seen: Scan, context: Context) -> list[Candidate]:
        """Categories by rank, best first, at most five. A score is 0 where only hints and leanings speak.

        ``scan`` and ``seen`` are what the two passes found.
        """
        spans, leaning = self._spans(text, scan, seen), self._leanings.of(seen)
        ranked = self._order(spans, leaning, context)[:_KEPT]
        if not ranked:
            return []
        named = _named(scan)
        found = [
            Candidate(
                self._items[code], self._points(code, spans[code], context) if code in named else 0.0,
                spans[code], rank, leaning,
            )
            for code, rank in ranked
        ]  # fmt: skip
        # What only hints and leanings speak for makes a message no more private than it is.
        strictest = found[0].item.privacy
        return _loudest_first([each for each in found if each.score or each.item.privacy <= strictest])

    def ranks(self, text: str, scan: Scan, seen: Scan, context: Context) -> list[tuple[str, float]]:
        """Every category of which anything speaks, with its rank, best first."""
        return self._order(self._spans(text, scan, seen), self._leanings.of(seen), context)

    def _order(
        self, spans: dict[str, list[Span]], leaning: Leaning, context: Context
    ) -> list[tuple[str, float]]:
        for code in leaning.usual:
            spans.setdefault(code, [])
        found: list[tuple[float, int, int, int, str]] = []
        cells, excludes = leaning.cells, context.excludes
        for code, said in spans.items():
            urgency, order, cell = self._standing[code]
            points = _rank(said) + cells.get(cell, 0) / WHOLE
            if code in excludes:
                points -= self._score.exclude_penalty
            if points >= LEAST:
                first = said[0][2] if len(said) == 1 else min([each[2] for each in said], default=_UNNAMED)
                found.append((int(points * -100 - 0.5), urgency, first, order, code))
        found.sort()
        ranked = [(each[4], each[0] / -100) for each in found]
        return ranked if len(ranked) < _TWO else self._untie(self._without_fallbacks(ranked))

    def _spans(self, text: str, scan: Scan, seen: Scan) -> dict[str, list[Span]]:
        """What speaks of each category."""
        spans: dict[str, list[Span]] = {}
        score, words = self._score, scan.words
        for hit in self._whole_words(text, words.get(KEYWORDS, ())):
            points = score.strong if len(hit[1]) >= score.strong_length else score.weak
            self._add(spans, hit, points, KEYWORDS)
        for hit in words.get(DIALECT, ()):
            self._add(spans, hit, score.dialect, DIALECT)
        _add_matches(spans, scan, PATTERNS, score.pattern, PATTERNS)
        for hit in seen.words.get(HINTS, ()):
            points = LONG_HINT if len(hit[1]) >= score.strong_length else HINT
            self._add(spans, hit, points, HINTS)
        _add_matches(spans, seen, HINT_PATTERNS, HINT_PATTERN, HINTS)
        return spans

    def _add(self, spans: dict[str, list[Span]], hit: WordHit, points: float, source: str) -> None:
        code, word, start, end = hit
        if self._factors:
            points *= self._factors.get((code, word), 1.0)
        spans.setdefault(code, []).append((-points, start - end, start, word, source))

    def _whole_words(self, text: str, hits: Sequence[WordHit]) -> Sequence[WordHit]:
        """Hits that do not tear neighbouring words apart; longer ones are no accident."""
        short = {(start, end) for _, _, start, end in hits if end - start <= _SHORT}
        torn = {span for span in short if self._cutter.tears(text, *span)}
        return [hit for hit in hits if hit[2:] not in torn] if torn else hits

    def _points(self, code: str, spans: Sequence[Span], context: Context) -> float:
        score, shapes = self._score, _shapes(spans)
        total = sum(_counted(spans).values()) + sum(shapes.values())
        if not total:
            return 0.0
        total += score.request_cue * context.request + score.problem_cue * context.problem
        if code in score.fallback and context.question:
            total += score.fallback_question_bonus
        if not (context.problem or context.request or context.question or shapes):
            total *= score.damp
        total -= score.private_talk_penalty * min(2, context.private_talk)
        total -= score.exclude_penalty if code in context.excludes else 0.0
        return _rounded(total) if total > 0 else 0.0

    def _without_fallbacks(self, ranked: list[tuple[str, float]]) -> list[tuple[str, float]]:
        """A fallback category stands back when another one has more than a hint, and not much less than it has itself."""
        weak = [each for each in ranked if each[0] in self._score.fallback]
        if not weak:
            return ranked
        strong = [each for each in ranked if each[0] not in self._score.fallback]
        if strong and strong[0][1] >= max(ENOUGH, weak[0][1] * FALLBACK):
            return strong + weak
        return ranked

    def _untie(self, ranked: list[tuple[str, float]]) -> list[tuple[str, float]]:
        """Of two equal ones the more urgent leads."""
        if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < EVEN:
            first, second = (self._standing[code][0] for code, _ in ranked[:2])
            if second < first and ranked[1][0] not in self._score.fallback:
                return [ranked[1], ranked[0], *ranked[2:]]
        return ranked


def _add_matches(spans: dict[str, list[Span]], scan: Scan, group: str, points: float, source: str) -> None:
    for key, found in scan.matches.get(group, ()):
        start, end = found.span()
        spans.setdefault(key, []).append((-points, start - end, start, found.group(), source))


def _named(scan: Scan) -> set[str]:
    """The categories of which more than hints and leanings may speak."""
    words, matches = scan.words, scan.matches
    named = {hit[0] for hit in (*words.get(KEYWORDS, ()), *words.get(DIALECT, ()))}
    return named | {each[0] for each in matches[PATTERNS]} if PATTERNS in matches else named


def _loudest_first(ranked: list[Candidate]) -> list[Candidate]:
    """The first candidate speaks for the message: it has the points, and the words, of the one that has most."""
    if len(ranked) < _TWO or max([each.score for each in ranked]) <= ranked[0].score:
        return ranked
    loudest = max(ranked, key=lambda each: each.score)
    return [ranked[0]._replace(score=loudest.score, louder=loudest), *ranked[1:]]
