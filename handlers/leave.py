"""Post holders take leave and come back; who stands in hears it once and finds the work on his desk."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from handlers.case_steps.desk import fitting, later
from handlers.case_steps.steps import called, names_of
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.absence import MOST_DAYS, Away, goes_round, last_in_chain
from models.rules.case_life import OPEN_STATES
from models.rules.moments import UnclearMoment, read_days
from models.rules.pacing import SHANGHAI
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.town import Seat, Town
from models.tables import Case, Leave

MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class TakeLeave(Intent):
    """A post holder will be away; ``stand_in`` is a name, ``deputy`` means the other holder of the same post."""

    days: str = ""
    stand_in: str = ""
    deputy: str = ""


@dataclass(frozen=True, slots=True)
class EndLeave(Intent):
    """A post holder is back, or does not go after all."""


@dataclass(frozen=True, slots=True)
class BeginLeave(Intent):
    """The first day of a leave asked for earlier: whoever stands in hears what lies on the desk."""

    leave: int


@dataclass(frozen=True, slots=True)
class LapseLeave(Intent):
    """The last day of a leave is over."""

    leave: int


@handles(TakeLeave, may=Permission.CASE_OPEN)
def take_leave(ask: TakeLeave, work: Work) -> Reply:
    """From the first day to the last, both included; a second one takes the place of one that overlaps it."""
    person = _holder(work)
    since, until = _days(ask, work)
    stand_in = _stand_in(ask, work) if ask.stand_in or ask.deputy else None
    wished = Away(person, since, until, stand_in.person if stand_in else None)
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
        _hand_desk(work, after, row)
    else:
        begins = datetime.combine(row.since, time.fromisoformat(work.pace.quiet_digest_at), SHANGHAI)
        plans.append(later(f"BeginLeave:{number}", "BeginLeave", {"leave": number}, begins.astimezone(zone)))
        for taker in takers:
            work.tell_seat(taker, "STAND_IN_DM", **_who_and_when(work, row))
    work.store.plan(plans)


def _holder(work: Work) -> int:
    """The person of whoever asks, in private or in a working group.

    Raises:
        NotMeant: no post holder says so, and whoever else is away is nobody's business.
        Refusal: said before residents.
    """
    if work.actor.person is None or not work.actor.seats:
        raise NotMeant
    if work.room is not None and not work.room.of_leaders:
        raise Refusal(RefusalKind.NOT_ALLOWED, "LEAVE_WHERE_DM")
    return work.actor.person


def _days(ask: TakeLeave, work: Work) -> Any:
    try:
        since, until = read_days(ask.days, work.today)
    except UnclearMoment:
        raise Refusal(RefusalKind.NOT_CLEAR, "LEAVE_WHEN_DM") from None
    if (until - work.today).days >= MOST_DAYS:
        raise Refusal(RefusalKind.NOT_CLEAR, "LEAVE_LONG_DM", n=MOST_DAYS, contact=work.town.contact)
    return since, until


def _own_seats(work: Work) -> list[Seat]:
    return [work.town.seats[seat] for seat in work.actor.seats]


def _stand_in(ask: TakeLeave, work: Work) -> Seat:
    """A post holder bound in the same area, above or below, or the deputy of the same post.

    Raises:
        Refusal: nobody of that name, or several.
    """
    mine = _own_seats(work)
    near = [
        s
        for s in work.town.seats.values()
        if s.in_force(work.today) and s.identities and s.person != work.actor.person
        and any(work.town.related(s.area, own.area) for own in mine)
    ]  # fmt: skip
    name = ask.stand_in.lstrip("@").strip()
    for found in _deputies(near, mine) if ask.deputy else _called(near, name):
        people = {s.person: s for s in found}
        if len(people) == 1:
            return next(iter(people.values()))
        if people:
            break
    raise Refusal(RefusalKind.NOT_CLEAR, "LEAVE_WHO_DM", name=ask.deputy or name)


def _deputies(near: list[Seat], mine: list[Seat]) -> Iterator[list[Seat]]:
    """Whoever is called like the asker with something before it (副组长), else the other holders of the post."""
    here = [(s, own) for s in near for own in mine if s.area == own.area]
    yield [s for s, own in here if s.title != own.title and s.title.endswith(own.title)]
    yield [s for s, own in here if s.post == own.post]


def _called(near: list[Seat], name: str) -> Iterator[list[Seat]]:
    yield [s for s in near if s.name == name]
    yield [s for s in near if name in {f"{s.title}{s.surname}", f"{s.surname}{s.title}"}]
    yield [s for s in near if name == s.title]
    yield [s for s in near if s.surname and name.startswith(s.surname) and name.endswith(s.title)]


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


@handles(EndLeave, may=Permission.CASE_OPEN)
def end_leave(ask: EndLeave, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """Back at once, and what was planned is off; whoever stood in hears it."""
    leaves = work.store.leaves(_holder(work))
    open_ones = [row for row in leaves if row.until >= work.today]
    if not open_ones:
        raise Refusal(RefusalKind.NOT_NOW, "NO_LEAVE_DM")
    for row in open_ones:
        _end(work, row, set())
    work.store.touch_town()
    return Reply("BACK_DM", n=len(work.store.on_desk(work.actor.seats, OPEN_STATES)))


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


def _hand_desk(work: Work, town: Town, row: Leave) -> None:
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


@handles(BeginLeave, may=Permission.CLOCK_TICK)
def begin_leave(ask: BeginLeave, work: Work) -> None:
    """Unless it was taken back meanwhile."""
    row = work.store.session.get(Leave, ask.leave)
    if row is not None and row.ended_at is None:
        _hand_desk(work, work.town, row)


@handles(LapseLeave, may=Permission.CLOCK_TICK)
def lapse_leave(ask: LapseLeave, work: Work) -> None:
    """It ended by itself at midnight; the row says so, and nobody is woken for it."""
    row = work.store.session.get(Leave, ask.leave)
    if row is not None and row.ended_at is None:
        row.ended_at = work.now
        work.store.touch_town()
