"""An objection to a rejection: decided one level up, by somebody who did not reject it."""

from handlers.case_steps.clocks import resolve_due
from handlers.case_steps.steps import hand_over, rung_of
from handlers.work import Work
from models.rules.case_life import Step
from models.rules.refusals import Refusal, RefusalKind
from models.rules.rejecting import APPEAL_WITHIN
from models.rules.town import Found
from models.tables import Case


def is_review(case: Case) -> bool:
    """Whether the reporter has objected to a rejection of this case."""
    return bool(case.flags.get("objected"))


def was_rejecter(work: Work, case: Case) -> bool:
    """Whether the actor has rejected this case."""
    return work.actor.person is not None and work.actor.person in case.flags.get("rejecters", ())


def must_not_undo_review(work: Work, case: Case) -> None:
    """Whoever rejected a case that is under review does not make it disappear in any other way either.

    Raises:
        Refusal: he tries to.
    """
    if is_review(case) and was_rejecter(work, case):
        raise Refusal(RefusalKind.NOT_ALLOWED, "REJECT_REVIEW_DM", no=case.no)


def object_to_rejection(work: Work, case: Case) -> None:
    """Once, within seven days: the case is new again and lies with whoever stands above the rejecter.

    Raises:
        Refusal: too late, or it was reviewed already.
    """
    if is_review(case):
        raise Refusal(RefusalKind.NOT_NOW, "APPEAL_OVER_DM", no=case.no)
    if case.closed_at is None or work.now - case.closed_at > APPEAL_WITHIN:
        raise Refusal(RefusalKind.NOT_NOW, "APPEAL_LATE_DM", no=case.no)
    found = _reviewer(work, case)
    case.flags = {**case.flags, "objected": True}
    hand_over(
        work,
        case,
        found,
        Step.APPEAL,
        closed_at=None,
        closed_reason="",
        due_resolve_at=resolve_due(work, case),
    )
    work.tell_seat(found.seat, "APPEAL_LEADER_DM", case=case, no=case.no)


def _reviewer(work: Work, case: Case) -> Found:
    """The next filled rung above whoever rejected it, else the oversight post, else anybody else of the ladder."""
    on, town = work.today, work.town
    rejecters = set(case.flags.get("rejecters", ()))
    shunned = rejecters | set(case.flags.get("accused", ()))
    seats = [s for person in sorted(rejecters) for s in town.seats_of(person, on)]
    rung = max((rung_of(work, s, -1) for s in seats), default=case.rung)
    found = town.climb(case.area_id, on, rung + 1, shunned)
    if found.seat is not None:
        return found
    for seat in town.holders(town.preset.oversight_post, case.area_id, on):
        if not seat.is_any_of(shunned):
            return Found(seat, (), len(town.preset.ladder))
    return town.climb(case.area_id, on, 0, shunned)
