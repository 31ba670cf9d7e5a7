"""Posts are filled and ended on a day; what lay on the desk goes to whoever comes after (seeds A17, B04)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from handlers.case_steps.desk import joined
from handlers.case_steps.succession import Legacy, legacy_of, pass_on, without_seat
from handlers.intents import Intent
from handlers.registry import handles
from handlers.township.cells import surname
from handlers.work import Reply, Work
from models.rules.filling import is_last_administrator, may_fill
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.scope import scope_of
from models.rules.town import Seat
from models.store.appointments import AppointmentStore

LONGEST_NAME = 20
FARTHEST = timedelta(days=400)
"""Nobody is appointed for a day farther away, and none is written down that lies farther back."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FillPost(Intent):
    """Somebody holds a post from a day on; ``person`` None: whoever goes by ``name``.

    ``instead``: the appointment that ends the day before.
    """

    post: str
    area: int
    since: date
    name: str = ""
    person: int | None = None
    until: date | None = None
    instead: int | None = None


@dataclass(frozen=True, slots=True)
class EndPost(Intent):
    """An appointment does not hold any more from ``off`` on."""

    seat: int
    off: date


@dataclass(frozen=True, slots=True)
class PassOnDesks(Intent):
    """The day begins: what lies on the desks of posts that ended goes on."""


@handles(FillPost, may=Permission.POST_FILL)
def fill_post(ask: FillPost, work: Work) -> Reply:
    """The new holder, and whoever held it before, hear it.

    Raises:
        Refusal: not below the asker, dates that cannot be, nobody or several of that name, or no seat left.
    """
    post = _checked(ask, work)
    store = AppointmentStore(work.store.session)
    store.lock_post(ask.post)
    person = ask.person if ask.person is not None else _named(ask, work)
    if ask.person is not None and not _is_known(ask.person, work):
        raise Refusal(RefusalKind.NOT_FOUND, "POST_NOBODY_DM")
    before = _making_room(ask, work, person)
    if before is not None:
        _shorten(before, ask.since - DAY, work)
    number = store.give(ask.post, ask.area, person, ask.since, ask.until)
    _look_again(work)
    if before is not None:
        _leaves(before, ask.since, work)
    seat = work.town.seats[number]
    area = work.town.areas[ask.area].name
    work.tell_seat(seat, "POST_GIVEN_DM", post=post, area=area, month=ask.since.month, day=ask.since.day)
    return Reply("POST_FILLED_DM", area=area, post=post, name=seat.name)


@handles(EndPost, may=Permission.POST_FILL)
def end_post(ask: EndPost, work: Work) -> Reply:
    """At once where the day has come; otherwise the night before that day passes the desk on.

    Raises:
        Refusal: not below the asker, already over, a day gone by, or the place's last administrator.
    """
    seat = _ending(ask, work)
    _shorten(seat, ask.off - DAY, work)
    _look_again(work)
    return _leaves(seat, ask.off, work)


@handles(PassOnDesks, may=Permission.CLOCK_TICK)
def pass_on_desks(ask: PassOnDesks, work: Work) -> None:  # noqa: ARG001 - the intent has no fields
    """Whoever ended the posts: a page, a spreadsheet, or a term that was over."""
    lying = AppointmentStore(work.store.session).with_open_cases()
    over = [s for s in work.town.seats.values() if s.id in lying and _is_over(s, work)]
    pass_on(work, sorted(over, key=lambda s: s.id))


def what_it_leaves(work: Work, seat: int) -> Legacy:
    """For a page: what ending this appointment today would bring about.

    Raises:
        Refusal: not the asker's to end.
    """
    found = _mine(seat, work)
    return legacy_of(work, found, without_seat(work.town, found, work.today - DAY), work.today)


def _checked(ask: FillPost, work: Work) -> str:
    """The post's name, when all that was asked for can be."""
    if not may_fill(work.actor, work.town, ask.post, ask.area):
        raise Refusal(RefusalKind.NOT_ALLOWED, "POST_NOT_YOURS_DM", contact=work.town.contact)
    if abs(ask.since - work.today) > FARTHEST:
        raise Refusal(RefusalKind.NOT_CLEAR, "POST_FAR_DM", n=FARTHEST.days)
    if ask.until is not None and ask.until < max(ask.since, work.today):
        raise Refusal(RefusalKind.NOT_CLEAR, "POST_DATES_DM")
    return work.town.preset.posts[ask.post].name


