"""After a result: the reporter is reminded to rate, and some closures are followed up by somebody who did not handle them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from handlers.case_steps.clocks import firing
from handlers.case_steps.steps import is_private, item_of, seat_of, without_own_complaints
from handlers.case_steps.whom import ANONYMOUS
from handlers.work import Work
from models.rules.following_up import (
    RATING_ASKED_AFTER,
    REMINDED_AFTER,
    Outcome,
    Why,
    index_of,
    lot,
    reason_to_ask,
    way_to_ask,
)
from models.rules.place_settings import habits_here
from models.rules.town import Seat
from models.rules.urgency import Privacy, Urgency
from models.tables import Case, FollowUp

QUESTIONS = ("AskFollowUp", "FollowUpUnrated", "RemindRating")
"""What the clock asks after a result, by intent."""
FIRST, REMINDER, CLIMB = 1, 2, 3
"""Turns of asking for a follow-up."""


def seed_of(work: Work) -> str:
    """What draws start from: public, and the same for everybody who draws again."""
    return f"{work.town.preset.code}:{work.town.name}"


def plan_questions(work: Work, case: Case) -> None:
    """A result was reported: the rating's reminder and, by rule or by lot, the follow-up."""
    work.store.plan([firing(case, "RemindRating", work.now + RATING_ASKED_AFTER)])
    why = reason_to_ask(
        case.category,
        Urgency(case.urgency),
        case.reopen_count,
        lot(seed_of(work), case.no, case.reopen_count),
        habits_here(work.town.preset, work.town.changed),
    )
    if why is not None:
        arrange_follow_up(work, case, why)


def arrange_follow_up(work: Work, case: Case, why: Why, *, told: bool = False) -> FollowUp | None:
    """Somebody who did not handle the case shall ask; once per closure, never where the reporter declined or is not to be known.

    ``told``: he hears it at once with others, so that the next he hears of it is the reminder.
    """
    if case.reporter_id is None or case.flags.get(ANONYMOUS):
        return None
    if work.store.follow_up_of(case.id or 0, case.reopen_count) is not None:
        return None
    preset, on = work.town.preset, work.today
    first_line = bool(work.town.holders(preset.ladder[0], case.area_id, on))
    seat = who_asks(work, case)
    row = FollowUp(
        case_id=case.id or 0, cycle=case.reopen_count, why=why, made_at=work.now,
        way=way_to_ask(Privacy(case.privacy), first_line=first_line), seat_id=seat.id if seat else None,
        due_at=work.now + timedelta(days=habits_here(preset, work.town.changed).due_days),
        outcome=Outcome.REFUSED if case.flags.get("no_follow_up") else "",
    )  # fmt: skip
    work.store.session.add(row)
    if not row.outcome:
        plan_asking(
            work, case, REMINDED_AFTER if told else row.due_at - work.now, REMINDER if told else FIRST
        )
    return row


def plan_asking(work: Work, case: Case, after: timedelta, turn: int) -> None:
    """The follow-up comes up again then."""
    row: dict[str, Any] = firing(case, "AskFollowUp", work.now + after)
    work.store.plan([{**row, "fields": {**row["fields"], "turn": turn}}])


def drop_questions(work: Work, case: Case) -> None:
    """The case begins again: nobody is asked any more how its last closure was."""
    for intent in QUESTIONS:
        work.store.unplan(case.id or 0, intent)
    row = work.store.follow_up_of(case.id or 0, case.reopen_count)
    if row is not None and not row.outcome:
        row.outcome = Outcome.MOOT


def shunned(work: Work, case: Case) -> set[int]:
    """Persons who must not follow this case up: who handled it, lent a hand, holds it, reported it or is accused."""
    persons = handled_by(work, case) | set(case.flags.get("accused", ()))
    return persons | work.store.persons_in(case.id or 0, case.reporter_id)


def handled_by(work: Work, case: Case) -> set[int]:
    """Persons who have or had the case in hand: whatever is said of the result, it is not said by them."""
    seats = {case.assignee_id, case.claimed_by, *work.store.seats_that_handled(case.id or 0)}
    return {work.town.seats[s].person for s in seats if s in work.town.seats}


def who_asks(work: Work, case: Case) -> Seat | None:
    """Nearest to the reporter first; in private matters the fewest eyes: duty or oversight before anybody else."""
    town, on, preset = work.town, work.today, work.town.preset
    line = list(town.chain(case.area_id, on))
    duty = town.holders(preset.dispatcher_post, case.area_id, on)
    oversight = town.holders(preset.oversight_post, case.area_id, on)
    if case.privacy == Privacy.P4:
        line = [*oversight, *reversed(line)]
    elif case.privacy == Privacy.P3:
        line = [*duty, *oversight, *reversed(line)]
    else:
        line = [*line, *oversight]
    return first_free(work, line, shunned(work, case))


def first_free(work: Work, seats: Iterable[Seat], avoid: set[int]) -> Seat | None:
    """The first of these appointments behind which nobody to avoid stands today, neither holder nor stand-in."""
    free = (seat for seat in seats if not seat.is_any_of(avoid))
    return next((seat for seat in free if not work.town.filled(seat, work.today).is_any_of(avoid)), None)


def asked_of(work: Work, case: Case, row: FollowUp) -> Seat | None:
    """Who shall ask today: never a stand-in who must not follow this case up."""
    given = work.town.seats.get(row.seat_id) if row.seat_id is not None else None
    return work.town.filled(given, work.today, shunned(work, case)) if given else None


def waiting_for(work: Work) -> list[tuple[FollowUp, Case]]:
    """Follow-ups that wait on the actor, earliest due first, but of none that speaks against him."""
    waiting = work.store.to_ask(work.actor.desk)
    return [(row, case) for row, case in waiting if without_own_complaints(work, [case])]


def named(work: Work, case: Case) -> str:
    """Number and category; of a private matter the number alone."""
    return work.standing.texts.render("CASE_NAME", {"no": case.no, "cat": matter(work, case)})


def matter(work: Work, case: Case) -> str:
    """What it was about, as whoever asks hears it."""
    if is_private(case):
        return work.standing.texts.render("A_PRIVATE_MATTER", {})
    return item_of(work, case.category).spoken


def tell_index(work: Work, row: FollowUp) -> None:
    """The last answer of a monthly sample: its caller hears the index with its formula."""
    _, _, month = row.why.partition(" ")
    seat = seat_of(work, row.seat_id)
    if not month or seat is None:
        return
    index = index_of(work.store.outcomes_of_month(month, work.town.downward(seat.area)))
    if index.is_complete and index.percent is not None:
        work.tell_seat(
            seat, "PHONE_INDEX_DM", month=int(month[-2:]), n=index.sampled, reached=index.reached,
            solved=index.solved, partly=index.partly, percent=index.percent,
        )  # fmt: skip
