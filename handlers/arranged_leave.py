"""Leave written down on a page: one's own, or that of somebody on whose posts one decides."""

from dataclasses import dataclass
from datetime import date

from handlers.case_steps.going_away import call_off, ensure_short, goes_away, near_holders
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.absence import Away
from models.rules.case_life import OPEN_STATES
from models.rules.filling import may_end_binding
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.town import Seat


@dataclass(frozen=True, slots=True)
class ArrangeLeave(Intent):
    """On a page: a post holder is away from a day to a day; ``stand_in`` is a person, None: it climbs."""

    person: int
    since: date
    until: date
    stand_in: int | None = None


@dataclass(frozen=True, slots=True)
class CallOffLeave(Intent):
    """On a page: that person is here after all."""

    person: int


@handles(ArrangeLeave, may=Permission.CASE_OPEN)  # who may is checked inside: it may be the asker's own
def arrange_leave(ask: ArrangeLeave, work: Work) -> Reply:
    """The same for dates and people chosen on a page; whoever is away hears what was arranged by somebody else.

    Raises:
        Refusal: not theirs to arrange, days that cannot be, or a stand-in who is not near or away as well.
    """
    _ensure_theirs(ask.person, work)
    if not work.today <= ask.since <= ask.until:
        raise Refusal(RefusalKind.NOT_CLEAR, "LEAVE_DATES_DM")
    ensure_short(ask.until, work)
    stand_in = next((s for s in may_stand_in(work, ask.person) if s.person == ask.stand_in), None)
    if ask.stand_in is not None and stand_in is None:
        raise Refusal(RefusalKind.NOT_CLEAR, "LEAVE_STAND_IN_DM")
    reply = goes_away(work, Away(ask.person, ask.since, ask.until, ask.stand_in), stand_in)
    if ask.person != work.actor.person:
        for identity in work.town.seats_of(ask.person, work.today)[0].identities:
            work.tell(identity, "LEAVE_SET_DM", **reply.blanks)
    return reply


@handles(CallOffLeave, may=Permission.CASE_OPEN)  # who may is checked inside: it may be the asker's own
def call_off_leave(ask: CallOffLeave, work: Work) -> Reply:
    """The same for somebody chosen on a page."""
    _ensure_theirs(ask.person, work)
    call_off(ask.person, work)
    seats = [s.id for s in work.town.seats_of(ask.person, work.today)]
    return Reply("BACK_DM", n=len(work.store.on_desk(seats, OPEN_STATES)))


def may_stand_in(work: Work, person: int) -> list[Seat]:
    """Who can stand in for somebody: bound post holders of the same areas, and of those above and below."""
    return near_holders(work, person, list(work.town.seats_of(person, work.today)))


def _ensure_theirs(person: int, work: Work) -> None:
    """Raises Refusal: neither the asker's own leave nor that of somebody whose posts the asker decides on."""
    mine = person == work.actor.person and bool(work.actor.seats)
    here = work.town.seats_of(person, work.today)
    if not here or not (mine or may_end_binding(work.actor, work.town, person, work.today)):
        raise Refusal(RefusalKind.NOT_ALLOWED, "POST_NOT_YOURS_DM", contact=work.town.contact)
