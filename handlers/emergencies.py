"""Fire, gas, fainting, drowning, violence: say whom to call at once and ring the whole chain; never queue."""

from dataclasses import dataclass
from datetime import timedelta

from handlers.case_steps.alarm import alarm_for, hush, ring_the_top
from handlers.case_steps.drafts import NO_AREA, box
from handlers.case_steps.growing import extend, second_voice
from handlers.case_steps.opening import area_in_words, area_of, open_case
from handlers.case_steps.steps import asker, item_of, seat_of
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.lexicon import EmergencyType
from models.rules.case_life import OPEN_STATES
from models.rules.decision import Decision
from models.rules.emergency import plainly_apart
from models.rules.merging import NEVER
from models.rules.message import Attachment
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.town import Seat
from models.rules.urgency import Privacy, Urgency
from models.tables import Case, ChatIdentity

SAME_EMERGENCY = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class ReportEmergency(Intent):
    """Somebody is in danger now."""

    decision: Decision
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class AskEmergency(Intent):
    """Danger words that may be a story: one short question, and the first responder is told."""

    decision: Decision


@handles(ReportEmergency, may=Permission.CASE_OPEN)
def report_emergency(ask: ReportEmergency, work: Work) -> Reply | None:
    """One line with the number to call and one safety act; the chain is told by every path at once."""
    decision = ask.decision
    danger = work.standing.emergencies[decision.emergency or ""]
    if work.actor.opted_out:
        _advise_only(work, danger)
        return None
    who = asker(work)
    area = area_of(work, who) or _named_area(work, decision)
    running = _running(work, who, decision, danger.category, area)
    if running is not None:
        _again(ask, work, running, who)
        return None
    if area is None:
        return _somewhere(work, who, decision, danger.reply)
    case = open_case(work, who, decision, area=area, attachments=ask.attachments, quietly=True)
    if not work.origin.late:
        _speak(work, case, _advice(work, case, danger), danger)
    alarm_for(work, case)
    return None


def _advice(work: Work, case: Case, danger: EmergencyType) -> str:
    leader = _leader(work, case)
    return danger.reply.format(leader=f"{leader.title}{leader.surname}" if leader else work.town.contact)


def _named_area(work: Work, decision: Decision) -> int | None:
    named = area_in_words(work.town, decision.text)
    return named.id if named else None


def _again(ask: ReportEmergency, work: Work, case: Case, who: ChatIdentity) -> None:
    """The same danger once more: shouted once, counted with the others; who says it privately still hears whom to call."""
    if case.reporter_id == who.id:
        extend(work, case, who, ask.decision, ask.attachments)
        return
    known = work.store.is_co_reporter(case.id or 0, who.id or 0)
    second_voice(work, case, who, ask.decision, ask.attachments)
    if work.origin.room is None and not known:
        text = _advice(work, case, work.standing.emergencies[ask.decision.emergency or ""])
        work.tell(who.id, "EMERG_DM", rank=Rank.EMERGENCY, case=case, text=text)


def _somewhere(work: Work, who: ChatIdentity, decision: Decision, reply: str) -> Reply | None:
    """Said privately by somebody whose place nobody knows: whom to call at once, then where; the top is rung once."""
    waiting = work.store.drafts_of(who.id or 0, None, work.now)
    box(work, who, decision, NO_AREA)
    same = (d for d in waiting if d.urgency == Urgency.U0 and d.category == decision.category)
    if any(work.now - d.at <= SAME_EMERGENCY for d in same):
        return None
    text = reply.format(leader=work.town.contact)
    work.tell(who.id, "EMERG_DM", rank=Rank.EMERGENCY, text=text)
    private = max(decision.privacy, item_of(work, decision.category or "").privacy) >= Privacy.P3
    ring_the_top(work, decision.text, private=private)
    return Reply("ASK_AREA_DM")


def _advise_only(work: Work, danger: EmergencyType) -> None:
    """Who left the bot is still told whom to call, once; nothing is stored, nothing private is said in a group."""
    room = work.origin.room
    text = danger.reply.format(leader=work.town.contact)
    if room is None:
        work.tell(work.actor.identity, "EMERG_DM", rank=Rank.EMERGENCY, text=text)
        return
    text = danger.group_fallback or text
    since = work.now - SAME_EMERGENCY
    if not work.origin.late and not work.store.was_said(room, "EMERG", {"text": text}, since):
        work.tell_room(room, "EMERG", rank=Rank.EMERGENCY, text=text)


def _running(
    work: Work, who: ChatIdentity, decision: Decision, category: str, area: int | None
) -> Case | None:
    """The same danger that is being handled already: of the room, in private chat the asker's own or of his area.

    What somebody says of himself is never another one's case, and a fire in another building is another fire.
    """
    room, since = work.origin.room, work.now - SAME_EMERGENCY
    own = work.store.reported_by(who.id or 0, OPEN_STATES, room)
    others = work.store.in_room(room, OPEN_STATES) if room is not None else []
    if room is None and area is not None:
        found = work.store.in_areas({area}, category, since)
        others = [c for c in found if c.state in OPEN_STATES and c.privacy < Privacy.P3]
    place = decision.places[0] if decision.places else ""
    for case in own if category in NEVER else [*own, *others]:
        fresh = case.heard_last_at >= since
        same = case.urgency == Urgency.U0 and case.category == category
        if same and fresh and not plainly_apart(case.place, place):
            return case
    return None


def _leader(work: Work, case: Case) -> Seat | None:
    """Whom the line names: the first responder, else whoever answers."""
    return seat_of(work, case.keeper_id, case) or seat_of(work, case.assignee_id, case)


def _speak(work: Work, case: Case, text: str, danger: EmergencyType) -> None:
    privately = danger.channel == "dm_first"
    if case.room_id is None or (privately and work.actor.is_friend):
        work.tell(case.reporter_id, "EMERG_DM", rank=Rank.EMERGENCY, case=case, text=text)
        return
    text = danger.group_fallback if privately else text
    work.tell_room(case.room_id, "EMERG", rank=Rank.EMERGENCY, case=case, text=text)
    hush(work, case)


@handles(AskEmergency, may=Permission.CASE_OPEN)
def ask_emergency(ask: AskEmergency, work: Work) -> Reply | None:
    """Ask once in the room whether it is happening now; the first responder hears of it at once."""
    danger = work.standing.emergencies.get(ask.decision.emergency or "")
    room = work.room
    if work.origin.late or room is None or not room.areas:
        return None
    keeper = work.town.climb(room.areas[0], work.today)
    work.tell_seat(
        keeper.seat, "DOUBT_URGENT_DM", rank=Rank.EMERGENCY, text=ask.decision.text[:40], room=room.title
    )
    work.tell_room(room.id, "ASK_EMERG", rank=Rank.EMERGENCY, num=danger.call if danger else "110")
    return None
