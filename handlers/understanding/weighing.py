"""The verdict of the tables, settled by the weight of everything else a message says."""

from collections.abc import Set as AbstractSet
from math import inf
from typing import NamedTuple

from handlers.understanding.evidence import CONTRARY, WRONG, Evidence, rule_marks
from handlers.understanding.kinds import SETTLING, Reading, Verdict, opened
from models.lexicon import Lexicon
from models.rules.decision import REQUESTS, Because, Cue, Kind
from models.rules.urgency import Urgency

_DOUBTFUL = frozenset({Kind.CHAT, Kind.SUSPECTED})
_WEIGHED = _DOUBTFUL | REQUESTS
_CLEAR = 3.0
"""Points from which the tables' word is taken though something else stands beside it."""
_SURE = 1.3
"""Rank from which the category of a request the tables did not see is more often right than not."""
_TERSE = 8
"""A line of so few letters in which nothing is wrong may be a place, a name, an answer."""


class Weight(NamedTuple):
    """The known words of a message by number, and what they say together."""

    known: frozenset[int]
    told: float
    kinds: AbstractSet[str]
    """The kinds of evidence among them."""


class Weigher:
    """The scales, made ready once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._levels = lexicon.weights
        self._evidence = Evidence(lexicon)
        doubtful = min(self._levels.doubts, self._levels.wonders)
        self._least = doubtful - self._evidence.add(Kind.CHAT, 0.0, 0, ())

    def weigh(self, own: str) -> Weight:
        """What the words of a message say, before the tables are asked."""
        known = self._evidence.words(own)
        return Weight(known, *self._evidence.weigh(known))

    def is_light(self, weight: Weight) -> bool:
        """Whether a message the tables see nothing in cannot even be doubtful."""
        return weight.told < self._least

    def settle(self, verdict: Verdict, reading: Reading, weight: Weight) -> Verdict:
        """The same verdict, or a request where the tables saw none, or less than they saw."""
        if not _is_open(verdict):
            return verdict
        total = weight.told + self._evidence.add(*_marked(verdict, reading))
        opens, doubts = self._thresholds(verdict, reading, weight)
        asked = reading.mentioned and (verdict.kind is not Kind.CHAT or not WRONG.isdisjoint(weight.kinds))
        first = next((each for each in reading.candidates if each.item.urgency is not Urgency.U0), None)
        best = verdict.top or (first if first and first.rank >= _SURE else None)
        if total >= (doubts if asked else opens) and best is not None:
            said = opened(best, reading, self._lexicon) if verdict.kind in _DOUBTFUL else verdict
            return Verdict(said.kind, said.top, said.urgency, said.hotline, verdict.cues, known=weight.known)
        if total >= doubts and (best or first):
            return Verdict(Kind.SUSPECTED, best or first, cues=verdict.cues, known=weight.known)
        return Verdict(Kind.CHAT, cues=verdict.cues)

    def _thresholds(self, verdict: Verdict, reading: Reading, weight: Weight) -> tuple[float, float]:
        """(least sum of a request, least sum of a doubt): lower where the tables see one, higher where nothing is wrong."""
        levels, kinds = self._levels, weight.kinds
        if verdict.kind in REQUESTS:
            clear = bool(reading.candidates) and reading.candidates[0].score >= _CLEAR
            for_it = clear + CONTRARY.isdisjoint(kinds)
            return (levels.holds, levels.believes, levels.trusts)[for_it], -inf
        opens = levels.alone if len(reading.clean.own) > _TERSE else inf
        if not WRONG.isdisjoint(kinds):
            return levels.opens, levels.doubts
        if verdict.kind is Kind.SUSPECTED and CONTRARY.isdisjoint(kinds):
            return opens, levels.trusts
        return opens, levels.wonders

    def because(self, verdict: Verdict) -> Because:
        """The words of the evidence that spoke loudest."""
        return self._evidence.because(verdict.known) if verdict.known else ()

    def signs(self, verdict: Verdict, reading: Reading) -> tuple[list[str], list[str]] | None:
        """Known words and marks as they are weighed; None: this verdict is not weighed."""
        if not _is_open(verdict):
            return None
        known = self._evidence.words(reading.clean.own)
        return self._evidence.names(known), [
            *self._evidence.kinds(known),
            *rule_marks(*_marked(verdict, reading)),
        ]


def _is_open(verdict: Verdict) -> bool:
    """Whether the verdict still depends on the weight of evidence: cues that settle a matter are not outweighed."""
    return verdict.kind in _WEIGHED and not (verdict.settled or verdict.cues & SETTLING)


def _marked(verdict: Verdict, reading: Reading) -> tuple[Kind, float, int, frozenset[Cue]]:
    """What the tables made of the message: kind, points, how many categories have any, cues."""
    points = reading.candidates[0].score if reading.candidates else 0.0
    named = sum([each.score > 0 for each in reading.candidates])
    return verdict.kind, points, named, verdict.cues
