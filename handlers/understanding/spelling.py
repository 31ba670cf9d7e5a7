"""A verdict spelled out as the decision the rest of the program works with."""

from handlers.understanding import cues
from handlers.understanding.classify import Candidate
from handlers.understanding.emergencies import Danger
from handlers.understanding.extract import Extractor
from handlers.understanding.kinds import Reading, Verdict
from handlers.understanding.normalise import Clean
from models.lexicon import Lexicon
from models.rules.decision import NOTHING, CommandMatch, Decision, Kind
from models.rules.urgency import Privacy, Urgency

_PLAIN = frozenset({Kind.CHAT, Kind.ACK, Kind.THANKS, Kind.ADVERT, Kind.NOTICE})
SHARED = {kind: NOTHING if kind is Kind.CHAT else Decision(kind) for kind in _PLAIN}
"""Decisions that say no more than their kind."""


class Speller:
    """What a decision tells beside its kind: places, times, people, privacy."""

    def __init__(self, lexicon: Lexicon, extractor: Extractor) -> None:
        self._lexicon = lexicon
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
            places=self._extractor.places(clean.own),
            told=self._extractor.told(clean.own),
            emergency=danger.type.code,
            because=danger.because,
            candidates=((item.code, score),),
            text=clean.own,
            hotline=self._lexicon.item("D01").hotline_type,
        )

    def spell_out(self, verdict: Verdict, reading: Reading, commands: tuple[CommandMatch, ...]) -> Decision:
        """Everything the verdict and the reading tell; a shared value where they tell no more than the kind."""
        own = reading.clean.own
        open_cues = verdict.cues if verdict.kind not in _PLAIN else verdict.cues - cues.MODIFIERS
        if verdict.kind in _PLAIN and not (open_cues or commands or verdict.top):
            return SHARED[verdict.kind]
        top = verdict.top
        told = self._extractor.told(own)
        urgency, haste = self._extractor.haste(verdict.urgency, top.item.code if top else "", own, told)
        return Decision(
            kind=verdict.kind,
            category=top.item.code if top else None,
            score=top.score if top else 0.0,
            urgency=urgency,
            privacy=self._privacy(reading, top),
            places=self._extractor.places(own),
            emergency=verdict.emergency,
            because=(top.because if top else ()) + verdict.because + haste,
            candidates=tuple((each.item.code, each.score) for each in reading.candidates),
            cues=frozenset(open_cues),
            commands=commands,
            text=own,
            hotline=verdict.hotline,
            service_mode=self._extractor.service_mode(own),
            told=told,
        )

    def _privacy(self, reading: Reading, top: Candidate | None) -> Privacy:
        """The strictest class among the candidates their own words name, not hints; sensitive words make it P3 at least."""
        classes = [each.item.privacy for each in reading.candidates if each.score > 0]
        classes += [top.item.privacy] if top else []
        classes += [Privacy.P3] if "sensitive" in reading.said else []
        return max(classes, default=Privacy.P1)
