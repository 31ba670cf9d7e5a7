"""A request becomes a case, joins one, or is added to one (domain state machine: create, add, join)."""

from dataclasses import dataclass, replace
from datetime import timedelta

from handlers.case_steps.growing import extend, in_burst, join, keep_words, tell_addition
from handlers.case_steps.joining import live_case
from handlers.case_steps.opening import area_in_words, area_of, by_post, open_case
from handlers.case_steps.steps import add_line, asker, item_of, parts_of, quoted_case, record
from handlers.case_steps.urging import urge
from handlers.case_steps.whispering import whisper, whispers
from handlers.case_steps.whom import is_dispute, is_whispered
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import OPEN_STATES, Step
from models.rules.decision import Cue, Decision, Kind
from models.rules.ids import CaseNo
from models.rules.masking import mask
from models.rules.merging import AUTOMATIC, LIKENESS, NEVER, likeness, same_place, window_of
from models.rules.message import Attachment
from models.rules.permissions import Permission
from models.rules.quarrels import is_quarrel
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.urgency import Urgency
from models.tables import Case, ChatIdentity

RECENT = timedelta(minutes=30)
CLEAR = 1.0
"""Points from which a line's own words name its subject."""
STILL_SPEAKING = timedelta(minutes=10)
"""So long after a line of his the reporter may answer "where?" or send a picture."""


@dataclass(frozen=True, slots=True)
class Report(Intent):
    """A resident says that something is the matter, wishes something, or asks."""

    decision: Decision
    attachments: tuple[Attachment, ...] = ()
    area: int | None = None
    """Where, when the room does not tell (private chat, offline)."""
    source: str = "group"


@dataclass(frozen=True, slots=True)
class AddLine(Intent):
    """Another line of somebody who has just reported."""

    decision: Decision
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class AddToCase(Intent):
    """More about a case that is named by its number."""

    no: CaseNo | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class JoinCase(Intent):
    """Mine too: the same trouble at another household, or a question whether it is known."""

    decision: Decision
    asks: bool = False


@handles(Report, may=Permission.CASE_OPEN)
def report(ask: Report, work: Work) -> Reply | None:
    """Open a case, unless the same person's or the same trouble's case stands open already."""
    decision = by_post(work, ask.decision)
    who = asker(work)
    if whispers(work, decision):
        return whisper(work, who, decision, ask.attachments, source=ask.source)
    own = _own_open_case(work, who, decision)
    if own is not None:
        return _again(replace(ask, decision=decision), work, who, own)
    twin = _twin(work, who, decision, ask.area)
    if twin is not None:
        return join(work, twin, who, decision, asks=Cue.ASK_REPORTED in decision.cues)
    area = ask.area
    if area is None and work.origin.room is None:
        named = area_in_words(work.town, decision.text)
        area = named.id if named else None
    open_case(work, who, decision, attachments=ask.attachments, area=area, source=ask.source)
    return None


def _own_open_case(work: Work, who: ChatIdentity, decision: Decision) -> Case | None:
    cases = work.store.reported_by(who.id or 0, OPEN_STATES, work.origin.room)
    quoted = quoted_case(work, cases)
    if quoted is not None:
        return quoted
    for case in cases:
        if is_whispered(case) and not in_burst(work, case):
            continue
        near = in_burst(work, case) or _names_nothing(work, case, decision)
        if (near or case.category == decision.category) and not _another_matter(work, case, decision):
            return case
    return None


def _names_nothing(work: Work, case: Case, decision: Decision) -> bool:
    """Whether a line soon after the report names no subject of its own: "this whole row has none"."""
    return decision.score < CLEAR and work.now - case.heard_last_at <= STILL_SPEAKING


def _another_matter(work: Work, case: Case, decision: Decision) -> bool:
    """Whether a line clearly speaks of something else: of another place, or, more than leaning to it, of another subject.

    While somebody is still speaking, a place in a line that merely leans to a subject says nothing.
    """
    clear = decision.score >= CLEAR
    if decision.category == case.category and (clear or not in_burst(work, case)):
        return bool(decision.places) and not any(same_place(case.place, p) for p in decision.places)
    return (
        clear
        and case.category not in {c for c, _ in decision.candidates}
        and decision.kind is not Kind.SUSPECTED
    )


