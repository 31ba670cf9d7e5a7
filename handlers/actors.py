"""Who stands behind a chat contact: decided by the verified binding, never by a displayed name."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from models.rules.actor import Actor
from models.rules.pacing import shanghai_date
from models.rules.permissions import EVERYBODY, LENT, THE_CLOCK, THE_OPERATOR
from models.rules.town import Town

CLOCK = Actor(permissions=THE_CLOCK)
OPERATOR = Actor(permissions=THE_OPERATOR)
ANYBODY = Actor(permissions=EVERYBODY)
"""Whoever opened a public page; who that is, is not known."""


def actor_of(row: Any, town: Town, contact: str, now: datetime, *, private: bool) -> Actor:
    """The actor for a contact, from ``Store.standing_of``. Somebody who writes privately can be answered privately."""
    if row.id is None:
        return Actor(contact=contact, is_friend=private)
    actor = Actor(
        contact=contact,
        identity=row.id,
        person=row.person_id if row.verified_at is not None else None,
        permissions=EVERYBODY,
        is_friend=row.is_friend or private,
        opted_out=row.opted_out_at is not None,
    )
    return actor if row.gone_at is not None else with_posts(actor, town, now)


def with_posts(actor: Actor, town: Town, now: datetime) -> Actor:
    """The same one with what the posts of this verified person, and of those stood in for, allow today."""
    if actor.person is None:
        return actor
    seats = town.seats_of(actor.person, shanghai_date(now))
    stands_for = town.stood_in_for(actor.person, shanghai_date(now))
    lent = LENT & town.permissions(town.seats[seat] for seat in stands_for)
    return replace(
        actor,
        seats=tuple(seat.id for seat in seats),
        permissions=actor.permissions | town.permissions(seats) | lent,
        stands_for=stands_for,
    )
