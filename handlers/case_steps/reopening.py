"""An ended case begins again: for its reporter, for whoever asked him and heard that it is not solved, for who oversees it."""

from handlers.case_steps.asking_again import drop_questions, handled_by
from handlers.case_steps.clocks import resolve_due
from handlers.case_steps.ladder import climb_from, rung_over
from handlers.case_steps.steps import add_line, called, hand_over, handler_of, rung_of, tell_case_room
from handlers.work import Work
from models.rules.case_life import HANDLED_STATES, Step, Who
from models.rules.masking import mask
from models.rules.pacing import Rank
from models.rules.quarrels import is_quarrel
from models.rules.recurrence import MOST_REOPENS, may_reopen
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.scope import scope_of
from models.rules.town import Found, Seat
from models.rules.urgency import Privacy
from models.tables import Case


def comes_back(work: Work, case: Case) -> bool:
    """Whether "not solved" still brings this case itself back."""
    return may_reopen(case.resolved_at or work.now, case.reopen_count, work.now)


def overseer_seat(work: Work, case: Case) -> Seat | None:
    """The appointment by which the actor may have an ended case done again (decision 0064); None: by none.

    A post of the case's area or one above it, higher on the ladder than whoever handled it, or the area's duty or
    oversight post; never by standing in, never somebody who had it in hand or whom it complains about. A quarrel only
    by those to whom the pages show it (decision 0065).
    """
    person, preset = work.actor.person, work.town.preset
    if case.privacy == Privacy.P4 or person in {*handled_by(work, case), *case.flags.get("accused", ())}:
        return None
    if is_quarrel(case.category) and case.area_id not in scope_of(work.actor, work.town).watches:
        return None
    around = {node.id for node in work.town.upward(case.area_id)}
    least = rung_of(work, handler_of(work, case), case.rung)
    watching = {preset.dispatcher_post, preset.oversight_post}
    held = (work.town.seats[seat] for seat in work.actor.seats)
    near = (seat for seat in held if seat.area in around)
    return next((s for s in near if s.post in watching or rung_of(work, s, -1) > least), None)


def reopen(
    work: Work, case: Case, words: str, *, by: Who | None = None, over: Seat | None = None, why: str = ""
) -> Seat | None:
    """First time back to the same person, then one level up and another person, then to the meeting's agenda.

    ``words`` are the reporter's and stay with what was said; ``why`` is the reason of ``over``, who oversees it, and
    stands in the history. Returns who has it now.

    Raises:
        NotMeant: it has not ended.
        Refusal: too late, or too often.
    """
    if case.state not in HANDLED_STATES:
        raise NotMeant
    if not comes_back(work, case):
        raise Refusal(RefusalKind.NOT_NOW, "REOPEN_LATE_DM", no=case.no)
    handler = handler_of(work, case)
    found = _whose_now(work, case, handler)
    drop_questions(work, case)
    count = case.reopen_count + 1
    flags = {**case.flags, "agenda": True} if count >= MOST_REOPENS else case.flags
    work.store.unplan(case.id or 0, "LapseCase")
    if words:
        add_line(work, case, work.actor.identity, mask(words[:200]))
    hand_over(
        work, case, found, Step.REOPEN, by=by, reason=why, reopen_count=count, flags=flags, first_contact_at=None,
        due_resolve_at=resolve_due(work, case),
    )  # fmt: skip
    if over is not None:
        said = {"why": why, **called(over)}
        work.tell_seat(found.seat, "REOPENED_ABOVE_DM", rank=Rank.URGENT, case=case, no=case.no, **said)
    else:
        work.tell_seat(found.seat, "REOPENED_LEADER_DM", rank=Rank.URGENT, case=case, no=case.no)
    above = climb_from(work, case, found.step + 1, handler, found.seat)
    if above.seat is not None and above.seat.person != work.actor.person:
        work.tell_seat(above.seat, "REOPENED_CC_DM", case=case, no=case.no, **called(found.seat))
    tell_case_room(work, case, "REOPENED", no=case.no, **called(found.seat))
    return found.seat


def _whose_now(work: Work, case: Case, handler: Seat | None) -> Found:
    rung = rung_of(work, handler, case.rung)
    if case.reopen_count == 0 and handler is not None:
        return Found(handler, (), rung)
    found = climb_from(work, case, rung_over(work, case, handler), handler)
    return found if found.seat is not None else Found(handler, (), rung)


def tell_above(work: Work, case: Case, key: str) -> None:
    """One level above the handler, never the handler himself."""
    handler = handler_of(work, case)
    above = climb_from(work, case, rung_over(work, case, handler), handler)
    work.tell_seat(above.seat, key, case=case, no=case.no)