def _again(ask: Report, work: Work, who: ChatIdentity, case: Case) -> Reply | None:
    """The reporter speaks of the same thing once more: part of the burst, or impatience."""
    if not in_burst(work, case) and ask.decision.cues & {Cue.ANGRY, Cue.URGE}:
        return urge(work, case, angry=Cue.ANGRY in ask.decision.cues)
    extend(work, case, who, ask.decision, ask.attachments)
    return None


def _twin(work: Work, who: ChatIdentity, decision: Decision, area: int | None) -> Case | None:
    """An open case of the same trouble nearby that this report should join."""
    category = decision.category
    if category is None or category in NEVER or is_quarrel(category):
        return None
    says_so = bool(decision.cues & {Cue.CO_REPORT, Cue.ASK_REPORTED})
    if category not in AUTOMATIC and not says_so and Cue.VICTIM not in decision.cues:
        return None
    home = area if area is not None else area_of(work, who)
    if home is None:
        return None
    zone = work.town.served_with(home)
    around = work.store.in_areas(zone, category, work.now - window_of(category))
    cases = [case for case in around if not is_whispered(case)]
    if category in AUTOMATIC or Cue.VICTIM in decision.cues:
        return cases[0] if cases else None
    return next((c for c in cases if _alike(c, decision)), None)


def _may_be_joined(case: Case) -> bool:
    """Private matters never; nor a quarrel, whose two sides each have a case and the mediator's ear of their own."""
    return case.category not in NEVER and not is_dispute(case)


def _alike(case: Case, decision: Decision) -> bool:
    place = decision.places[0] if decision.places else ""
    return same_place(case.place, place) or likeness(case.text, decision.text) >= LIKENESS


@handles(AddLine, may=Permission.CASE_ADD)
def add_to_recent(ask: AddLine, work: Work) -> Reply | None:
    """Keep a further line or picture with the asker's case of a moment ago."""
    who = asker(work)
    cases = work.store.reported_by(who.id or 0, OPEN_STATES, work.origin.room)
    for case in cases:
        if _belongs(work, case, ask) or quoted_case(work, [case]) is not None:
            extend(work, case, who, ask.decision, ask.attachments)
            return None
    raise NotMeant


def _belongs(work: Work, case: Case, ask: AddLine) -> bool:
    """Whether a further line or picture of the reporter speaks of this case: in the burst, or as an answer to us."""
    if in_burst(work, case):
        return True
    if work.now - case.heard_last_at > STILL_SPEAKING:
        return False
    if case.urgency == Urgency.U0 or ask.attachments or Cue.LIFE_SUPPORT in ask.decision.cues:
        return True
    asked_where = item_of(work, case.category).needs_place and not case.place
    return asked_where and bool(ask.decision.places)


@handles(AddToCase, may=Permission.CASE_ADD)
def add_to_case(ask: AddToCase, work: Work) -> Reply | None:
    """「补充 1023 在二单元」: kept with the case, and its handler hears of it."""
    case = live_case(work, ask.no) if ask.no is not None else None
    if case is None or not ask.words.strip():
        raise NotMeant
    if not parts_of(case, work):
        raise Refusal(RefusalKind.NOT_ALLOWED, "ADD_DENY_DM", no=case.no)
    who = asker(work)
    words = mask(work.standing.plain(ask.words))
    record(work, case, Step.ADD, heard_last_at=work.now)
    keep_words(case, words)
    add_line(work, case, who.id, words)
    tell_addition(work, case)
    return Reply("ADDED_OK_DM", no=case.no) if work.origin.room is None else None


@handles(JoinCase, may=Permission.CASE_ADD)
def join_case(ask: JoinCase, work: Work) -> Reply | None:
    """The same trouble elsewhere: counted with the case everybody is talking about."""
    who = asker(work)
    if work.origin.room is None:
        raise NotMeant
    cases = [c for c in work.store.in_room(work.origin.room, OPEN_STATES) if _may_be_joined(c)]
    quoted = quoted_case(work, cases)
    known = {c for c, _ in ask.decision.candidates}
    fresh = [c for c in cases if work.now - max(c.heard_last_at, c.created_at) <= RECENT]
    letter = (ask.decision.category or "")[:1]
    ways = (
        [quoted] if quoted else [],
        [c for c in cases if c.category == ask.decision.category],
        [c for c in cases if c.category in known],
        [c for c in fresh if c.category[0] == letter or not letter],
    )
    pool = next((way for way in ways if way), [])
    if not pool:
        raise NotMeant
    return join(work, pool[0], who, ask.decision, asks=ask.asks)
