"""The verdict of the tables, settled by the weight of everything else a message says."""

from dataclasses import dataclass, replace
from math import inf

from handlers.understanding.evidence import CONTRARY, WRONG, Evidence, rule_marks
from handlers.understanding.kinds import SETTLING, Reading, Verdict, opened
from models.lexicon import Lexicon
from models.rules.decision import REQUESTS, Kind
from models.rules.urgency import Urgency

_DOUBTFUL = frozenset({Kind.CHAT, Kind.SUSPECTED})
_CLEAR = 3.0
"""Points from which the tables' word is taken though something else stands beside it."""
_SURE = 1.3
"""Rank from which the category of a request the tables did not see is more often right than not."""
_TERSE = 8
"""A line of so few letters in which nothing is wrong may be a place, a name, an answer."""


@dataclass(frozen=True, slots=True)
class Weight:
    """The known words of a message by number, and what they say together."""

    known: set[int]
    told: float


class Weigher:
    """The scales, made ready once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._levels = lexicon.weights
        self._evidence = Evidence(lexicon)
        self._chatter = self._evidence.add(rule_marks(Kind.CHAT, 0.0, 0, ()))

    def weigh(self, own: str) -> Weight:
        """What the words of a message say, before the tables are asked."""
        known = self._evidence.words(own)
        return Weight(known, self._evidence.weigh(known))

    def is_light(self, weight: Weight) -> bool:
        """Whether a message the tables see nothing in cannot even be doubtful."""
        return weight.told + self._chatter < min(self._levels.doubts, self._levels.wonders)

    def settle(self, verdict: Verdict, reading: Reading, weight: Weight) -> Verdict:
        """The same verdict, or a request where the tables saw none, or less than they saw."""
        if not _is_open(verdict):
            return verdict
        total = weight.told + self._evidence.add(_marks(verdict, reading))
        opens, doubts = self._thresholds(verdict, reading, weight)
        because = verdict.because + self._evidence.because(weight.known)
        first = next((each for each in reading.candidates if each.item.urgency is not Urgency.U0), None)
        best = verdict.top or (first if first and first.rank >= _SURE else None)
        if total >= (doubts if reading.mentioned else opens) and best is not None:
            if verdict.kind in _DOUBTFUL:
                verdict = replace(opened(best, reading, self._lexicon), cues=verdict.cues)
            return replace(verdict, because=because)
        if total >= doubts:
            return Verdict(Kind.SUSPECTED, best or first, cues=verdict.cues, because=because)
        return Verdict(Kind.CHAT, cues=verdict.cues)

    def _thresholds(self, verdict: Verdict, reading: Reading, weight: Weight) -> tuple[float, float]:
        """(least sum of a request, least sum of a doubt): lower where the tables see one, higher where nothing is wrong."""
        levels, kinds = self._levels, self._evidence.found(weight.known)
        if verdict.kind in REQUESTS:
            clear = reading.candidates and reading.candidates[0].score >= _CLEAR
            return (levels.trusts if clear or not kinds & CONTRARY else levels.holds), -inf
        opens = levels.alone if len(reading.clean.own) > _TERSE else inf
        if kinds & WRONG:
            return levels.opens, levels.doubts
        if verdict.kind is Kind.SUSPECTED and not kinds & CONTRARY:
            return opens, levels.trusts
        return opens, levels.wonders

    def signs(self, verdict: Verdict, reading: Reading) -> tuple[list[str], list[str]] | None:
        """Known words and marks as they are weighed; None: this verdict is not weighed."""
        if not _is_open(verdict):
            return None
        known = self._evidence.words(reading.clean.own)
        return self._evidence.names(known), [*self._evidence.kinds(known), *_marks(verdict, reading)]


def _is_open(verdict: Verdict) -> bool:
    """Whether the verdict still depends on the weight of evidence: cues that settle a matter are not outweighed."""
    return verdict.kind in _DOUBTFUL | REQUESTS and not (verdict.settled or verdict.cues & SETTLING)


def _marks(verdict: Verdict, reading: Reading) -> list[str]:
    points = reading.candidates[0].score if reading.candidates else 0.0
    named = sum(each.score > 0 for each in reading.candidates)
    return rule_marks(verdict.kind, points, named, verdict.cues)
