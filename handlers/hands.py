"""Residents and volunteers lend a hand with a case: 参与 12, 12 进展 …, 退出参与 12 (seeds A10, B28)."""

from dataclasses import dataclass
from datetime import timedelta

from handlers.case_steps.opening import area_of
from handlers.case_steps.steps import (
    add_line,
    asker,
    called,
    handler_of,
    numbered_case,
    parts_of,
    quoted_case,
    record,
    room_hears,
    seat_of,
)
from handlers.case_steps.taking_part import handles_cases
from handlers.case_steps.words import sayable
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import OPEN_STATES, State, Step, Who
from models.rules.ids import CaseNo
from models.rules.masking import mask
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.urgency import Privacy, Urgency
from models.tables import Case, ChatIdentity

LEAST_NOTE = 2
LONGEST_NOTE = 40
"""Characters of a helper's words that others hear."""
SAID_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class LendHand(Intent):
    """Somebody wants to help with a case."""

    no: CaseNo | None = None
    soft: str = ""


@dataclass(frozen=True, slots=True)
class LeaveHand(Intent):
    """A helper helps no longer."""

    no: CaseNo


@dataclass(frozen=True, slots=True)
class NoteProgress(Intent):
    """A helper, or whoever handles it, says how far it is."""

    no: CaseNo
    words: str = ""


@dataclass(frozen=True, slots=True)
class CallHands(Intent):
    """Whoever handles a case asks the group for helping hands."""

    no: CaseNo | None = None
    words: str = ""


@handles(LendHand, may=Permission.CASE_ADD)
def lend_hand(ask: LendHand, work: Work) -> Reply | None:
    """Public cases of the place that are still open; whoever handles it hears of it, names stay with the group."""
    who = asker(work)
    case = _case_to_help(ask, work, who)
    if case.privacy != Privacy.P1 or case.urgency == Urgency.U0:
        raise Refusal(RefusalKind.NOT_ALLOWED, "HANDS_NOT_HERE_DM", no=case.no)
    if case.state not in OPEN_STATES or case.state == State.DRAFT:
        raise Refusal(RefusalKind.NOT_NOW, "HANDS_ENDED_DM", no=case.no)
    if work.actor.person in case.flags.get("accused", ()):
        raise NotMeant
    if parts_of(case, work) & Who.ASSIGNEE:
        raise Refusal(RefusalKind.NOT_NOW, "ALREADY_YOURS_DM", no=case.no)
    if not work.store.lend_hand(case.id or 0, who.id or 0, work.now):
        return Reply("HANDS_ALREADY_DM", no=case.no)
    record(work, case, Step.HELP, by=Who.SYSTEM, reason="joined")
    hands = len(work.store.hands_of(case.id or 0))
    work.tell_seat(handler_of(work, case), "HANDS_JOINED_DM", case=case, no=case.no, n=hands)
    if not room_hears(work, case):
        return Reply("HANDS_IN_DM", no=case.no)
    since = work.now - SAID_AGAIN
    if not work.store.said_since(case.room_id or 0, ("HANDS_IN",), case.id or 0, since):
        work.tell_room(case.room_id or 0, "HANDS_IN", case=case, no=case.no, mentions=[who.id or 0])
    return None


def _case_to_help(ask: LendHand, work: Work, who: ChatIdentity) -> Case:
    """By number, or by the quoted call for hands.

    Raises:
        NotMeant: "1" in a group that answers nothing of ours.
        Refusal: no such case around here; "1" in private that answers nothing of ours.
    """
    if ask.no is None:
        nearby = work.store.in_room(work.origin.room, OPEN_STATES) if work.origin.room is not None else []
        case = quoted_case(work, nearby)
        if case is None or not case.flags.get("calls_hands"):
            raise _nothing_asked(work, who)
        return case
    case = numbered_case(work, ask.no)
    home = area_of(work, who)
    near = home is not None and work.town.related(home, case.area_id)
    if not (near or case.room_id in {work.origin.room, who.home_room_id} or parts_of(case, work)):
        none = work.standing.texts.render("NONE", {})
        raise Refusal(RefusalKind.NOT_FOUND, "NUM_NOT_FOUND_DM", no=case.no, list=none)
    return case


