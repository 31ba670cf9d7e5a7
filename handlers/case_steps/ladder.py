"""Where a case stands on the ladder, and who comes next: whoever held it, or is complained about, is passed over."""

from handlers.case_steps.steps import plan_climb, rung_of, seat_of, write_event
from handlers.work import Work
from models.rules.case_life import Step
from models.rules.sla import due_claim
from models.rules.town import Found, Seat
from models.rules.urgency import Privacy, Urgency
from models.tables import Case

AGAIN_HOURS = 24
"""So often whoever has a case that nobody above can take hears of it again."""


def next_rung(work: Work, case: Case, *speakers: Seat | None) -> int:
    """The first step of the ladder above the case's holder and above whoever speaks."""
    town = work.town
    holder = seat_of(work, case.assignee_id)
    steps = [case.rung + 1 if case.rung < len(town.preset.ladder) else 0]
    if holder is not None and case.rung >= len(town.preset.ladder):
        steps.append(town.rung_above(holder.post))
    steps += [rung_of(work, seat, -1) + 1 for seat in speakers]
    return max(steps)


def rung_over(work: Work, case: Case, handler: Seat | None) -> int:
    """The step above whoever handles a case, wherever the case itself was given."""
    return work.town.rung_above(handler.post) if handler is not None else next_rung(work, case)


def climb_from(work: Work, case: Case, step: int, *passed: Seat | None) -> Found:
    """The first filled post from that step; never the persons passed over, never one who is complained about.

    A complaint about an official that its own channel hears never climbs the ladder of those officials.
    """
    if kept_apart(work, case):
        return Found(None, (), step)
    return work.town.climb(case.area_id, work.today, step, shunned(case, *passed))


def called_from(work: Work, case: Case, step: int, *passed: Seat | None) -> Found:
    """Whom a whistle calls from that step: the posts the place names for it, where it names none the next rung."""
    town = work.town
    if kept_apart(work, case):
        return Found(None, (), step)
    away = set(shunned(case, *passed))
    for post in town.preset.whistle.calls:
        height = town.preset.ladder.index(post)
        if height < step:
            continue
        for seat in town.holders(post, case.area_id, work.today):
            if seat.person not in away:
                return Found(seat, (), height)
    return climb_from(work, case, step, *passed)


def top_level(work: Work, case: Case, *passed: Seat | None) -> Found:
    """The first filled post of the ladder's uppermost level (the township)."""
    preset = work.town.preset
    top = preset.rank_of_post(preset.ladder[-1])
    step = next(n for n, post in enumerate(preset.ladder) if preset.rank_of_post(post) <= top)
    return climb_from(work, case, max(step, next_rung(work, case)), *passed)


def kept_apart(work: Work, case: Case) -> bool:
    """Whether the case went past the whole ladder by law."""
    return case.privacy == Privacy.P4 and case.rung >= len(work.town.preset.ladder)


def stay_on_top(work: Work, case: Case) -> None:
    """Nobody stands above: whoever has it hears so, in an ordinary case again every day, until somebody takes it."""
    seat = seat_of(work, case.assignee_id)
    changes = {}
    if case.urgency != Urgency.U0:
        due = due_claim(work.now, AGAIN_HOURS, Urgency(case.urgency), work.pace.quiet)
        changes = {"due_claim_at": due}
        case.due_claim_at = due
        plan_climb(work, case)
    write_event(work, case, Step.VACANCY, case.state, "top", changes)
    work.tell_seat(seat, "TOP_WAITS_DM", case=case, no=case.no)


def shunned(case: Case, *passed: Seat | None) -> list[int]:
    """Persons who may not be given the case: those complained about and those passed over."""
    return [*case.flags.get("accused", ()), *(seat.person for seat in passed if seat is not None)]
