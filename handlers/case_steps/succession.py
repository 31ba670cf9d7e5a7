"""What lay on the desk of a post that ended goes to whoever comes after: the new holder, else the next one above."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from handlers.case_steps.desk import fitting
from handlers.case_steps.ladder import kept_apart
from handlers.case_steps.steps import called, hand_over, names_of, record, write_event
from handlers.work import Work
from models.rules.case_life import State, Step, Who
from models.rules.town import Found, Seat, Town
from models.store.appointments import AppointmentStore
from models.tables import Case

MOST_NAMED = 8
BATCH = 300
"""Cases of one appointment that one piece of work passes on; the rest follows the night after."""
STAYS = frozenset({State.DRAFT, State.WAITING})


@dataclass(frozen=True, slots=True)
class Legacy:
    """What the end of an appointment brings about. ``takers``: who gets how many cases to handle, most first."""

    cases: int
    takers: tuple[tuple[Seat | None, int], ...]
    kept: int
    """Cases handled by others whose reporters it only keeps informed."""


def heir(work: Work, town: Town, case: Case, seat: Seat, on: date) -> Found:
    """Who has the case in that town after this seat: the same post, else the ladder from there.

    A complaint about an official stays beside the ladder: nobody has it until its own post is filled.
    """
    avoid = set(case.flags.get("accused", ()))
    ladder = town.preset.ladder
    step = ladder.index(seat.post) if seat.post in ladder else len(ladder)
    same = town.free(seat.post, seat.area, on, avoid) or town.free(seat.post, case.area_id, on, avoid)
    if same:
        return Found(same[0], (), step)
    if kept_apart(work, case):
        return Found(None, (), len(ladder))
    return town.climb(case.area_id, on, town.rung_above(seat.post), avoid)


def legacy_of(work: Work, seat: Seat, after: Town, on: date) -> Legacy:
    """What would go where if the town were ``after`` on that day; changes nothing."""
    takers: dict[int | None, list[Seat | None]] = defaultdict(list)
    kept = 0
    for case in AppointmentStore(work.store.session).desk_of([seat.id], BATCH):
        if not _handles(case, seat):
            kept += 1
            continue
        taker = heir(work, after, case, seat, on).seat
        takers[taker.person if taker else None].append(taker)
    counted = sorted(takers.values(), key=len, reverse=True)
    return Legacy(sum(map(len, counted)), tuple((each[0], len(each)) for each in counted), kept)


def without_seat(town: Town, seat: Seat, last: date) -> Town:
    """The town in which this appointment ends on that day."""
    return replace(town, seats={**town.seats, seat.id: replace(seat, valid_to=last)})


def pass_on(work: Work, seats: Iterable[Seat]) -> int:
    """Everything open on these desks goes on now; whoever takes it hears it once for each desk. How many cases."""
    count = 0
    for seat in seats:
        taken: dict[int, tuple[Seat, list[Case]]] = {}
        for case in AppointmentStore(work.store.session).desk_of([seat.id], BATCH):
            count += 1
            found = heir(work, work.town, case, seat, work.today)
            if _handles(case, seat):
                _hand_on(work, case, found, seat)
                if found.seat is not None:
                    taken.setdefault(found.seat.id, (found.seat, []))[1].append(case)
            if case.keeper_id == seat.id:
                case.keeper_id = found.seat.id if found.seat else None
                write_event(work, case, Step.SUCCEED, case.state, seat.post, {"keeper_id": case.keeper_id})
        for taker, cases in taken.values():
            _tell(work, taker, seat, cases)
    return count


def _handles(case: Case, seat: Seat) -> bool:
    return (case.claimed_by or case.assignee_id) == seat.id


def _hand_on(work: Work, case: Case, found: Found, seat: Seat) -> None:
    if State(case.state) not in STAYS:
        hand_over(work, case, found, Step.SUCCEED, by=Who.SYSTEM, reason=seat.post)
        return
    next_one = found.seat.id if found.seat else None
    claimed = next_one if case.claimed_by is not None else None
    record(
        work, case, Step.SUCCEED, by=Who.SYSTEM, reason=seat.post, assignee_id=next_one, claimed_by=claimed,
        rung=found.step,
    )  # fmt: skip


def _tell(work: Work, taker: Seat, before: Seat, cases: list[Case]) -> None:
    blanks = {"n": len(cases), **called(before)}
    shown, _ = fitting(work, "DESK_PASSED_ON_DM", blanks, cases[:MOST_NAMED], partial(names_of, work))
    work.tell_seat(taker, "DESK_PASSED_ON_DM", list=shown, **blanks)
