"""Fire, gas, fainting, drowning, violence: say whom to call at once and ring the whole chain; never queue."""

from dataclasses import dataclass
from datetime import timedelta

from handlers.case_steps.alarm import alarm_for, ring_the_top
from handlers.case_steps.drafts import NO_AREA, box
from handlers.case_steps.growing import extend
from handlers.case_steps.opening import area_in_words, area_of, open_case
from handlers.case_steps.steps import asker, seat_of
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import OPEN_STATES
from models.rules.decision import Decision
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.town import Seat
from models.rules.urgency import Urgency
from models.tables import Case, ChatIdentity

SAME_EMERGENCY = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class ReportEmergency(Intent):
    """Somebody is in danger now."""

    decision: Decision


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
        _advise_only(work, danger.reply)
        return None
    who = asker(work)
    running = _running(work, who, danger.category)
    if running is not None:
        extend(work, running, who, decision, ())
        return None
    area = area_of(work, who) or _named_area(work, decision)
    if area is None:
        return _somewhere(work, who, decision, danger.reply)
    case = open_case(work, who, decision, area=area, quietly=True)
    leader = _leader(work, case)
    text = danger.reply.format(leader=f"{leader.title}{leader.surname}" if leader else work.town.contact)
    if not work.origin.late:
        _speak(work, case, text, danger.channel == "dm_first", danger.group_fallback)
    alarm_for(work, case)
    return None


def _named_area(work: Work, decision: Decision) -> int | None:
    named = area_in_words(work.town, decision.text)
    return named.id if named else None


def _somewhere(work: Work, who: ChatIdentity, decision: Decision, reply: str) -> Reply | None:
    """Said privately by somebody whose place nobody knows: whom to call at once, then where; the top is rung once."""
    waiting = work.store.drafts_of(who.id or 0, None, work.now)
    box(work, who, decision, NO_AREA)
    same = (d for d in waiting if d.urgency == Urgency.U0 and d.category == decision.category)
    if any(work.now - d.at <= SAME_EMERGENCY for d in same):
        return None
    text = reply.format(leader=work.town.contact)
    work.tell(who.id, "EMERG_DM", rank=Rank.EMERGENCY, text=text)
    ring_the_top(work, decision.text)
    return Reply("ASK_AREA_DM")


def _advise_only(work: Work, reply: str) -> None:
    """Who left the bot is still told whom to call; nothing is stored."""
    if work.origin.room is not None:
        text = reply.format(leader=work.town.contact)
        work.tell_room(work.origin.room, "EMERG", rank=Rank.EMERGENCY, text=text)


def _running(work: Work, who: ChatIdentity, category: str) -> Case | None:
    """The same danger that is being handled already: the room's, in private chat the asker's own."""
    room = work.origin.room
    cases = (
        work.store.reported_by(who.id or 0, OPEN_STATES)
        if room is None
        else work.store.in_room(room, OPEN_STATES)
    )
    for case in cases:
        fresh = work.now - case.heard_last_at <= SAME_EMERGENCY
        if case.urgency == Urgency.U0 and case.category == category and fresh:
            return case
    return None


def _leader(work: Work, case: Case) -> Seat | None:
    """Whom the line names: the first responder, else whoever answers."""
    return seat_of(work, case.keeper_id) or seat_of(work, case.assignee_id)


def _speak(work: Work, case: Case, text: str, privately: bool, fallback: str) -> None:
    if case.room_id is None:
        work.tell(case.reporter_id, "EMERG_DM", rank=Rank.EMERGENCY, case=case, text=text)
        return
    if privately:
        if work.actor.is_friend:
            work.tell(case.reporter_id, "EMERG_DM", rank=Rank.EMERGENCY, case=case, text=text)
            return
        text = fallback
    work.tell_room(case.room_id, "EMERG", rank=Rank.EMERGENCY, case=case, text=text)
    room = work.store.room_row(case.room_id)
    room.hush_until = work.now + timedelta(minutes=work.pace.emergency_hush_min)


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
