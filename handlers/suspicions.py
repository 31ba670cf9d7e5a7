"""Doubt goes privately to the first responder; what is doubtful is kept encrypted for a day at most."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.case_steps.alarm import alarm_for
from handlers.case_steps.drafts import NO_AREA, asked_cues, box, opening_words, unbox
from handlers.case_steps.growing import extend
from handlers.case_steps.ladder import highest_rung
from handlers.case_steps.opening import (
    area_in_words,
    area_of,
    by_post,
    contact_area,
    open_case,
    spoken_against,
)
from handlers.case_steps.steps import asker, item_of, record
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import OPEN_STATES, Step, Who
from models.rules.decision import Cue, Decision, Kind
from models.rules.merging import NEVER
from models.rules.pacing import Rank, next_local
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant
from models.rules.urgency import Privacy, Urgency
from models.tables import Case, ChatIdentity, Draft

DIGEST_AT = ("12:00", "18:00")
"""Shanghai clock times of the two daily digests of doubts."""
THIRD_PARTY_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Suspect(Intent):
    """It may be a request, or may not."""

    decision: Decision


@dataclass(frozen=True, slots=True)
class HearVoice(Intent):
    """A voice message without transcript: the first responder is asked to listen."""

    seconds: int = 0


@dataclass(frozen=True, slots=True)
class AskArea(Intent):
    """A request in private chat from somebody whose area nobody knows: one question, once."""

    decision: Decision


@dataclass(frozen=True, slots=True)
class TellArea(Intent):
    """The answer to that question."""

    words: str


@dataclass(frozen=True, slots=True)
class HintPrivate(Intent):
    """A third person speaks of a private matter that is already being handled: noted, never answered in the group."""

    decision: Decision


@handles(Suspect, may=Permission.CASE_OPEN)
def suspect(ask: Suspect, work: Work) -> Reply | None:
    """Keep the sender's own lines boxed for 24 h; tell the first responder in the next digest, urgent doubt at once."""
    who = asker(work)
    home = area_of(work, who)
    if home is None:
        raise NotMeant
    box(work, who, ask.decision, "suspected")
    item = item_of(work, ask.decision.category) if ask.decision.category else None
    accused = spoken_against(work, home, ask.decision, item.role if item else "")
    keeper = work.town.climb(
        contact_area(work, who, home), work.today, highest_rung(work, accused) + 1, accused
    )
    # A doubt has no urgency of its own: what it is likely about says whether it can wait.
    urgency = ask.decision.urgency or (item.urgency if item else None)
    private = max(ask.decision.privacy, item.privacy if item else Privacy.P0) >= Privacy.P3
    cat = item.spoken if item and not private else work.standing.texts.render("UNSURE", {})
    rank, moment = _hint_time(work, urgency)
    work.tell_seat(keeper.seat, "HINT_DM", rank=rank, not_before=moment, gathers="hint", cat=cat, n=1)
    return None


def _hint_time(work: Work, urgency: Urgency | None) -> tuple[Rank, datetime]:
    """Danger at once; what is urgent when the sender has finished, at night in the morning; the rest in the digest."""
    if urgency is Urgency.U0:
        return Rank.URGENT, work.now
    if urgency is Urgency.U1:
        return Rank.REPLY, work.now + timedelta(seconds=work.pace.burst_s)
    return Rank.ROUTINE, min(next_local(work.now, clock) for clock in DIGEST_AT)


@handles(HearVoice, may=Permission.CASE_OPEN)
def hear_voice(ask: HearVoice, work: Work) -> Reply | None:
    """Nothing is guessed from a voice nobody transcribed."""
    room = work.room
    if work.origin.late:
        raise NotMeant
    if room is None:
        return Reply("VOICE_TYPE_DM", contact=work.town.contact)
    keeper = work.town.climb(room.areas[0], work.today)
    work.tell_seat(keeper.seat, "VOICE_DM", rank=Rank.ROUTINE, room=room.title, seconds=ask.seconds)
    return None


@handles(AskArea, may=Permission.CASE_OPEN)
def ask_area(ask: AskArea, work: Work) -> Reply | None:
    """Where do you live? Asked once; the request waits encrypted."""
    who = asker(work)
    if area_of(work, who) is not None:
        raise NotMeant
    asked = any(d.why == NO_AREA for d in work.store.drafts_of(who.id or 0, None, work.now))
    opening_words(work, who, ask.decision)
    box(work, who, ask.decision, NO_AREA)
    return None if asked else Reply("ASK_AREA_DM")


@handles(TellArea, may=Permission.CASE_OPEN)
def tell_area(ask: TellArea, work: Work) -> Reply | None:
    """Open what waited, now that the place is known."""
    who = asker(work)
    waiting = [d for d in work.store.drafts_of(who.id or 0, None, work.now) if d.why == NO_AREA]
    if not waiting:
        raise NotMeant
    area = area_in_words(work.town, ask.words)
    if area is None:
        raise NotMeant
    said = [_unboxed(work, draft) for draft in reversed(waiting)]
    for draft in waiting:
        work.store.session.delete(draft)
    work.store.session.flush()
    opened: dict[str, Case] = {}
    for decision in said:
        code = decision.category or ""
        if code in opened:
            extend(work, opened[code], who, decision, ())
        else:
            opened[code] = _open_here(work, who, decision, area.id)
    return None


def _unboxed(work: Work, draft: Draft) -> Decision:
    """What was kept of a line, as far as it is needed to open a case."""
    item = item_of(work, draft.category or "")
    urgency = Urgency(draft.urgency) if draft.urgency else item.urgency
    words, details = unbox(work, draft)
    return Decision(
        Kind.REPORT,
        category=item.code,
        text=words,
        urgency=urgency,
        privacy=item.privacy,
        cues=asked_cues(work, draft),
        details=details,
    )


def _open_here(work: Work, who: ChatIdentity, decision: Decision, area: int) -> Case:
    urgent = decision.urgency is Urgency.U0
    decision = by_post(work, decision)
    case = open_case(work, who, decision, area=area, quietly=urgent)
    if urgent:
        alarm_for(work, case)
        work.tell(who.id, "EMERG_CALLED_DM", rank=Rank.EMERGENCY, case=case, no=case.no)
    return case


@handles(HintPrivate, may=Permission.CASE_ADD)
def hint_private(ask: HintPrivate, work: Work) -> Reply | None:
    """What a third person says of a private case is told to nobody but its handler, as a bare hint."""
    if work.origin.room is None:
        raise NotMeant
    for case in work.store.in_room(work.origin.room, OPEN_STATES):
        fresh = work.now - case.heard_last_at <= THIRD_PARTY_WITHIN
        other = case.reporter_id != work.actor.identity
        if case.category in NEVER and fresh and other and _same_matter(case.category, ask.decision):
            record(work, case, Step.HINT, by=Who.SYSTEM, reason="third party")
            return None
    raise NotMeant


def _same_matter(category: str, decision: Decision) -> bool:
    return category in {c for c, _ in decision.candidates} or Cue.THIRD_PARTY in decision.cues
