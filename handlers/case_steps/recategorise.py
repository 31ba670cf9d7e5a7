"""A case takes another category or kind, with all that follows: who answers, how soon, who may see it."""

from typing import Any

from handlers.case_steps.clocks import claim_due, plan_clocks
from handlers.case_steps.misread import ASKING, SUGGESTING, hotline_of
from handlers.case_steps.opening import accused_persons, route
from handlers.case_steps.pauses import corrected_clock
from handlers.case_steps.receipts import CARDS, RECEIPTS, refresh_held
from handlers.case_steps.rising import heed_urgency
from handlers.case_steps.steps import (
    STATUS_LINES,
    called,
    hand_over,
    handler_of,
    is_private,
    item_of,
    parts_of,
    record,
    seat_of,
    tell_case_room,
)
from handlers.case_steps.whistle import still_to_come
from handlers.case_steps.words import due_words, heard_at
from handlers.work import Work
from models.lexicon import Item
from models.rules.case_life import OPEN_STATES, State, Step
from models.rules.correcting import corrected_privacy, corrected_urgency
from models.rules.pacing import Rank
from models.rules.preset import LEGAL_CHANNEL
from models.rules.town import Seat
from models.rules.urgency import Privacy, Urgency
from models.tables import Case


def corrected_fields(work: Work, case: Case, after: Item, kind: str) -> dict[str, Any]:
    """The fields of the row that the correction sets."""
    before = item_of(work, case.category)
    chosen = case.hotline != before.hotline_type
    hotline = kind or (case.hotline if chosen else after.hotline_type)
    urgency = Urgency(case.urgency)
    if kind:
        urgency = _urgency_of_kind(work, kind, urgency, after)
    elif not (chosen and urgency is Urgency.S):
        urgency = corrected_urgency(urgency, before, after)
    return {
        "category": after.code, "hotline": hotline, "urgency": str(urgency),
        "privacy": str(corrected_privacy(Privacy(case.privacy), after)),
    }  # fmt: skip


def _urgency_of_kind(work: Work, kind: str, urgency: Urgency, item: Item) -> Urgency:
    """Questions and suggestions have their own pace; what becomes a request takes its category's."""
    named = {hotline_of(work, ASKING): Urgency.Q, hotline_of(work, SUGGESTING): Urgency.S}
    if kind in named:
        return named[kind]
    if urgency not in {Urgency.Q, Urgency.S}:
        return urgency
    return Urgency.U2 if item.urgency in {Urgency.Q, Urgency.S} else item.urgency


def recategorise(work: Work, case: Case, changes: dict[str, Any]) -> None:
    """The row changes; whoever answers for the new category gets what nobody has claimed yet.

    Where the same person answers for both, it stays with whom it was passed up to.
    """
    part, was_private, urgency = parts_of(case, work), is_private(case), case.urgency
    before, answered = item_of(work, case.category), route(work, case).seat
    for name, value in changes.items():
        setattr(case, name, value)
    item = item_of(work, case.category)
    if work.town.preset.responsibility.get(item.role) == LEGAL_CHANNEL:
        case.flags = {**case.flags, "accused": accused_persons(work, case.area_id, case.text)}
    changes = {**changes, **corrected_clock(work, case, before, item)}
    found = route(work, case)
    holder = seat_of(work, case.assignee_id, case)
    moved = found.seat is not None and not _same(found.seat, holder) and not _same(found.seat, answered)
    if moved and case.state == State.NEW:
        work.store.cancel_held(case.id or 0, CARDS, "corrected")
        hand_over(work, case, found, Step.CORRECT, by=part, **changes)
        due = due_words(work, case.due_claim_at, heard_at(work))
        work.tell_seat(found.seat, "RECATEGORISED_DM", case=case, no=case.no, cat=item.spoken, due=due)
    elif case.state == State.NEW:
        until = still_to_come(work, case) or claim_due(work, case)
        record(work, case, Step.CORRECT, by=part, due_claim_at=until, **changes)
        plan_clocks(work, case)
    else:
        record(work, case, Step.CORRECT, by=part, **changes)
        plan_clocks(work, case)
    _say(work, case, was_private=was_private)
    heed_urgency(work, case, urgency)


def _same(one: Seat, other: Seat | None) -> bool:
    return other is not None and one.person == other.person


def _say(work: Work, case: Case, *, was_private: bool) -> None:
    """A receipt that is still held says the new category; one that was said is put right once."""
    held = work.store.held_rows(case.id or 0, RECEIPTS)
    seat = handler_of(work, case)
    if is_private(case) and not was_private:
        work.store.cancel_held(case.id or 0, (*RECEIPTS, *STATUS_LINES), "private")
        if held and case.room_id is not None:
            work.tell_room(case.room_id, "RCPT_NEUTRAL", rank=Rank.URGENT, case=case)
    elif held:
        refresh_held(work, case)
        for row in held:
            if "role" in row.blanks:
                row.blanks = {**row.blanks, **called(seat)}
    elif not is_private(case) and case.state in OPEN_STATES:
        cat = item_of(work, case.category).spoken
        tell_case_room(work, case, "CORRECTED", no=case.no, cat=cat, **called(seat))
