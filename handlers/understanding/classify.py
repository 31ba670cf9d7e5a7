"""Points for each category, with every word that counted."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from handlers.understanding.segment import Cutter
from handlers.understanding.terms import Scan, Vocabulary, WordHit
from models.lexicon import Item, Lexicon
from models.rules.urgency import URGENCY_ORDER

KEYWORDS = "keyword"
DIALECT = "dialect"
PATTERNS = "item"
EXCLUDES = "exclude"

_KEPT = 5
"""Candidates a decision carries."""


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
    """A category and its points; ``because`` largest first."""

    item: Item
    score: float
    because: tuple[tuple[str, float], ...]


@dataclass(slots=True)
class _Tally:
    spans: list[tuple[int, int, str, float]] = field(default_factory=list)
    patterns: dict[str, float] = field(default_factory=dict)

    def words(self) -> dict[str, float]:
        """Each word once; a word inside a longer hit of the same category adds nothing."""
        kept: dict[str, float] = {}
        for start, end, word, weight in self.spans:
            inside = any(s <= start and end <= e and e - s > end - start for s, e, _, _ in self.spans)
            if not inside:
                kept[word] = weight
        return kept


class Classifier:
    """The category table, made ready once."""

    def __init__(self, lexicon: Lexicon, cutter: Cutter) -> None:
        self._items = {each.code: each for each in lexicon.items}
        self._score = lexicon.score
        self._cutter = cutter

    @staticmethod
    def learn(lexicon: Lexicon, outcome: Vocabulary, context: Vocabulary) -> None:
        """Put keywords, dialect and expressions into the one pass, excludes into the second."""
        for item in lexicon.items:
            outcome.add_words(KEYWORDS, item.code, item.keywords)
            outcome.add_words(DIALECT, item.code, item.dialect)
            outcome.add_patterns(PATTERNS, item.code, item.patterns)
            context.add_words(EXCLUDES, item.code, item.exclude)

    def candidates(self, text: str, scan: Scan, context: Context) -> list[Candidate]:
        """Categories with points, best first, at most five."""
        tallies = self._tallies(text, scan)
        found = [self._weigh(code, tally, context) for code, tally in tallies.items()]
        ranked = sorted(
            (each for each in found if each.score > 0),
            key=lambda each: (-each.score, URGENCY_ORDER[each.item.urgency], each.item.code),
        )
        return self._untie(self._without_fallbacks(ranked))[:_KEPT]

    def _tallies(self, text: str, scan: Scan) -> dict[str, _Tally]:
        tallies: dict[str, _Tally] = {}
        score = self._score
        for hit in self._whole_words(text, scan.words.get(KEYWORDS, ())):
            weight = score.strong if len(hit.word) >= score.strong_length else score.weak
            tallies.setdefault(str(hit.key), _Tally()).spans.append((hit.start, hit.end, hit.word, weight))
        for hit in scan.words.get(DIALECT, ()):
            tallies.setdefault(str(hit.key), _Tally()).spans.append(
                (hit.start, hit.end, hit.word, score.dialect)
            )
        for each in scan.matches.get(PATTERNS, ()):
            tallies.setdefault(str(each.key), _Tally()).patterns[each.found.group()] = score.pattern
        return tallies

    def _whole_words(self, text: str, hits: Sequence[WordHit]) -> list[WordHit]:
        """Keyword hits that do not tear neighbouring words apart."""
        torn: dict[tuple[int, int], bool] = {}
        for hit in hits:
            span = (hit.start, hit.end)
            if span not in torn:
                torn[span] = self._cutter.tears(text, *span)
        return [hit for hit in hits if not torn[hit.start, hit.end]]

    def _weigh(self, code: str, tally: _Tally, context: Context) -> Candidate:
        score = self._score
        because = {**tally.words(), **tally.patterns}
        total = sum(because.values())
        if context.request:
            total += score.request_cue
        if context.problem:
            total += score.problem_cue
        if code in score.fallback and context.question:
            total += score.fallback_question_bonus
        if not (context.problem or context.request or context.question or tally.patterns):
            total *= score.damp
        total -= score.private_talk_penalty * min(2, context.private_talk)
        if code in context.excludes:
            total -= score.exclude_penalty
        ordered = sorted(because.items(), key=lambda pair: (-pair[1], pair[0]))
        return Candidate(self._items[code], round(total, 2), tuple(ordered))

    def _without_fallbacks(self, ranked: list[Candidate]) -> list[Candidate]:
        """A fallback category stands back when another one is accepted."""
        strong = [each for each in ranked if each.item.code not in self._score.fallback]
        if strong and strong[0].score >= self._score.accept:
            weak = [each for each in ranked if each.item.code in self._score.fallback]
            return strong + weak
        return ranked

    def _untie(self, ranked: list[Candidate]) -> list[Candidate]:
        """Of two nearly equal ones the more urgent leads."""
        if len(ranked) > 1 and ranked[1].score >= self._score.accept:
            first, second = ranked[0], ranked[1]
            close = first.score - second.score < self._score.tie_margin
            fallback = second.item.code in self._score.fallback
            if (
                close
                and not fallback
                and URGENCY_ORDER[second.item.urgency] < URGENCY_ORDER[first.item.urgency]
            ):
                return [second, first, *ranked[2:]]
        return ranked