def _named(ask: FillPost, work: Work) -> int:
    """Whoever goes by that name in the asker's areas; somebody new where nobody does.

    Raises:
        Refusal: no name, one that is too long, or several people of it.
    """
    name = "".join(ask.name.split())
    if not 1 < len(name) <= LONGEST_NAME:
        raise Refusal(RefusalKind.NOT_CLEAR, "POST_NAME_DM", n=LONGEST_NAME)
    scope, store = scope_of(work.actor, work.town), AppointmentStore(work.store.session)
    found = store.known_here(name, work.town.areas if scope.whole else scope.areas)
    if len(found) > 1:
        raise Refusal(RefusalKind.NOT_CLEAR, "POST_NAMESAKES_DM", name=name, n=len(found))
    if found:
        return found[0]
    words = work.standing.policy_words
    return store.write_down(name, surname(name, words.format("surnames_of_two") if words else ()), ask.area)


def _is_known(person: int, work: Work) -> bool:
    """Whether that person is one of the asker's areas."""
    scope, store = scope_of(work.actor, work.town), AppointmentStore(work.store.session)
    return store.is_here(person, work.town.areas if scope.whole else scope.areas)


def _making_room(ask: FillPost, work: Work, person: int) -> Seat | None:
    """Whose appointment ends for this one; None: nobody's has to.

    Raises:
        Refusal: the person holds it already, or the post is full and nobody goes.
    """
    until = ask.until or date.max
    beside = [
        s for s in work.town.seats.values()
        if (s.post, s.area) == (ask.post, ask.area) and s.valid_from <= until and ask.since <= (s.valid_to or date.max)
    ]  # fmt: skip
    if any(s.person == person for s in beside):
        raise Refusal(RefusalKind.NOT_NOW, "POST_HAS_IT_DM")
    goes = next((s for s in beside if s.id == ask.instead), None)
    limit, left = work.town.preset.posts[ask.post].max, [s for s in beside if s is not goes]
    if (limit is not None and len(left) >= limit) or (ask.instead is not None and goes is None):
        others = joined(work, [f"{s.title}{s.surname}" for s in left])
        raise Refusal(RefusalKind.NOT_NOW, "POST_FULL_DM", n=limit or 0, others=others)
    if goes is not None and ask.since < work.today:
        raise Refusal(RefusalKind.NOT_CLEAR, "POST_PAST_DM")
    return goes


def _mine(number: int, work: Work) -> Seat:
    seat = work.town.seats.get(number)
    if seat is None or not may_fill(work.actor, work.town, seat.post, seat.area):
        raise Refusal(RefusalKind.NOT_ALLOWED, "POST_NOT_YOURS_DM", contact=work.town.contact)
    return seat


def _ending(ask: EndPost, work: Work) -> Seat:
    seat = _mine(ask.seat, work)
    if _is_over(seat, work):
        raise Refusal(RefusalKind.NOT_NOW, "POST_OVER_DM")
    if ask.off < work.today:
        raise Refusal(RefusalKind.NOT_CLEAR, "POST_PAST_DM")
    if ask.off - work.today > FARTHEST:
        raise Refusal(RefusalKind.NOT_CLEAR, "POST_FAR_DM", n=FARTHEST.days)
    if is_last_administrator(work.town, seat.person, work.today, without=seat.id):
        raise Refusal(RefusalKind.NOT_NOW, "LAST_ADMIN_DM")
    return seat


def _is_over(seat: Seat, work: Work) -> bool:
    return seat.valid_to is not None and seat.valid_to < work.today


def _shorten(seat: Seat, last: date, work: Work) -> None:
    row = AppointmentStore(work.store.session).row(seat.id)
    if row is None:
        raise Refusal(RefusalKind.NOT_NOW, "POST_OVER_DM")
    row.valid_to = last


def _look_again(work: Work) -> None:
    """From here on this piece of work sees the posts as they are now."""
    work.store.touch_town()
    work.store.flush()
    work.town = work.store.load_town()


def _leaves(seat: Seat, off: date, work: Work) -> Reply:
    """Whoever goes hears it; the desk is passed on where the day has come."""
    passed = pass_on(work, [seat]) if off <= work.today else 0
    day: dict[str, Any] = {"month": off.month, "day": off.day}
    area = work.town.areas[seat.area].name
    for identity in seat.identities:
        work.tell(identity, "POST_ENDED_DM", post=seat.title, area=area, **day)
    return Reply("POST_ENDS_DM", name=seat.name, post=seat.title, n=passed, **day)
