"""Where a case stands on the ladder, and who comes next: whoever held it, or is complained about, is passed over."""

from collections.abc import Iterable
from datetime import timedelta

from handlers.case_steps.clocks import CLIMB, claim_due, firing, reminded_at, unplan_clocks
from handlers.case_steps.steps import item_of, record, rung_of, seat_of
from handlers.work import Work
from models.rules.case_life import Step, Who
from models.rules.town import Found, Seat
from models.rules.urgency import Privacy
from models.tables import Case

TOP_AGAIN = timedelta(days=1)
"""How often the highest post is asked again to take what nobody took."""


def next_rung(work: Work, case: Case, *speakers: Seat | None) -> int:
    """The first step of the ladder above the case's holder, above whoever speaks, and above whoever is complained about.

    A post beside the ladder has above it the first step of its own level or higher.
    """
    town = work.town
    beside = case.rung >= len(town.preset.ladder)
    steps = [highest_rung(work, case.flags.get("accused", ())) + 1, 0 if beside else case.rung + 1]
    holder = seat_of(work, case.assignee_id)
    if beside and holder is not None:
        steps.append(town.rung_above(holder.post))
    steps += [rung_of(work, seat, -1) + 1 for seat in speakers]
    return max(steps)


def rung_over(work: Work, case: Case, handler: Seat | None) -> int:
    """The step above whoever handles a case, wherever the case itself was given."""
    if handler is None:
        return next_rung(work, case)
    above_accused = highest_rung(work, case.flags.get("accused", ())) + 1
    return max(work.town.rung_above(handler.post), above_accused)


def highest_rung(work: Work, persons: Iterable[int]) -> int:
    """How high on the ladder these persons stand; -1 for nobody on it."""
    seats = [seat for person in persons for seat in work.town.seats_of(person, work.today)]
    return max((rung_of(work, seat, -1) for seat in seats), default=-1)


def climb_from(work: Work, case: Case, step: int, *passed: Seat | None, avoid: Iterable[int] = ()) -> Found:
    """The first filled post from that step; never those passed over, persons to avoid, or one who is complained about.

    A complaint about an official that its own channel hears never climbs the ladder of those officials.
    """
    if kept_apart(work, case):
        return Found(None, (), step)
    return work.town.climb(case.area_id, work.today, step, shunned(case, *passed) | {*avoid})


def called_from(work: Work, case: Case, step: int, *passed: Seat | None) -> Found:
    """Whom a whistle calls from that step: the posts the place names for it, where it names none the next rung."""
    town = work.town
    if kept_apart(work, case):
        return Found(None, (), step)
    away = shunned(case, *passed)
    for post in town.preset.whistle.calls:
        height = town.preset.ladder.index(post)
        seats = town.free(post, case.area_id, work.today, away) if height >= step else ()
        if seats:
            return Found(seats[0], (), height)
    return climb_from(work, case, step, *passed)


def top_level(work: Work, case: Case, *passed: Seat | None) -> Found:
    """The first filled post of the ladder's uppermost level (the township)."""
    preset = work.town.preset
    top = preset.rank_of_post(preset.ladder[-1])
    step = next(n for n, post in enumerate(preset.ladder) if preset.rank_of_post(post) <= top)
    return climb_from(work, case, max(step, next_rung(work, case)), *passed)


def kept_apart(work: Work, case: Case) -> bool:
    """Whether the case, a complaint about an official, went past the whole ladder to whoever may hear it."""
    against_officials = case.privacy == Privacy.P4 or bool(case.flags.get("accused"))
    return against_officials and case.rung >= len(work.town.preset.ladder)


def ask_the_top_again(work: Work, case: Case) -> None:
    """Nobody stands above: whoever has it is asked again, so that no case is left without a running clock."""
    due = max(work.now + TOP_AGAIN, claim_due(work, case))
    record(work, case, Step.VACANCY, by=Who.SYSTEM, reason="top", due_claim_at=due)
    unplan_clocks(work, case)
    work.store.plan([firing(case, CLIMB, due)])
    work.tell_seat(
        seat_of(work, case.assignee_id, case), "TOP_UNCLAIMED_DM", not_before=reminded_at(work, case),
        case=case, no=case.no, cat=item_of(work, case.category).spoken,
    )  # fmt: skip


def shunned(case: Case, *passed: Seat | None) -> set[int]:
    """Persons who may not be given the case: those complained about and those passed over."""
    return {*case.flags.get("accused", ()), *(seat.person for seat in passed if seat is not None)}
