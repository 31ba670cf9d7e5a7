"""Post holders take leave and come back; who stands in hears it once and finds the work on his desk."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from handlers.case_steps.going_away import call_off, ensure_short, goes_away, hand_desk, near_holders
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.absence import Away
from models.rules.case_life import OPEN_STATES
from models.rules.moments import UnclearMoment, read_days
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.town import Seat
from models.tables import Leave


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
    return goes_away(work, Away(person, since, until, stand_in.person if stand_in else None), stand_in)


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
    ensure_short(until, work)
    return since, until


def _stand_in(ask: TakeLeave, work: Work) -> Seat:
    """A post holder bound in the same area, above or below, or the deputy of the same post.

    Raises:
        Refusal: nobody of that name, or several.
    """
    mine = [work.town.seats[seat] for seat in work.actor.seats]
    near = near_holders(work, work.actor.person or 0, mine)
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


@handles(EndLeave, may=Permission.CASE_OPEN)
def end_leave(ask: EndLeave, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """Back at once, and what was planned is off; whoever stood in hears it."""
    call_off(_holder(work), work)
    return Reply("BACK_DM", n=len(work.store.on_desk(work.actor.seats, OPEN_STATES)))


@handles(BeginLeave, may=Permission.CLOCK_TICK)
def begin_leave(ask: BeginLeave, work: Work) -> None:
    """Unless it was taken back meanwhile."""
    row = work.store.session.get(Leave, ask.leave)
    if row is not None and row.ended_at is None:
        hand_desk(work, work.town, row)


@handles(LapseLeave, may=Permission.CLOCK_TICK)
def lapse_leave(ask: LapseLeave, work: Work) -> None:
    """It ended by itself at midnight; the row says so, and nobody is woken for it."""
    row = work.store.session.get(Leave, ask.leave)
    if row is not None and row.ended_at is None:
        row.ended_at = work.now
        work.store.touch_town()
