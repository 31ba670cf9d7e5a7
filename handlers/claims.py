"""Leaders take a case, say that they have been in touch, and see what lies on their desk."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handlers.attention import SPOKE
from handlers.case_steps.alarm import ALARM_WORDS, plan_update
from handlers.case_steps.desk import desk_names
from handlers.case_steps.joining import unmerged_case
from handlers.case_steps.knowing import hush_answers, questions_answered
from handlers.case_steps.ladder import climb_from
from handlers.case_steps.meaning import acting_seat, case_in_hand, claim_word, take
from handlers.case_steps.receipts import RECEIPTS, hand_card
from handlers.case_steps.resting import next_due
from handlers.case_steps.steps import (
    called,
    hand_over,
    is_private,
    names_of,
    not_now,
    parts_of,
    quoted_case,
    record,
    room_hears,
    rung_of,
    seat_of,
    tell_case_room,
    without_own_complaints,
)
from handlers.case_steps.whistle import WHISTLE, awaits_arrival
from handlers.case_steps.whom import is_whispered
from handlers.case_steps.words import claim_words, sayable
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import ANY_LEADER, OPEN_STATES, State, Step, Who
from models.rules.ids import CaseNo
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.town import Seat
from models.rules.urgency import Privacy, Urgency
from models.tables import Case

LONGEST_PROMISE = 40
"""Characters of a leader's own words that the group hears again."""
A_PAGE = 8
"""Cases of the own desk in one message."""
SOLE_NEW = timedelta(seconds=60)
"""How fresh the one new case of a room must be for "我去看看" to mean it without a quote."""


@dataclass(frozen=True, slots=True)
class ClaimCase(Intent):
    """A leader says: this one is mine. ``soft`` marks the leader's own words, which are not echoed.

    ``arrival``: he reports in (报到, seeds A20, B07), which claims it just the same.
    """

    no: CaseNo | None = None
    words: str = ""
    soft: str = ""
    arrival: str = ""


@dataclass(frozen=True, slots=True)
class ContactCase(Intent):
    """A leader has reached the reporter or stands on the spot."""

    no: CaseNo | None = None
    words: str = ""
    on_scene: str = ""


@dataclass(frozen=True, slots=True)
class ListMyCases(Intent):
    """A leader asks what is on the desk; ``page`` counts from 1."""

    page: str = ""


@dataclass(frozen=True, slots=True)
class LeaderSpoke(Intent):
    """A leader has answered in the group in his own words: the bot does not repeat him (conversation §1.3)."""


@handles(LeaderSpoke, may=Permission.CASE_RESOLVE)
def leader_spoke(ask: LeaderSpoke, work: Work) -> Reply | None:  # noqa: ARG001 - the intent has no fields
    """Receipts of fresh cases that this leader answers for are taken back; his card still comes.

    So are answers quoted from approved texts; a question of the last hour that his words speak of is noted as answered.
    """
    if work.origin.room is None:
        raise NotMeant
    hushed = hush_answers(work)
    since = work.now - timedelta(seconds=work.pace.leader_grace_s)
    fresh = [
        c for c in work.store.in_room(work.origin.room, (State.NEW, State.CLAIMED)) if c.created_at >= since
    ]
    message = work.origin.message
    quoted = None
    if message is not None and message.quote:
        quoted = quoted_case(work, work.store.in_room(work.origin.room, OPEN_STATES))
    mine = [c for c in ([quoted] if quoted else fresh) if parts_of(c, work) & ANY_LEADER]
    known = [c for c in questions_answered(work) if parts_of(c, work) & ANY_LEADER and c not in mine]
    if not (mine or known or hushed):
        raise NotMeant
    for case in mine:
        if case in fresh:
            work.store.cancel_held(case.id or 0, RECEIPTS, "leader answered")
        _note_spoken(work, case)
    for case in known:
        record(work, case, Step.HINT, by=Who.SYSTEM, reason="answered in the group")
    return None


