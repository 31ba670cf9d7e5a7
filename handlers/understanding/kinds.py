"""From points and cues to what the message is."""

from typing import NamedTuple

from handlers.understanding.classify import PATTERNS, Candidate, Context
from handlers.understanding.emergencies import GROUP as EMERGENCY_WORDS
from handlers.understanding.normalise import Clean
from handlers.understanding.silence import Frame
from handlers.understanding.terms import Scan
from models.lexicon import Lexicon
from models.rules.decision import REQUESTS, Cue, Kind
from models.rules.urgency import Urgency


class Reading(NamedTuple):
    """One message under way: everything the steps found so far."""

    clean: Clean
    scan: Scan
    """What the first pass found."""
    seen: Scan
    """What the second pass found."""
    context: Context
    said: frozenset[str]
    """Groups of context words that occur (``problem``, ``resolved`` …)."""
    cues: dict[Cue, str]
    frame: Frame
    candidates: tuple[Candidate, ...]
    mentioned: bool


class Verdict(NamedTuple):
    """What the message is, before it is spelled out as a decision."""

    kind: Kind
    top: Candidate | None = None
    urgency: Urgency | None = None
    hotline: str | None = None
    cues: frozenset[Cue] = frozenset()
    settled: bool = False
    """Nothing more need be weighed: it is solved, or its emergency words were explained."""
    known: frozenset[int] = frozenset()
    """Words of the evidence that were weighed, by number."""
    turns: frozenset[str] = frozenset()
    """Turns of phrase that were weighed with them, by name."""
    emergency: str | None = None


# Cues that decide a category by themselves, strongest first: what has been paid cannot wait for points.
DECIDED_BY_CUE = ((Cue.VICTIM, "D07"), (Cue.SCAM, "D07"), (Cue.APPEAL, "J04"), (Cue.LIFE_SUPPORT, "A04"))
_CUE_POINTS = 3.0

# What a message is when no category is accepted, by its cues, first match wins.
KIND_BY_CUE = (
    (Cue.WITHDRAW, Kind.WITHDRAW),
    (Cue.URGE, Kind.URGE),
    (Cue.UNSOLVED, Kind.URGE),
    (Cue.ASK_PROGRESS, Kind.QUESTION),
    (Cue.ASK_REPORTED, Kind.QUESTION),
)
_QUARRELS = frozenset({Cue.THREAT, Cue.REFUSES_MEDIATION})
"""Said within a quarrel that is already known; weak words beside them open nothing new."""
_SECONDS = frozenset({Cue.CO_REPORT, Cue.ASK_REPORTED})
_U0 = Urgency.U0
_OPENS = REQUESTS | {Kind.SUSPECTED}
SETTLING = frozenset(
    {
        Cue.ASK_PROGRESS, Cue.ASK_REPORTED, Cue.WITHDRAW, Cue.SOLVED, Cue.UNSOLVED, Cue.CO_REPORT, Cue.THREAT,
        Cue.REFUSES_MEDIATION, Cue.ON_SCENE, Cue.SCAM, Cue.FAKE_NOTICE, Cue.VICTIM, Cue.APPEAL, Cue.LIFE_SUPPORT,
    }
)  # fmt: skip
"""Beside one of these the evidence is not weighed: they speak of a known case, or decide by themselves."""
WISH_CATEGORY = "L02"
ASKING_HOTLINE_CATEGORY = "K03"
SUGGESTING_CATEGORY = "L01"


def weigh_up(reading: Reading, lexicon: Lexicon, *, polite: Kind | None) -> Verdict:
    """The kind of the message and the category it opens, if any."""
    frame = reading.frame
    seen = reading.cues
    if frame.scam:
        seen = {**seen, Cue.SCAM: frame.scam}
    if frame.fake_notice:
        return _by_cue(Cue.SCAM, frame.fake_notice, "D07", Kind.NOTICE, lexicon, frozenset({Cue.FAKE_NOTICE}))
    for cue, code in DECIDED_BY_CUE if seen else ():
        if cue in seen and not _already(reading, code):
            return _by_cue(cue, seen[cue], code, Kind.REPORT, lexicon, frozenset(seen))
    if frame.notice:
        return Verdict(Kind.NOTICE)
    if frame.advert:
        return Verdict(Kind.ADVERT)
    verdict = _by_points(reading, lexicon)
    if verdict.kind not in _OPENS:
        kind = polite or (_kind_by_cue(seen) if seen and verdict.kind is Kind.CHAT else verdict.kind)
        settled = verdict.settled or polite is not None or _is_finished(reading)
        return Verdict(kind, None, None, None, frozenset(seen), settled)
    return _settled(verdict, reading, frozenset(seen)) if seen or "resolved" in reading.said else verdict


