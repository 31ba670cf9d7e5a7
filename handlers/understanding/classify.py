"""Points for each category, with every word that counted.

Two sums, which answer two questions. ``score`` tells how much in the message speaks of a matter at all: keywords,
dialect and expressions, as ``taxonomy.md`` counts them. ``rank`` tells which matter it is: the same words, each stretch
of the text counted once, with the hints (things and institutions that alone say nothing about a request) and the
leanings of everyday words towards areas of work (``lexicon/leanings.toml``). The first candidate is the one of the
highest rank; of equals the more urgent, then the one that was named first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from handlers.understanding.leanings import Leaning, Leanings
from handlers.understanding.segment import Cutter
from handlers.understanding.terms import OnePass, Scan, Vocabulary, WordHit
from models.lexicon import Item, Lexicon
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
LEAST = 0.3
"""Less than this is an accident of words: real complaints hardly ever have so little."""
EVEN = 0.1
"""Ranks that differ by less are equal: the more urgent category leads."""
_KEPT = 5
"""Candidates a decision carries."""
_TOLD = 4
"""Leanings named in an explanation."""


@dataclass(frozen=True, slots=True)
class Context:
    """Which kinds of cue words stand in the message."""

    problem: bool = False
    request: bool = False
    question: bool = False
    private_talk: int = 0
    excludes: frozenset[str] = frozenset()
    """Codes of the categories this message speaks against."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A category, its points and its rank among the others; ``because`` largest first."""

    item: Item
    score: float
    because: tuple[tuple[str, float], ...]
    rank: float = 0.0


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    words: str
    points: float

    def inside(self, other: "_Span") -> bool:
        return other.start <= self.start and self.end <= other.end and len(other) > len(self)

    def meets(self, other: "_Span") -> bool:
        return self.start < other.end and other.start < self.end

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(slots=True)
class _Tally:
    words: list[_Span] = field(default_factory=list)
    patterns: list[_Span] = field(default_factory=list)
    hints: list[_Span] = field(default_factory=list)

    def counted(self) -> dict[str, float]:
        """Each word once; a word inside a longer hit of the same category adds nothing."""
        return {
            each.words: each.points
            for each in self.words
            if not any(each.inside(other) for other in self.words)
        }

    def shapes(self) -> dict[str, float]:
        """What the expressions matched, each once."""
        return {each.words: each.points for each in self.patterns}

    def told(self) -> dict[str, float]:
        """Everything that may be named, hints included."""
        return {each.words: each.points for each in self.hints} | self.counted() | self.shapes()

    def rank(self) -> float:
        """The heaviest word over each stretch of text, and a share of what repeats it."""
        taken: list[_Span] = []
        seen: set[str] = set()
        total = 0.0
        spans = (*self.words, *self.patterns, *self.hints)
        for span in sorted(spans, key=lambda each: (-each.points, -len(each), each.start, each.words)):
            if span.words in seen:
                continue
            seen.add(span.words)
            repeated = any(span.meets(other) for other in taken)
            total += span.points * AGAIN if repeated else span.points
            taken.append(span)
        return total

    def first(self) -> int:
        """Where the category is named first."""
        return min((each.start for each in (*self.words, *self.patterns, *self.hints)), default=1 << 20)


