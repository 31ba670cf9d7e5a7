"""Who stands behind a chat contact: decided by the verified binding, never by a displayed name."""

from datetime import datetime
from typing import Any

from models.rules.actor import Actor
from models.rules.pacing import shanghai_date
from models.rules.permissions import EVERYBODY, LENT, THE_CLOCK, THE_OPERATOR
from models.rules.town import Seat, Town

CLOCK = Actor(permissions=THE_CLOCK)
OPERATOR = Actor(permissions=THE_OPERATOR)
ANYBODY = Actor(permissions=EVERYBODY)
"""Whoever opened a public page; who that is, is not known."""


def actor_of(row: Any, town: Town, contact: str, now: datetime, *, private: bool) -> Actor:
    """The actor for a contact, from ``Store.standing_of``. Somebody who writes privately can be answered privately."""
    if row.id is None:
        return Actor(contact=contact, is_friend=private)
    seats: tuple[Seat, ...] = ()
    stands_for: tuple[int, ...] = ()
    if row.person_id is not None and row.verified_at is not None and row.gone_at is None:
        seats = town.seats_of(row.person_id, shanghai_date(now))
        stands_for = town.stood_in_for(row.person_id, shanghai_date(now))
    lent = LENT & town.permissions(town.seats[seat] for seat in stands_for)
    return Actor(
        contact=contact,
        identity=row.id,
        person=row.person_id if row.verified_at is not None else None,
        seats=tuple(s.id for s in seats),
        permissions=EVERYBODY | town.permissions(seats) | lent,
        is_friend=row.is_friend or private,
        opted_out=row.opted_out_at is not None,
        stands_for=stands_for,
    )
