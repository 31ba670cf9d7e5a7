"""Tokens for programs: made and stopped by the operator, or by a cadre for the own places and in the own name."""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.actor import Door
from models.rules.api_tokens import (
    ACTS,
    DAYS,
    LONGEST_NAME,
    MOST_DAYS,
    NOTED_EVERY,
    PREFIX,
    PURPOSE,
    acts_of,
)
from models.rules.pacing import shanghai_date
from models.rules.permissions import THE_OPERATOR, Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.scope import scope_of
from models.rules.town import Seat
from models.store.api import ApiStore
from models.store.bindings import BindingStore
from models.tables import ApiToken

SHOWN = (Door.WEB, Door.SHELL)
"""Where a token may be made: what is shown there stands in no chat."""
_SANE_NAME = re.compile(rf"[^\x00-\x1f]{{2,{LONGEST_NAME}}}")


@dataclass(frozen=True, slots=True)
class MakeToken(Intent):
    """A program shall come in. ``place`` names the area where ``area`` (its id) is not given; neither: everywhere.

    ``acts`` (models.rules.api_tokens.ACTS) are done in the name of ``person`` (a full name, which only the operator may
    give) or of whoever asks; none: it only reads.
    """

    name: str
    area: int | None = None
    place: str = ""
    acts: tuple[str, ...] = ()
    person: str = ""
    days: int = DAYS


@dataclass(frozen=True, slots=True)
class StopToken(Intent):
    """A token shall open nothing any more."""

    token: int


@dataclass(frozen=True, slots=True)
class NoteTokenUse(Intent):
    """A token is in use."""

    token: int


@handles(MakeToken, may=Permission.PROGRAM_ADMIT)
def make_token(ask: MakeToken, work: Work) -> Reply:
    """The token is in the answer and nowhere else.

    Raises:
        Refusal: no name, a place that is not the asker's, a span that is too long, or acts that nobody can lend.
    """
    if work.origin.door not in SHOWN:
        raise NotMeant
    name = ask.name.strip()
    if not _SANE_NAME.fullmatch(name):
        raise Refusal(RefusalKind.NOT_CLEAR, "API_TOKEN_NAME", most=LONGEST_NAME)
    if not 1 <= ask.days <= MOST_DAYS:
        raise Refusal(RefusalKind.NOT_CLEAR, "API_TOKEN_DAYS", most=MOST_DAYS)
    area = _place(ask, work)
    seat = _lender(ask, work, area) if ask.acts else None
    area = seat.area if seat is not None and area is None else area
    token = f"{PREFIX}{secrets.token_urlsafe(32)}"
    until = work.now + timedelta(days=ask.days)
    row = ApiToken(
        digest=work.standing.secrets.digest(PURPOSE, token), name=name, area_id=area,
        seat_id=seat.id if seat else None, may=[act for act in ACTS if act in ask.acts],
        made_by=work.actor.person, made_at=work.now, expires_at=until,
    )  # fmt: skip
    ApiStore(work.store.session).add_token(row)
    return Reply("API_TOKEN_MADE", name=name, token=token, until=f"{shanghai_date(until):%Y-%m-%d}")


def _place(ask: MakeToken, work: Work) -> int | None:
    """The area a token is for. Raises Refusal: there is none of that name, several, or it is not the asker's."""
    area, scope = ask.area, scope_of(work.actor, work.town)
    if ask.place:
        named = work.town.areas_named(ask.place)
        if len(named) != 1:
            raise Refusal(RefusalKind.NOT_CLEAR, "API_TOKEN_PLACE", n=len(named), place=ask.place)
        area = named[0].id
    known = area is None or area in work.town.areas
    if not known or not (scope.whole or _may_give(work, area)):
        raise Refusal(RefusalKind.NOT_FOUND, "API_TOKEN_NO_AREA")
    return area


def _may_give(work: Work, area: int | None) -> bool:
    """Whether one of the asker's own posts makes tokens there; standing in for somebody does not."""
    seats = (work.town.seats[seat] for seat in work.actor.seats)
    return area is not None and any(
        Permission.PROGRAM_ADMIT in work.town.permissions((seat,)) and work.town.is_within(area, seat.area)
        for seat in seats
    )


def _lender(ask: MakeToken, work: Work, area: int | None) -> Seat:
    """The appointment in whose name the acts are done: one that answers for the place and may do all of them.

    Raises:
        Refusal: there is none.
    """
    if not set(ask.acts) <= ACTS.keys():
        raise Refusal(RefusalKind.NOT_CLEAR, "API_TOKEN_ACTS")
    person = work.actor.person
    if ask.person:
        if work.actor.permissions != THE_OPERATOR:
            raise Refusal(RefusalKind.NOT_ALLOWED, "API_TOKEN_OWN_NAME")
        named = BindingStore(work.store.session).people_named(ask.person.strip())
        person = named[0].id if len(named) == 1 else None
    seats = work.town.seats_of(person, work.today) if person is not None else ()
    fits = [
        seat for seat in seats
        if (area is None or work.town.is_within(area, seat.area)) and {*ask.acts} <= {*acts_of(seat, work.town)}
    ]  # fmt: skip
    if not fits:
        raise Refusal(RefusalKind.NOT_CLEAR, "API_TOKEN_NO_LENDER")
    return max(fits, key=lambda seat: (work.town.areas[seat.area].rank, -seat.id))


@handles(StopToken, may=Permission.PROGRAM_ADMIT)
def stop_token(ask: StopToken, work: Work) -> Reply:
    """Whoever could make such a token may stop it, whoever made it.

    Raises:
        Refusal: there is none in the asker's places, or it is stopped.
    """
    row = ApiStore(work.store.session).token(ask.token)
    if row is None or not (scope_of(work.actor, work.town).whole or _may_give(work, row.area_id)):
        raise Refusal(RefusalKind.NOT_FOUND, "API_TOKEN_NOT_HERE")
    if row.stopped_at is not None:
        raise Refusal(RefusalKind.NOT_NOW, "API_TOKEN_STOPPED_BEFORE", name=row.name)
    row.stopped_at, row.stopped_by = work.now, work.actor.person
    return Reply("API_TOKEN_STOPPED", name=row.name)


@handles(NoteTokenUse, may=Permission.CASE_OPEN)
def note_token_use(ask: NoteTokenUse, work: Work) -> None:
    """When it was used last, so that one nobody needs any more is seen."""
    if work.origin.door is not Door.API:
        raise NotMeant
    row = ApiStore(work.store.session).token(ask.token)
    if row is None or (row.used_at is not None and work.now - row.used_at < NOTED_EVERY):
        raise NotMeant
    row.used_at = work.now
