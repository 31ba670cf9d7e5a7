"""A case grows: further lines of its reporter, and others with the same trouble."""

from datetime import timedelta
from typing import Any

from handlers.case_steps.alarm import tell_place
from handlers.case_steps.opening import attach, told_facts
from handlers.case_steps.receipts import CARDS, RECEIPTS, area_name, refresh_held, ring_for_life
from handlers.case_steps.rising import heed_urgency, raised_to
from handlers.case_steps.steps import (
    add_line,
    called,
    handler_of,
    is_private,
    item_of,
    record,
    seat_of,
)
from handlers.work import Reply, Work
from models.rules.case_life import Step, Who
from models.rules.decision import Cue, Decision
from models.rules.message import Attachment, MessageKind
from models.rules.pacing import Rank, burst_ends
from models.rules.urgency import Urgency
from models.tables import Case, ChatIdentity, CoReporter

MOST_TEXT = 1000
"""Characters of a case's words."""


def in_burst(work: Work, case: Case) -> bool:
    """Whether the reporter may still be speaking of it."""
    return work.now <= burst_ends(case.created_at, case.heard_last_at, work.pace)


def extend(
    work: Work, case: Case, who: ChatIdentity, decision: Decision, attachments: tuple[Attachment, ...]
) -> None:
    """A further line of the reporter: kept with the case, and receipts wait until he has finished."""
    spoken_of = not in_burst(work, case)
    changes: dict[str, Any] = {"heard_last_at": work.now}
    if decision.places and (not case.place or len(decision.places[0]) > len(case.place)):
        changes["place"] = decision.places[0]
    before = case.urgency
    if decision.urgency:
        changes |= raised_to(work, case, decision.urgency)
    if decision.text:
        keep_words(case, decision.text)
    flags = {**told_facts(work, decision), **case.flags}
    if Cue.LIFE_SUPPORT in decision.cues:
        flags["life_support"] = True
    if flags != case.flags:
        changes["flags"] = flags
    record(work, case, Step.ADD, by=Who.REPORTER, **changes)
    heed_urgency(work, case, before)
    if decision.text:
        add_line(work, case, who.id, decision.text)
    attach(work, case, attachments)
    until = burst_ends(case.created_at, work.now, work.pace)
    if until > work.now:
        work.store.hold_until(case.id or 0, (*RECEIPTS, *CARDS), until)
    refresh_held(work, case)
    if Cue.LIFE_SUPPORT in decision.cues:
        ring_for_life(work, case)
    elif "place" in changes and before == Urgency.U0:
        tell_place(work, case)
    else:
        _tell_more(work, case, attachments, spoken_of and ("place" in changes or bool(attachments)))


def second_voice(
    work: Work, case: Case, who: ChatIdentity, decision: Decision, attachments: tuple[Attachment, ...]
) -> None:
    """Somebody else shouts the same emergency: counted with it; a place that was not known goes to the chain at once."""
    changes: dict[str, Any] = {"heard_last_at": work.now}
    if decision.places and not case.place:
        changes["place"] = decision.places[0]
    keep_words(case, decision.text)
    if work.store.is_co_reporter(case.id or 0, who.id or 0):
        record(work, case, Step.ADD, by=Who.CO_REPORTER, **changes)
    else:
        work.store.session.merge(CoReporter(case_id=case.id or 0, identity_id=who.id or 0, at=work.now))
        record(work, case, Step.JOIN, by=Who.SYSTEM, co_reporters=case.co_reporters + 1, **changes)
    add_line(work, case, who.id, decision.text)
    attach(work, case, attachments)
    if "place" in changes:
        tell_place(work, case)


def _tell_more(work: Work, case: Case, attachments: tuple[Attachment, ...], added: bool) -> None:
    """A voice that nobody transcribed: whoever handles the case listens himself. Else that there is more to see."""
    voice = next((a for a in attachments if a.kind == MessageKind.VOICE), None)
    if voice is not None:
        rank = Rank.EMERGENCY if case.urgency == Urgency.U0 else Rank.REPLY
        seat = handler_of(work, case)
        work.tell_seat(seat, "VOICE_CASE_DM", rank=rank, case=case, no=case.no, seconds=voice.seconds)
    elif added:
        tell_addition(work, case)


def keep_words(case: Case, words: str) -> None:
    """Join words to the case. Events do not repeat them: what is taken back must be gone."""
    case.text = f"{case.text}\n{words}"[:MOST_TEXT]


def tell_addition(work: Work, case: Case) -> None:
    """Whoever handles it has read his card already: he hears that there is more."""
    seat = handler_of(work, case)
    work.tell_seat(seat, "ADDED_DM", case=case, no=case.no, place=case.place or area_name(work, case))


def join(work: Work, case: Case, who: ChatIdentity, decision: Decision, *, asks: bool) -> Reply | None:
    """Count one more reporter; only a direct question, or half an hour of silence, makes the group hear of it."""
    if case.reporter_id == who.id:
        extend(work, case, who, decision, ())
    elif not work.store.is_co_reporter(case.id or 0, who.id or 0):
        work.store.session.merge(CoReporter(case_id=case.id or 0, identity_id=who.id or 0, at=work.now))
        record(
            work, case, Step.JOIN, by=Who.SYSTEM, co_reporters=case.co_reporters + 1, heard_last_at=work.now
        )
        if decision.text:
            add_line(work, case, who.id, decision.text)
        until = burst_ends(case.created_at, work.now, work.pace)
        work.store.hold_until(case.id or 0, RECEIPTS, until)
    if Cue.LIFE_SUPPORT in decision.cues and case.reporter_id != who.id:
        case.flags = {**case.flags, "life_support": True}
        ring_for_life(work, case)
    if Cue.VICTIM in decision.cues:
        _help_victim(work, case, who)
    elif asks or _long_unsaid(work, case):
        _say_known(work, case)
    return None


def _help_victim(work: Work, case: Case, who: ChatIdentity) -> None:
    """Somebody may have lost money already: a person calls at once; the numbers go privately."""
    seat = seat_of(work, case.assignee_id)
    work.tell_seat(seat, "VICTIM_LEADER_DM", rank=Rank.URGENT, call=True, case=case, no=case.no)
    work.tell(who.id, "VICTIM_DM", rank=Rank.URGENT, case=case)
    if case.room_id is not None:
        work.tell_room(case.room_id, "RCPT_NEUTRAL", rank=Rank.URGENT, case=case)


def _long_unsaid(work: Work, case: Case) -> bool:
    if case.room_id is None or is_private(case):
        return False
    since = work.now - timedelta(minutes=work.pace.duplicate_summary_min)
    keys = (*RECEIPTS, "RCPT_DUP", "ANGRY_ACK", "URGED", "CLAIMED", "REOPENED")
    return not work.store.said_since(case.room_id, keys, case.id or 0, since)


def _say_known(work: Work, case: Case) -> None:
    if case.room_id is None or is_private(case):
        return
    item = item_of(work, case.category)
    state = work.standing.texts.render(f"STATE_LINE_{case.state}", called(seat_of(work, case.claimed_by)))
    work.tell_room(
        case.room_id, "RCPT_DUP", case=case, cat=item.spoken, no=case.no, k=case.co_reporters + 1, state=state
    )