class Classifier:
    """The category table, made ready once."""

    def __init__(self, lexicon: Lexicon, cutter: Cutter) -> None:
        self._items = {each.code: each for each in lexicon.items}
        self._score = lexicon.score
        self._factors = lexicon.factors
        self._cutter = cutter
        self._leanings = Leanings(lexicon.leanings)
        hints = Vocabulary()
        for item in lexicon.items:
            hints.add_words(HINTS, item.code, item.hints)
            hints.add_patterns(HINT_PATTERNS, item.code, item.hint_patterns)
        self._hints = OnePass(hints)

    @staticmethod
    def learn(lexicon: Lexicon, outcome: Vocabulary, context: Vocabulary) -> None:
        """Put keywords, dialect and expressions into the one pass, excludes into the second."""
        for item in lexicon.items:
            outcome.add_words(KEYWORDS, item.code, item.keywords)
            outcome.add_words(DIALECT, item.code, item.dialect)
            outcome.add_patterns(PATTERNS, item.code, item.patterns)
            context.add_words(EXCLUDES, item.code, item.exclude)

    def candidates(self, text: str, scan: Scan, context: Context) -> list[Candidate]:
        """Categories by rank, best first, at most five. A score is 0 where only hints and leanings speak."""
        tallies, leaning = self._tallies(text, scan), self._leanings.of(text)
        order = self._order(tallies, leaning, context)[:_KEPT]
        found = [self._weigh(code, rank, tallies[code], context, leaning.words(code)) for code, rank in order]
        return _loudest_first([each for each in found if each.score or _no_stricter(each, found[0])])

    def ranks(self, text: str, scan: Scan, context: Context) -> list[tuple[str, float]]:
        """Every category of which anything speaks, with its rank, best first."""
        return self._order(self._tallies(text, scan), self._leanings.of(text), context)

    def _order(
        self, tallies: dict[str, _Tally], leaning: Leaning, context: Context
    ) -> list[tuple[str, float]]:
        for code in leaning.usual:
            tallies.setdefault(code, _Tally())
        found: list[tuple[float, int, int, int, str]] = []
        for code, tally in tallies.items():
            against = self._score.exclude_penalty if code in context.excludes else 0.0
            rank = round(tally.rank() - against + leaning.points(code), 2)
            if rank >= LEAST:
                urgency = URGENCY_ORDER[self._items[code].urgency]
                found.append((-rank, urgency, tally.first(), self._leanings.order(code), code))
        ranked = [(code, -rank) for rank, *_, code in sorted(found)]
        return self._untie(self._without_fallbacks(ranked))

    def _tallies(self, text: str, scan: Scan) -> dict[str, _Tally]:
        tallies: dict[str, _Tally] = {}
        score = self._score
        for hit in self._whole_words(text, scan.words.get(KEYWORDS, ())):
            points = score.strong if len(hit.word) >= score.strong_length else score.weak
            self._tally(tallies, hit).words.append(self._span(hit, points))
        for hit in scan.words.get(DIALECT, ()):
            self._tally(tallies, hit).words.append(self._span(hit, score.dialect))
        for each in scan.matches.get(PATTERNS, ()):
            span = _Span(*each.found.span(), each.found.group(), score.pattern)
            tallies.setdefault(str(each.key), _Tally()).patterns.append(span)
        hints = self._hints.scan(text) or Scan()
        for hit in hints.words.get(HINTS, ()):
            points = LONG_HINT if len(hit.word) >= score.strong_length else HINT
            self._tally(tallies, hit).hints.append(self._span(hit, points))
        for each in hints.matches.get(HINT_PATTERNS, ()):
            span = _Span(*each.found.span(), each.found.group(), HINT_PATTERN)
            tallies.setdefault(str(each.key), _Tally()).hints.append(span)
        return tallies

    @staticmethod
    def _tally(tallies: dict[str, _Tally], hit: WordHit) -> _Tally:
        return tallies.setdefault(str(hit.key), _Tally())

    def _span(self, hit: WordHit, points: float) -> _Span:
        return _Span(hit.start, hit.end, hit.word, points * self._factors.get((str(hit.key), hit.word), 1.0))

    def _whole_words(self, text: str, hits: Sequence[WordHit]) -> list[WordHit]:
        """Hits that do not tear neighbouring words apart."""
        torn: dict[tuple[int, int], bool] = {}
        for hit in hits:
            span = (hit.start, hit.end)
            if span not in torn:
                torn[span] = self._cutter.tears(text, *span)
        return [hit for hit in hits if not torn[hit.start, hit.end]]

    def _weigh(
        self, code: str, rank: float, tally: _Tally, context: Context, leanings: Sequence[tuple[str, float]]
    ) -> Candidate:
        score = self._score
        total = sum(tally.counted().values()) + sum(tally.shapes().values())
        if total:
            total += score.request_cue * context.request + score.problem_cue * context.problem
            if code in score.fallback and context.question:
                total += score.fallback_question_bonus
            if not (context.problem or context.request or context.question or tally.patterns):
                total *= score.damp
            total -= score.private_talk_penalty * min(2, context.private_talk)
            total -= score.exclude_penalty if code in context.excludes else 0.0
        told = tally.told() | dict(leanings[:_TOLD])
        ordered = tuple(sorted(told.items(), key=lambda pair: (-pair[1], pair[0])))
        return Candidate(self._items[code], round(max(0.0, total), 2), ordered, rank)

    def _without_fallbacks(self, ranked: list[tuple[str, float]]) -> list[tuple[str, float]]:
        """A fallback category stands back when another one has more than a hint, and not much less than it has itself."""
        weak = [each for each in ranked if each[0] in self._score.fallback]
        strong = [each for each in ranked if each[0] not in self._score.fallback]
        if weak and strong and strong[0][1] >= max(ENOUGH, weak[0][1] * FALLBACK):
            return strong + weak
        return ranked

    def _untie(self, ranked: list[tuple[str, float]]) -> list[tuple[str, float]]:
        """Of two equal ones the more urgent leads."""
        if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < EVEN:
            first, second = (URGENCY_ORDER[self._items[code].urgency] for code, _ in ranked[:2])
            if second < first and ranked[1][0] not in self._score.fallback:
                return [ranked[1], ranked[0], *ranked[2:]]
        return ranked


def _no_stricter(candidate: Candidate, first: Candidate) -> bool:
    """What only hints and leanings speak for makes a message no more private than it is."""
    return candidate.item.privacy <= first.item.privacy


def _loudest_first(ranked: list[Candidate]) -> list[Candidate]:
    """The first candidate speaks for the message: it has the points, and the words, of the one that has most."""
    loudest = max(ranked, key=lambda each: each.score, default=None)
    if loudest is None or loudest.score <= ranked[0].score:
        return ranked
    because = sorted(
        {**dict(loudest.because), **dict(ranked[0].because)}.items(), key=lambda pair: (-pair[1], pair[0])
    )
    return [replace(ranked[0], score=loudest.score, because=tuple(because)), *ranked[1:]]
