"""A verdict spelled out as the decision the rest of the program works with."""

from handlers.understanding import cues
from handlers.understanding.classify import Candidate
from handlers.understanding.details import ReadDetails
from handlers.understanding.emergencies import Danger
from handlers.understanding.extract import Extractor
from handlers.understanding.kinds import Reading, Verdict
from handlers.understanding.normalise import Clean
from handlers.understanding.weighing import Weigher
from models.lexicon import Lexicon
from models.rules.decision import NOTHING, Because, CommandMatch, Decision, Kind
from models.rules.urgency import Privacy, Urgency

_PLAIN = frozenset({Kind.CHAT, Kind.ACK, Kind.THANKS, Kind.ADVERT, Kind.NOTICE})
SHARED = {kind: NOTHING if kind is Kind.CHAT else Decision(kind) for kind in _PLAIN}
"""Decisions that say no more than their kind."""


class Speller:
    """What a decision tells beside its kind: places, times, people, privacy."""

    def __init__(self, lexicon: Lexicon, extractor: Extractor, weigher: Weigher) -> None:
        self._lexicon = lexicon
        self._weigher = weigher
        self._extractor = extractor

    def emergency(self, clean: Clean, danger: Danger) -> Decision:
        """What rings the chain: nothing else in the message counts any more."""
        item = self._lexicon.item(danger.type.category)
        score = sum(weight for _, weight in danger.because)
        return Decision(
            kind=Kind.EMERGENCY,
            category=item.code,
            score=score,
            urgency=Urgency.U0,
            privacy=item.privacy,
            emergency=danger.type.code,
            candidates=((item.code, score),),
            text=clean.own,
            hotline=self._lexicon.item("D01").hotline_type,
            details=ReadDetails(clean.own, self._extractor, lambda: danger.because),
        )

    def spell_out(self, verdict: Verdict, reading: Reading, commands: tuple[CommandMatch, ...]) -> Decision:
        """Everything the verdict and the reading tell; a shared value where they tell no more than the kind."""
        own, top, open_cues = reading.clean.own, verdict.top, verdict.cues
        if verdict.kind in _PLAIN:
            open_cues -= cues.MODIFIERS
            if not (open_cues or commands or top):
                return SHARED[verdict.kind]
        haste: Because = ()
        details = ReadDetails(own, self._extractor, lambda: self._because(verdict) + haste)
        category = top.item.code if top else ""
        urgency, haste = self._extractor.haste(verdict.urgency, category, own, reading.seen, details)
        return Decision(
            kind=verdict.kind,
            category=top.item.code if top else None,
            score=top.score if top else 0.0,
            urgency=urgency,
            privacy=self._privacy(reading, top),
            emergency=verdict.emergency,
            candidates=tuple([(each.item.code, each.score) for each in reading.candidates]),
            cues=open_cues,
            commands=commands,
            text=own,
            hotline=verdict.hotline,
            details=details,
        )

    def _because(self, verdict: Verdict) -> Because:
        return (verdict.top.because if verdict.top else ()) + self._weigher.because(verdict)

    def _privacy(self, reading: Reading, top: Candidate | None) -> Privacy:
        """The strictest class among the candidates their own words name, not hints; sensitive words make it P3 at least."""
        strictest = top.item.privacy if top else Privacy.P1
        for each in reading.candidates:
            if each.score > 0 and each.item.privacy > strictest:
                strictest = each.item.privacy
        return max(strictest, Privacy.P3) if "sensitive" in reading.said else strictest