def _nothing_asked(work: Work, who: ChatIdentity) -> Refusal | NotMeant:
    """A bare "1" in private that answers nothing is asked about; in a group it is nobody's business."""
    message = work.origin.message
    quoted = message is not None and bool(message.quote)
    waits = work.store.pending(who.id or 0, work.now) or work.store.drafts_of(who.id or 0, None, work.now)
    if work.origin.room is not None or quoted or waits:
        return NotMeant()
    return Refusal(RefusalKind.NOT_CLEAR, "ONE_OF_WHAT_DM")


@handles(LeaveHand, may=Permission.CASE_ADD)
def leave_hand(ask: LeaveHand, work: Work) -> Reply:
    """Without a question why."""
    case = numbered_case(work, ask.no)
    if not work.store.withdraw_hand(case.id or 0, work.actor.identity or 0, work.now):
        raise Refusal(RefusalKind.NOT_ALLOWED, "HANDS_NOT_IN_DM", no=case.no)
    record(work, case, Step.HELP, by=Who.SYSTEM, reason="left")
    return Reply("HANDS_OUT_DM", no=case.no)


@handles(NoteProgress, may=Permission.CASE_ADD)
def note_progress(ask: NoteProgress, work: Work) -> Reply | None:
    """The words are kept with the case; its handler reads them, and the group where they were not said there."""
    case = numbered_case(work, ask.no)
    leads = handles_cases(work, case)
    helps = (work.actor.identity or 0) in work.store.hands_of(case.id or 0)
    if not (leads or helps):
        raise Refusal(RefusalKind.NOT_ALLOWED, "HANDS_NOT_IN_DM", no=case.no)
    if case.state not in OPEN_STATES:
        raise Refusal(RefusalKind.NOT_NOW, "HANDS_ENDED_DM", no=case.no)
    words = mask(ask.words.strip())[:LONGEST_NOTE]
    if len(words) < LEAST_NOTE:
        raise Refusal(RefusalKind.NOT_CLEAR, "NOTE_WORDS_DM", no=case.no)
    record(
        work, case, Step.HELP if helps else Step.UPDATE, by=Who.SYSTEM if helps else None, reason="progress"
    )
    add_line(work, case, work.actor.identity, words)
    handler = handler_of(work, case)
    if handler is not None and handler.person != work.actor.person:
        work.tell_seat(handler, "NOTE_DM", case=case, no=case.no, words=words)
    said = sayable(work, words) if case.privacy == Privacy.P1 else ""
    if said and case.room_id is not None and not room_hears(work, case):
        work.tell_room(case.room_id, "NOTE", case=case, no=case.no, words=said)
    return None if room_hears(work, case) else Reply("NOTE_KEPT_DM", no=case.no)


@handles(CallHands, may=Permission.CASE_RESOLVE)
def call_hands(ask: CallHands, work: Work) -> Reply | None:
    """One line in the group of a public case; whoever wants to come answers it with 1."""
    if ask.no is None:
        raise NotMeant
    case = numbered_case(work, ask.no)
    if not handles_cases(work, case):
        raise Refusal(RefusalKind.NOT_ALLOWED, "NOT_YOURS_DM")
    words = sayable(work, ask.words.strip()[:LONGEST_NOTE])
    if case.privacy != Privacy.P1 or case.room_id is None or not words:
        raise Refusal(RefusalKind.NOT_NOW, "HANDS_NO_CALL_DM", no=case.no)
    record(work, case, Step.UPDATE, reason="hands called", flags={**case.flags, "calls_hands": True})
    lead = handler_of(work, case) or seat_of(work, work.actor.seats[0])
    work.tell_room(case.room_id, "HANDS_CALL", case=case, no=case.no, words=words, **called(lead))
    return None if room_hears(work, case) else Reply("DONE_DM", no=case.no)
