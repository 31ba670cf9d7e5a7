"""From what understanding saw to what somebody may have wanted: alternatives, likeliest first.

Each group of alternatives ends with the first intent that fits what is open in the room (the others raise NotMeant).
Pure: the same decision and circumstances give the same readings.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from handlers.cases import AddLine, JoinCase, Report
from handlers.consent import AgreeToHelp
from handlers.emergencies import AskEmergency, ReportEmergency
from handlers.intents import Intent
from handlers.knowledge import AskPolicy, NotTheAnswer
from handlers.lookup import AskMatter, AskProgress, AskReported
from handlers.notice_attachments import OfferFiles
from handlers.proofs import ShowProof
from handlers.ratings import RateCase
from handlers.registry import intent_named
from handlers.results import ReopenCase, ResolveCase
from handlers.suspicions import AskArea, HearVoice, HintPrivate, Suspect, TellArea
from handlers.urges import NoteSolved, UrgeCase, WithdrawCase
from handlers.warnings import (
    FlagAdvert,
    FlagFakeNotice,
    FlagScam,
    NoteThreat,
    RefuseMediation,
    WarnPersonalNumber,
)
from models.rules.decision import REQUESTS, Cue, Decision, Kind
from models.rules.ids import CaseNo
from models.rules.message import WORDLESS, Attachment, Message
from models.rules.rating_words import DIMENSIONS, RatingWords, Read
from models.rules.urgency import Privacy

LONGEST_AREA_ANSWER = 30
NEUTRAL_CUES = frozenset({Cue.PERSONAL_NUMBER})
"""Beside any other cue a question is part of something that a person must look at."""
Alternatives = tuple[Intent, ...]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What else bears on a reading."""

    private: bool = False
    late: bool = False
    """History: requests are recorded, nothing is commanded."""
    addressed: bool = False
    """Said to us: mentioned, or in private chat."""
    recent_reporter: bool = False
    """Reported something a moment ago, so that any line may belong to it."""
    moods: RatingWords | None = None
    rating: Read | None = None
    """What the line says as a rating, when that is all it says."""
    attachments: tuple[Attachment, ...] = ()
    proofs: tuple[Attachment, ...] = ()
    """Those of the last minutes: what a leader shows of his work."""
    asks_policy: Callable[[str], bool] = field(default=lambda _: False)
    """Whether words ask for a rule: all others need not be compared with approved texts."""


def readings(decision: Decision, around: Circumstances) -> tuple[Alternatives, ...]:
    """Every group of alternatives a line calls for; empty when nothing could follow."""
    if decision.kind is Kind.EMERGENCY:
        return ((ReportEmergency(decision, around.attachments),),)
    if around.late:
        return ((Report(decision),),) if is_request(decision) else ()
    groups: list[Alternatives] = []
    if Cue.ASKS_EMERGENCY in decision.cues and not around.private:
        groups.append((AskEmergency(decision),))
    if Cue.PERSONAL_NUMBER in decision.cues and not around.private:
        groups.append((WarnPersonalNumber(),))
    commands = _commands(decision, around)
    main = (
        *(each for each in commands if isinstance(each, NotTheAnswer)),
        *_ratings(decision, around),
        *(each for each in commands if not isinstance(each, NotTheAnswer)),
        *([AskPolicy(decision)] if _may_ask_policy(decision, around) else []),
        *_follow_ups(decision, around),
        *_requests(decision, around),
    )
    if main:
        groups.append(main)
    return tuple(groups)


def is_request(decision: Decision) -> bool:
    """Whether a line asks for something new; asking how an old matter stands does not."""
    return decision.kind in REQUESTS and Cue.ASK_PROGRESS not in decision.cues


def _commands(decision: Decision, around: Circumstances) -> list[Intent]:
    found: list[Intent] = []
    for match in decision.commands:
        if match.intent == Report.__name__:
            continue
        kind = intent_named(match.intent)
        if kind is None:
            continue
        groups = dict(match.groups)
        if kind is RateCase and "mood" in groups:
            groups |= _in_words(groups, around)
        if match.intent == "Confirm" and around.private:
            found.append(AgreeToHelp())
        intent = kind.from_phrase(groups)
        found.append(replace(intent, proofs=around.proofs) if isinstance(intent, ResolveCase) else intent)
    return found


def rating_in(message: Message, moods: RatingWords | None, plain: Callable[[str], str]) -> Read | None:
    """The line as a rating; what could be an answer to anything counts only as a quote of what was said."""
    if moods is None or not moods.may_be(message.text.strip()):
        return None
    found = moods.read(plain(message.text))
    return found if found and (message.quote or not found.weak) else None


def _ratings(decision: Decision, around: Circumstances) -> list[Intent]:
    if around.rating is None or any(match.intent == "RateCase" for match in decision.commands):
        return []
    scores, outright = around.rating.scores, "1" if around.rating.outright else ""
    no = None if around.rating.no is None else CaseNo(around.rating.no)
    effect, duration, attitude = map(str, scores.all)
    return [RateCase(no, effect, duration, attitude, decision.text, "1", outright)]


