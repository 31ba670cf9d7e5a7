"""Somebody is away: whoever stands in hears it once and finds the work on his desk, and all of it ends by itself."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from handlers.case_steps.desk import fitting, later
from handlers.case_steps.steps import called, names_of
from handlers.work import Reply, Work
from models.rules.absence import MOST_DAYS, Away, goes_round, last_in_chain
from models.rules.case_life import OPEN_STATES
from models.rules.pacing import SHANGHAI
from models.rules.refusals import Refusal, RefusalKind
from models.rules.town import Seat, Town
from models.tables import Case, Leave

MOST_NAMED = 8


def goes_away(work: Work, wished: Away, stand_in: Seat | None) -> Reply:
    """From the first day to the last, both included; a second one takes the place of one that overlaps it.

    Raises:
        Refusal: it would come back to whoever goes, or nobody is left to take it.
    """
    person, since, until = wished.person, wished.since, wished.until
    _check_chain(work, wished, stand_in)
    replaced = [r for r in work.store.leaves(person) if r.since <= until and since <= r.until]
    row = Leave(person_id=person, stand_in_id=wished.stand_in, since=since, until=until, asked_at=work.now)
    work.store.session.add(row)
    work.store.session.flush()
    work.store.touch_town()
    after = replace(work.town, absences=(*_without(work, wished), wished))
    takers = _takers(after, row)
    if not takers:
        raise Refusal(RefusalKind.NOT_CLEAR, "LEAVE_ALONE_DM")
    for old in replaced:
        _end(work, old, {each.person for each in takers})
    _tell_takers(work, after, row, takers)
    blanks = {"days": _span(work, row), **called(takers[0])}
    return Reply("LEAVE_ON_DM" if stand_in else "LEAVE_UP_DM", **blanks)


def _tell_takers(work: Work, after: Town, row: Leave, takers: list[Seat]) -> None:
    """At once when it begins today, else that it will be so; and the clock is told when it begins and ends."""
    zone, number = work.now.tzinfo, row.id or 0
    ends = datetime.combine(row.until + timedelta(days=1), time(), SHANGHAI)
    plans = [later(f"LapseLeave:{number}", "LapseLeave", {"leave": number}, ends.astimezone(zone))]
    if row.since == work.today:
        hand_desk(work, after, row)
    else:
        begins = datetime.combine(row.since, time.fromisoformat(work.pace.quiet_digest_at), SHANGHAI)
        plans.append(later(f"BeginLeave:{number}", "BeginLeave", {"leave": number}, begins.astimezone(zone)))
        for taker in takers:
            work.tell_seat(taker, "STAND_IN_DM", **_who_and_when(work, row))
    work.store.plan(plans)


def call_off(person: int, work: Work) -> None:
    """All leaves of somebody that are not over end now. Raises Refusal: there is none."""
    leaves = work.store.leaves(person)
    open_ones = [row for row in leaves if row.until >= work.today]
    if not open_ones:
        raise Refusal(RefusalKind.NOT_NOW, "NO_LEAVE_DM")
    for row in open_ones:
        _end(work, row, set())
    work.store.touch_town()


def ensure_short(until: date, work: Work) -> None:
    """Raises Refusal: whoever is away so long is not on leave."""
    if (until - work.today).days >= MOST_DAYS:
        raise Refusal(RefusalKind.NOT_CLEAR, "LEAVE_LONG_DM", n=MOST_DAYS, contact=work.town.contact)


def near_holders(work: Work, person: int, theirs: list[Seat]) -> list[Seat]:
    """Bound post holders of the same areas, and of those above and below."""
    return [
        s
        for s in work.town.seats.values()
        if s.in_force(work.today) and s.identities and s.person != person
        and any(work.town.related(s.area, own.area) for own in theirs)
    ]  # fmt: skip


def _without(work: Work, wished: Away) -> list[Away]:
    """All leaves but those of the same person that overlap the wished one."""
    return [
        each
        for each in work.town.absences
        if each.person != wished.person or each.since > wished.until or wished.since > each.until
    ]


def _check_chain(work: Work, wished: Away, stand_in: Seat | None) -> None:
    others = _without(work, wished)
    if stand_in is None:
        return
    if goes_round(others, wished):
        raise Refusal(RefusalKind.NOT_CLEAR, "LEAVE_ROUND_DM", **called(stand_in))
    days = [wished.since + timedelta(days=n) for n in range((wished.until - wished.since).days + 1)]
    town = replace(work.town, absences=(*others, wished))
    if any(last_in_chain(wished.person, town.away(day)) is None for day in days):
        raise Refusal(RefusalKind.NOT_CLEAR, "LEAVE_BOTH_DM", **called(stand_in))


def _end(work: Work, row: Leave, still: set[int]) -> None:
    """The leave holds no more; whoever stood in is told, but for those who ``still`` do."""
    row.ended_at = work.now
    for taker in _takers(work.town, row):
        if taker.person in still:
            continue
        work.tell_seat(taker, "STAND_IN_OVER_DM", **called(_absent(work.town, row)))


def _absent(town: Town, row: Leave) -> Seat:
    seats = [s for s in town.seats_by_person.get(row.person_id, ()) if s.in_force(row.since)]
    return (seats or list(town.seats_by_person[row.person_id]))[0]


def _takers(town: Town, row: Leave) -> list[Seat]:
    """Who takes what would come to the absent person on the first day, each once."""
    day = row.since
    found = [town.filled(seat, day) for seat in town.seats_of(row.person_id, day)]
    return list({s.person: s for s in found if s.acts_for is not None}.values())


def _span(work: Work, row: Leave) -> str:
    """The days of a leave in words; one day is no span."""
    blanks = {
        "month": row.since.month, "day": row.since.day, "to_month": row.until.month, "to_day": row.until.day,
    }  # fmt: skip
    return work.standing.texts.render("LEAVE_DAY" if row.since == row.until else "LEAVE_DAYS", blanks)


def _who_and_when(work: Work, row: Leave) -> dict[str, Any]:
    return {**called(_absent(work.town, row)), "days": _span(work, row)}


def hand_desk(work: Work, town: Town, row: Leave) -> None:
    """Whoever stands in hears once which cases are open, most urgent first."""
    for taker in _takers(town, row):
        theirs = [s.id for s in town.seats_of(row.person_id, work.today)]
        passed_on = town.stood_in_for(taker.person, work.today)
        cases = work.store.on_desk([*theirs, *passed_on], OPEN_STATES)
        told = [
            c for c in cases if taker.person not in c.flags.get("accused", ()) and _is_taken(c, passed_on)
        ]
        blanks = _who_and_when(work, row)
        if not told:
            work.tell_seat(taker, "STAND_IN_DM", **blanks)
            continue
        blanks |= {"n": len(told)}
        shown, _ = fitting(work, "STAND_IN_DESK_DM", blanks, told[:MOST_NAMED], partial(names_of, work))
        work.tell_seat(taker, "STAND_IN_DESK_DM", list=shown, **blanks)


def _is_taken(case: Case, seats: tuple[int, ...]) -> bool:
    return (case.claimed_by or case.assignee_id) in seats
