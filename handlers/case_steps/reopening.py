"""An ended case begins again: for its reporter, or for whoever asked him and heard that it is not solved."""

from handlers.case_steps.asking_again import drop_questions
from handlers.case_steps.clocks import resolve_due
from handlers.case_steps.ladder import climb_from, rung_over
from handlers.case_steps.steps import add_line, called, hand_over, handler_of, rung_of, tell_case_room
from handlers.work import Reply, Work
from models.rules.case_life import HANDLED_STATES, Step, Who
from models.rules.masking import mask
from models.rules.pacing import Rank
from models.rules.recurrence import MOST_REOPENS, may_reopen
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.town import Found
from models.tables import Case


def comes_back(work: Work, case: Case) -> bool:
    """Whether "not solved" still brings this case itself back."""
    return may_reopen(case.resolved_at or work.now, case.reopen_count, work.now)


def reopen(work: Work, case: Case, words: str, *, by: Who | None = None) -> Reply | None:
    """First time back to the same person, then one level up and another person, then to the meeting's agenda."""
    if case.state not in HANDLED_STATES:
        raise NotMeant
    if not comes_back(work, case):
        raise Refusal(RefusalKind.NOT_NOW, "REOPEN_LATE_DM", no=case.no)
    handler = handler_of(work, case)
    rung = rung_of(work, handler, case.rung)
    if case.reopen_count == 0 and handler is not None:
        found = Found(handler, (), rung)
    else:
        found = climb_from(work, case, rung_over(work, case, handler), handler)
        if found.seat is None:
            found = Found(handler, (), rung)
    drop_questions(work, case)
    count = case.reopen_count + 1
    flags = {**case.flags, "agenda": True} if count >= MOST_REOPENS else case.flags
    work.store.unplan(case.id or 0, "LapseCase")
    if words:
        add_line(work, case, work.actor.identity, mask(words[:200]))
    hand_over(
        work,
        case,
        found,
        Step.REOPEN,
        by=by,
        reopen_count=count,
        flags=flags,
        first_contact_at=None,
        due_resolve_at=resolve_due(work, case),
    )
    work.tell_seat(found.seat, "REOPENED_LEADER_DM", rank=Rank.URGENT, case=case, no=case.no)
    above = climb_from(work, case, found.step + 1, handler, found.seat)
    work.tell_seat(above.seat, "REOPENED_CC_DM", case=case, no=case.no, **called(found.seat))
    tell_case_room(work, case, "REOPENED", no=case.no, **called(found.seat))
    return None


def tell_above(work: Work, case: Case, key: str) -> None:
    """One level above the handler, never the handler himself."""
    handler = handler_of(work, case)
    above = climb_from(work, case, rung_over(work, case, handler), handler)
    work.tell_seat(above.seat, key, case=case, no=case.no)