def _already(reading: Reading, code: str) -> bool:
    """Whether the points say the same category anyway (then its words stay in ``because``)."""
    return (
        bool(reading.candidates)
        and reading.candidates[0].item.code == code
        and reading.candidates[0].score >= _CUE_POINTS
    )


def _by_cue(cue: Cue, words: str, code: str, kind: Kind, lexicon: Lexicon, cues: frozenset[Cue]) -> Verdict:
    item = lexicon.item(code)
    top = Candidate(item, _CUE_POINTS, ((-_CUE_POINTS, -len(words), 0, words, PATTERNS),))
    return Verdict(
        kind, top, item.urgency, item.hotline_type, cues | {cue} if kind is not Kind.NOTICE else cues
    )


def _kind_by_cue(seen: dict[Cue, str]) -> Kind:
    return next((kind for cue, kind in KIND_BY_CUE if cue in seen), Kind.CHAT)


def _by_points(reading: Reading, lexicon: Lexicon) -> Verdict:
    score = lexicon.score
    top = next((each for each in reading.candidates if each.item.urgency is not _U0), None)
    if top is None:
        if _strong_u0(reading, score.accept):
            return Verdict(Kind.SUSPECTED, reading.candidates[0])
        return Verdict(Kind.CHAT, settled=bool(reading.candidates))
    if top.score < (score.ask_from if reading.mentioned else score.accept):
        return Verdict(Kind.SUSPECTED, top) if top.score >= score.ask_from else Verdict(Kind.CHAT)
    return opened(top, reading, lexicon)


def _strong_u0(reading: Reading, accept: float) -> bool:
    """Emergency words without an emergency: worth a look, unless a guard has already explained them away."""
    explained = EMERGENCY_WORDS in reading.scan.words or EMERGENCY_WORDS in reading.scan.matches
    return not explained and bool(reading.candidates) and reading.candidates[0].score >= accept


def opened(top: Candidate, reading: Reading, lexicon: Lexicon) -> Verdict:
    """An accepted category: report, question, suggestion or wish."""
    item = top.item
    if item.code == WISH_CATEGORY:
        return Verdict(Kind.WISH, top, item.urgency, item.hotline_type)
    if "suggestion" in reading.said and "sarcasm" not in reading.said:
        return Verdict(Kind.SUGGESTION, top, Urgency.S, lexicon.item(SUGGESTING_CATEGORY).hotline_type)
    asks = reading.context.question and "not_consult" not in reading.said
    asking = lexicon.item(ASKING_HOTLINE_CATEGORY).hotline_type
    if asks and (item.hotline_type == asking or item.urgency is Urgency.Q):
        return Verdict(Kind.QUESTION, top, item.urgency, asking)
    return Verdict(Kind.REPORT, top, item.urgency, item.hotline_type)


def _is_finished(reading: Reading) -> bool:
    """Somebody solved it already, or praises: no new case."""
    return "resolved" in reading.said and "sarcasm" not in reading.said


def _settled(verdict: Verdict, reading: Reading, cues: frozenset[Cue]) -> Verdict:
    """Follow-ups take the place of a new case: solved, withdrawn, only asked about."""
    finished = "resolved" in reading.said or Cue.SOLVED in cues
    if finished and Cue.UNSOLVED not in cues and "sarcasm" not in reading.said:
        return Verdict(Kind.CHAT, cues=cues, settled=True)
    if Cue.WITHDRAW in cues and Cue.UNSOLVED not in cues:
        return Verdict(Kind.WITHDRAW, verdict.top, cues=cues)
    if cues & _QUARRELS and verdict.top and verdict.top.score < _CUE_POINTS:
        return Verdict(Kind.CHAT, cues=cues)
    if Cue.ASK_PROGRESS in cues:
        return Verdict(Kind.QUESTION, verdict.top, verdict.urgency, verdict.hotline, cues)
    return _undoubted(verdict, cues)


def _undoubted(verdict: Verdict, cues: frozenset[Cue]) -> Verdict:
    """A doubtful request, in the light of its cues."""
    if verdict.kind is not Kind.SUSPECTED or verdict.top is None:
        return Verdict(verdict.kind, verdict.top, verdict.urgency, verdict.hotline, cues)
    if cues & _SECONDS:
        # Two people say the same, or one asks who has: the doubt is gone.
        item = verdict.top.item
        return Verdict(Kind.REPORT, verdict.top, item.urgency, item.hotline_type, cues)
    kind = _kind_by_cue(dict.fromkeys(cues, ""))
    return Verdict(Kind.SUSPECTED if kind is Kind.CHAT else kind, verdict.top, cues=cues)
