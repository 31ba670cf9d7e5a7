"""The verdict of the tables, settled by the weight of everything else a message says."""

from collections.abc import Mapping
from math import inf
from typing import NamedTuple

from handlers.understanding.evidence import CONTRARY, WRONG, Evidence, rule_marks
from handlers.understanding.kinds import SETTLING, Reading, Verdict, opened
from handlers.understanding.terms import Scan
from handlers.understanding.turns import Turns, mark_of
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
_ELSEWHERE = ("private", "trade")
"""Kinds of which more than one word says that whoever asks does not ask the village."""


class Weight(NamedTuple):
    """The known words of a message by number, and what they say together with its turns of phrase."""

    known: frozenset[int]
    turns: frozenset[str]
    told: float
    kinds: Mapping[str, int]
    """The kinds of evidence among the words, and how many there are of each."""
    asked: bool
    """Whether it says what it asks for, and nothing in it sells or reports."""
    wrong: int
    """In how many ways it says that something is wrong: by words, by turns of phrase."""


class Weigher:
    """The scales, made ready once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._levels = levels = lexicon.weights
        self._turns = Turns(lexicon)
        self._evidence = Evidence(lexicon, self._turns)
        least = min(levels.doubts, levels.wonders, levels.presses, levels.opens, levels.alone)
        chat = self._evidence.add(Kind.CHAT, 0.0, 0, ())
        self._least = least - chat
        self._least_asked = min(least, levels.asked) - chat

    def weigh(self, own: str, scan: Scan) -> Weight:
        """What the words and turns of a message say, before the tables are asked."""
        known, turns = self._evidence.words(own), self._turns.find(own, scan)
        told, kinds = self._evidence.weigh(known, turns)
        asks = not turns.isdisjoint(self._turns.asking) and turns.isdisjoint(self._turns.out_of_place)
        asked = asks and all(kinds.get(kind, 0) <= 1 for kind in _ELSEWHERE)
        wrong = (not WRONG.isdisjoint(kinds)) + (not turns.isdisjoint(self._turns.telling))
        return Weight(known, turns, told, kinds, asked, wrong)

    def is_light(self, weight: Weight) -> bool:
        """Whether a message the tables see nothing in cannot even be doubtful."""
        return weight.told < (self._least_asked if weight.asked else self._least)

    def settle(self, verdict: Verdict, reading: Reading, weight: Weight) -> Verdict:
        """The same verdict, or a request where the tables saw none, or less than they saw."""
        if not _is_open(verdict):
            return verdict
        total = weight.told + self._evidence.add(*_marked(verdict, reading))
        opens, doubts = self._thresholds(verdict, reading, weight)
        meant = reading.mentioned and (verdict.kind is not Kind.CHAT or weight.wrong > 0)
        first = next((each for each in reading.candidates if each.item.urgency is not Urgency.U0), None)
        best = verdict.top or (first if first and first.rank >= _SURE else None)
        if weight.asked and total >= self._levels.asked:
            # Whoever says what he asks for is taken at his word, however little says which matter it is.
            opens, best = -inf, best or first
        if total >= (doubts if meant else opens) and best is not None:
            said = opened(best, reading, self._lexicon) if verdict.kind in _DOUBTFUL else verdict
            return Verdict(
                said.kind, said.top, said.urgency, said.hotline, verdict.cues,
                known=weight.known, turns=weight.turns,
            )  # fmt: skip
        if total >= doubts and (best or first):
            return Verdict(
                Kind.SUSPECTED, best or first, cues=verdict.cues, known=weight.known, turns=weight.turns
            )
        return Verdict(Kind.CHAT, cues=verdict.cues)

    def _thresholds(self, verdict: Verdict, reading: Reading, weight: Weight) -> tuple[float, float]:
        """(least sum of a request, least sum of a doubt): lower where the tables see one, higher where nothing is wrong."""
        levels, kinds = self._levels, weight.kinds
        if verdict.kind in REQUESTS:
            clear = bool(reading.candidates) and reading.candidates[0].score >= _CLEAR
            for_it = clear + CONTRARY.isdisjoint(kinds)
            return (levels.holds, levels.believes, levels.trusts)[for_it], -inf
        terse = len(reading.clean.own) <= _TERSE
        if weight.wrong:
            by_turns_alone = WRONG.isdisjoint(kinds)
            opens = (levels.opens, levels.presses)[weight.wrong - 1]
            return inf if terse and by_turns_alone else opens, levels.doubts
        opens = inf if terse else levels.alone
        if verdict.kind is Kind.SUSPECTED and CONTRARY.isdisjoint(kinds):
            return opens, levels.trusts
        return opens, levels.wonders

    def because(self, verdict: Verdict) -> Because:
        """The words and turns of the evidence that spoke loudest."""
        return self._evidence.because(verdict.known, verdict.turns) if verdict.known else ()

    def signs(self, verdict: Verdict, reading: Reading) -> tuple[list[str], list[str]] | None:
        """Known words and marks as they are weighed; None: this verdict is not weighed."""
        if not _is_open(verdict):
            return None
        own = reading.clean.own
        known = self._evidence.words(own)
        return self._evidence.names(known), [
            *self._evidence.kinds(known),
            *map(mark_of, sorted(self._turns.find(own, reading.scan))),
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