def _note_spoken(work: Work, case: Case) -> None:
    """He needs no reminder of it for a while; noted once in that time."""
    before = case.flags.get(SPOKE)
    person = work.actor.person
    grace = timedelta(seconds=work.pace.leader_grace_s / 2)
    if before and before["person"] == person and work.now - datetime.fromisoformat(before["at"]) < grace:
        return
    spoke = {"person": person, "at": work.now.isoformat()}
    record(work, case, Step.UPDATE, flags={**case.flags, SPOKE: spoke})


@handles(ClaimCase, may=Permission.CASE_CLAIM)
def claim_case(ask: ClaimCase, work: Work) -> Reply | None:
    """Exactly one person wins; the second hears who was first."""
    case = _case_to_claim(ask, work)
    seat = acting_seat(work, case)
    if case.state != State.NEW:
        return _too_late(work, case, seat)
    if _is_own(case, work):
        return _own_matter(work, case)
    arrives = bool(ask.arrival) or (bool(ask.soft) and awaits_arrival(case))
    take(work, case, seat)
    _tell_whistler(work, case, seat)
    own_words = bool(ask.soft) and not ask.arrival and work.origin.room is not None
    if (own_words and work.origin.room == case.room_id) or work.origin.late:
        work.store.cancel_held(case.id or 0, RECEIPTS, "leader answered")
        return None
    blanks = {"no": case.no, "eta": _promise(work, case, ask.words), **called(seat)}
    tell_case_room(work, case, "ARRIVED" if arrives else "CLAIMED", **blanks)
    return None if room_hears(work, case) else _taken(case)


def _tell_whistler(work: Work, case: Case, seat: Seat) -> None:
    """The first responder, who called for somebody, hears who came (seed B07)."""
    keeper = seat_of(work, case.keeper_id, case)
    if keeper is not None and WHISTLE in case.flags and keeper.person != seat.person:
        work.tell_seat(keeper, "ARRIVED_DM", case=case, no=case.no, **called(seat))


def _taken(case: Case) -> Reply:
    """What comes next; nobody looks for whoever whispered."""
    return Reply("CLAIMED_WHISPER_DM" if is_whispered(case) else "CLAIMED_DM", no=case.no)


def _promise(work: Work, case: Case, words: str) -> str:
    """What the leader said of when and how; of what is not for everybody only the promised time."""
    said = sayable(work, words[:LONGEST_PROMISE]) if case.privacy == Privacy.P1 else ""
    if said:
        return said
    return work.standing.texts.render("ETA_DEFAULT", {"claim": claim_words(work, case)})


def _case_to_claim(ask: ClaimCase, work: Work) -> Case:
    if ask.no is not None:
        return unmerged_case(work, ask.no)
    nearby = work.store.in_room(work.origin.room, (State.NEW,)) if work.origin.room is not None else []
    desk = work.store.on_desk(work.actor.desk, (State.NEW,))
    around = {c.id: c for c in [*desk, *nearby]}
    quoted = quoted_case(work, around.values())
    if quoted is not None:
        return quoted
    if work.origin.message is not None and work.origin.message.quote and ask.soft:
        raise NotMeant
    reachable = [c for c in around.values() if parts_of(c, work) & ANY_LEADER]
    if ask.soft and not ask.arrival:
        reachable = [c for c in reachable if work.now - c.created_at <= SOLE_NEW]
        if len(reachable) != 1:
            raise NotMeant
    here = [c for c in reachable if c.room_id == work.origin.room] or reachable
    if ask.soft and not here:
        raise NotMeant
    if len(here) != 1:
        raise Refusal(RefusalKind.NOT_CLEAR, "NO_NUM_DM", list=names_of(work, here), act=claim_word(work))
    return here[0]


def _too_late(work: Work, case: Case, seat: Seat) -> Reply | None:
    if case.state not in OPEN_STATES:
        raise not_now(work, case)
    if case.claimed_by == seat.id or case.claimed_by in work.actor.stands_for:
        return Reply("ALREADY_YOURS_DM", no=case.no)
    return Reply("ALREADY_CLAIMED_DM", no=case.no, **called(seat_of(work, case.claimed_by, case)))


