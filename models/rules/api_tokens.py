"""What a program may see and do with its token: never more than the place it was made for, nor than whose post it acts in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.rules.actor import Actor
from models.rules.permissions import EVERYBODY, Permission
from models.rules.scope import Scope
from models.rules.town import Seat, Town

PURPOSE = "api token"
PREFIX = "linli_"
"""Every token begins with it, so that one that slipped into a file is found by those who look for such things."""
DAYS, MOST_DAYS = 90, 366
LONGEST_NAME = 40
NOTED_EVERY = timedelta(minutes=10)
"""So often it is written down that a token is in use."""
ANSWERS_KEPT = timedelta(hours=24)
ACTS: Mapping[str, frozenset[Permission]] = {
    "open": frozenset({Permission.CASE_OPEN}),
    "claim": frozenset({Permission.CASE_CLAIM}),
    "resolve": frozenset({Permission.CASE_RESOLVE, Permission.CASE_RATE}),
    "transfer": frozenset({Permission.CASE_TRANSFER}),
    "escalate": frozenset({Permission.CASE_ESCALATE}),
}
"""What a token can be made for, and the permissions it takes; reading takes none."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it stands. ``area`` None: the whole deployment; ``seat`` None: it only reads."""

    id: int
    name: str
    area: int | None
    seat: int | None
    may: tuple[str, ...]
    made_by: int | None
    made_at: datetime
    expires_at: datetime
    stopped_at: datetime | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Caller:
    """A program at one request: in whose name it asks, and what it sees."""

    token: Token
    actor: Actor
    scope: Scope


def caller_of(token: Token, town: Town, now: datetime, today: date) -> Caller | None:
    """Who asks with this token; None: it opens nothing any more.

    Rights come from posts (decision 0015): a token ends with the post in whose name it acts, and with the one of
    whoever made it.
    """
    if token.stopped_at is not None or now >= token.expires_at or not _is_answered_for(token, town, today):
        return None
    if token.area is not None and token.area not in town.areas:
        return None
    seat = town.seats.get(token.seat) if token.seat is not None else None
    if token.seat is not None and (seat is None or not seat.in_force(today)):
        return None
    may = permissions_of(seat, token.may, town) if seat is not None else frozenset[Permission]()
    actor = Actor(
        person=seat.person if seat else None,
        seats=(seat.id,) if seat else (),
        permissions=may,
        token=token.id,
    )
    areas = frozenset(town.downward(token.area)) if token.area is not None else frozenset[int]()
    # No appointments: what lies on a person's desk but is not for everybody of the area is not for a program.
    scope = Scope(areas, frozenset(), actor.person, may, token.area is None, complaints=False)
    return Caller(token, actor, scope)


def permissions_of(seat: Seat, acts: tuple[str, ...], town: Town) -> frozenset[Permission]:
    """What these acts take, as far as the post has it."""
    asked = frozenset(may for act in acts for may in ACTS.get(act, ()))
    return asked & (EVERYBODY | town.permissions((seat,)))


def acts_of(seat: Seat, town: Town) -> tuple[str, ...]:
    """Which acts a post can lend to a program."""
    has = EVERYBODY | town.permissions((seat,))
    return tuple(act for act, takes in ACTS.items() if takes <= has)


def _is_answered_for(token: Token, town: Town, today: date) -> bool:
    """Whether whoever made it could still make it."""
    if token.made_by is None:
        return True
    return any(
        Permission.PROGRAM_ADMIT in town.permissions((seat,)) and token.area is not None
        and token.area in town.areas and town.is_within(token.area, seat.area)
        for seat in town.seats_of(token.made_by, today)
    )  # fmt: skip