def _in_words(groups: dict[str, str], around: Circumstances) -> dict[str, str]:
    """A rating announced by a word for the whole: what its words say of the dimensions counts too."""
    said = " ".join((groups["mood"], groups.get("words", "")))
    scores = around.moods.among(said) if around.moods else None
    marks = map(str, scores.all) if scores else ("", "", "")
    return {**dict(zip(DIMENSIONS, marks, strict=True)), "loose": "1", "outright": "1"}


def _follow_ups(decision: Decision, around: Circumstances) -> list[Intent]:
    cues, request = decision.cues, is_request(decision)
    urges = decision.kind is Kind.URGE or (not request and bool(cues & {Cue.URGE, Cue.ANGRY}))
    about = tuple(code for code, _ in decision.candidates)
    private_matter = decision.privacy in {Privacy.P3, Privacy.P4} or Cue.THIRD_PARTY in cues
    table: tuple[tuple[bool, Callable[[], Intent]], ...] = (
        (decision.kind is Kind.ACK and around.private, AgreeToHelp),
        (Cue.SCAM in cues, lambda: FlagScam(decision)),
        (Cue.FAKE_NOTICE in cues, lambda: FlagFakeNotice(decision)),
        (decision.kind is Kind.ADVERT and not around.private, FlagAdvert),
        (Cue.THREAT in cues, lambda: NoteThreat(decision)),
        (Cue.REFUSES_MEDIATION in cues, lambda: RefuseMediation(decision)),
        (private_matter and not around.private, lambda: HintPrivate(decision)),
        (Cue.ASK_REPORTED in cues, lambda: AskReported(decision)),
        (Cue.LIFE_SUPPORT in cues, lambda: AddLine(decision, around.attachments)),
        (decision.kind is Kind.WITHDRAW or Cue.WITHDRAW in cues, lambda: WithdrawCase(about=about)),
        (Cue.UNSOLVED in cues, lambda: ReopenCase(words=decision.text, about=about if request else ())),
        (Cue.CO_REPORT in cues, lambda: JoinCase(decision, asks=False)),
        (Cue.SOLVED in cues and not request, lambda: NoteSolved(decision)),
        (Cue.ASK_PROGRESS in cues and not request, lambda: AskProgress(about=about)),
        (urges, lambda: UrgeCase(angry=Cue.ANGRY in cues, about=about)),
    )
    return [make() for holds, make in table if holds]


def _requests(decision: Decision, around: Circumstances) -> list[Intent]:
    found: list[Intent] = []
    if around.private and 0 < len(decision.text) <= LONGEST_AREA_ANSWER:
        found.append(TellArea(decision.text))
    if decision.category is None and _is_announced(decision):
        own = [AddLine(decision, around.attachments)] if around.recent_reporter else []
        return [*found, *own, AskMatter()]
    meant = decision.kind is Kind.SUSPECTED and around.addressed and decision.category is not None
    if is_request(decision) or meant or (Cue.VICTIM in decision.cues and decision.category):
        found.append(Report(decision, around.attachments))
        if around.private:
            found.append(AskArea(decision))
    elif around.recent_reporter and decision.kind in {Kind.CHAT, Kind.SUSPECTED, Kind.URGE}:
        found.append(AddLine(decision, around.attachments))
    if decision.kind is Kind.SUSPECTED and not around.private:
        found.append(Suspect(decision))
    return found


def _may_ask_policy(decision: Decision, around: Circumstances) -> bool:
    """A question that no open case settles; in a group nobody's chat is answered unless it was said to us."""
    if decision.cues - NEUTRAL_CUES or around.attachments or _is_announced(decision):
        return False
    meant = (
        is_request(decision)
        or decision.kind is Kind.SUSPECTED
        or (around.addressed and decision.kind is Kind.CHAT)
    )
    return meant and around.asks_policy(decision.text)


def _is_announced(decision: Decision) -> bool:
    """Said with a word like 报事."""
    return any(match.intent == Report.__name__ for match in decision.commands)


def media_readings(
    attachments: tuple[Attachment, ...], decision: Decision, *, leads: bool = False
) -> Alternatives:
    """A picture, place or voice without words: part of a case of a moment ago, or, for a voice, somebody must listen.

    ``leads``: sent by a post holder, who may be showing what he has done.
    """
    attachments = tuple(a for a in attachments if a.kind in WORDLESS)
    if not attachments:
        return ()
    voice = next((a for a in attachments if a.kind == "voice"), None)
    if voice is not None:
        return (AddLine(decision, attachments), HearVoice(voice.seconds))
    mine = AddLine(decision, attachments)
    return (ShowProof(attachments), mine) if leads else (mine,)


def offer_readings(message: Message, role: str) -> Alternatives:
    """What a cadre sends us privately and no case took may go along with a notice."""
    return (OfferFiles(message.attachments),) if message.room is None and role == "cadre" else ()