def _is_own(case: Case, work: Work) -> bool:
    return bool(parts_of(case, work) & (Who.REPORTER | Who.CO_REPORTER))


def _own_matter(work: Work, case: Case) -> Reply:
    """Nobody handles what he reported himself: the next one takes over (safeguards §2.4)."""
    himself = () if work.actor.person is None else (work.actor.person,)
    found = climb_from(work, case, _rung_of(work, case) + 1, avoid=himself)
    if found.seat is None:
        found = climb_from(work, case, 0, avoid=himself)
    hand_over(work, case, found, Step.AUTO_ESCALATE, by=Who.SYSTEM, reason="own case")
    hand_card(work, case, found.seat)
    return Reply("OWN_CASE_DM", no=case.no, **called(found.seat))


def _rung_of(work: Work, case: Case) -> int:
    """How high the actor stands on the ladder, at least as high as the case."""
    here = case.rung if case.rung < len(work.town.preset.ladder) else -1
    return max([here, *(rung_of(work, seat_of(work, seat), -1) for seat in work.actor.seats)])


@handles(ContactCase, may=Permission.CASE_RESOLVE)
def contact_case(ask: ContactCase, work: Work) -> Reply | None:
    """Note the first contact; in an emergency "我到了" also claims, and the group hears that somebody is there."""
    case = case_in_hand(work, ask.no, soft=bool(ask.on_scene))
    seat = acting_seat(work, case)
    if case.state == State.NEW:
        take(work, case, seat)
    first = case.first_contact_at or work.now
    record(work, case, Step.CONTACTED, first_contact_at=first)
    work.store.cancel_held(case.id or 0, (*RECEIPTS, "CLAIMED", "ARRIVED"), "leader answered")
    if case.urgency == Urgency.U0:
        return _at_an_emergency(ask, work, case, seat)
    return Reply("CONTACTED_DM", no=case.no) if work.origin.room is None else None


def _at_an_emergency(ask: ContactCase, work: Work, case: Case, seat: Seat) -> Reply | None:
    """Its group hears that somebody is there; what he says of it is what it hears next, counted from now."""
    if case.privacy == Privacy.P1 and (words := sayable(work, ask.words[:LONGEST_PROMISE])):
        case.flags = {**case.flags, "lately": words}
    work.store.cancel_held(case.id or 0, ALARM_WORDS, "answered")
    plan_update(work, case)
    said = {"no": case.no, **called(seat)}
    if ask.on_scene and case.room_id is not None and not is_private(case):
        work.tell_room(case.room_id, "EMERG_UPDATE", rank=Rank.EMERGENCY, case=case, **said)
    elif not room_hears(work, case) and not is_private(case):
        tell_case_room(work, case, "EMERG_REACHED", rank=Rank.EMERGENCY, **said)
    return None if work.origin.room is not None else Reply("CONTACTED_DM", no=case.no)


@handles(ListMyCases, may=Permission.CASE_RESOLVE)
def list_my_cases(ask: ListMyCases, work: Work) -> Reply:
    """Most urgent and earliest due first, eight at most on a page, privately."""
    cases = without_own_complaints(work, work.store.on_desk(work.actor.desk, OPEN_STATES))
    if not cases:
        return Reply("MINE_NONE_DM")
    if len(cases) <= A_PAGE:
        due = next_due(work, cases[0])
        return Reply("MINE_DM", n=len(cases), list=desk_names(work, cases), no=cases[0].no, due=due)
    pages = -(-len(cases) // A_PAGE)
    page = min(max(int(ask.page or 1), 1), pages)
    first = (page - 1) * A_PAGE
    shown = cases[first : first + A_PAGE]
    blanks: dict[str, Any] = {"n": len(cases), "first": first + 1, "last": first + len(shown)}
    blanks["list"] = desk_names(work, shown)
    return (
        Reply("MINE_LAST_DM", **blanks) if page == pages else Reply("MINE_PAGE_DM", page=page + 1, **blanks)
    )
