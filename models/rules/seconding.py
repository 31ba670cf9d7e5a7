"""Who may agree to somebody else's notice: the nearest others who may speak to all of its places."""

from collections import defaultdict
from datetime import date

from models.rules.permissions import Permission
from models.rules.town import Seat, Town

APPROVE, COUNTERSIGN = "approve", "countersign"
MOST_ASKED = 3


def may_speak_to(town: Town, seats: list[Seat], areas: tuple[int, ...]) -> bool:
    """Whether these appointments together reach every one of these places."""
    own = [s.area for s in seats if Permission.NOTICE_SEND in town.preset.posts[s.post].may]
    return bool(own) and all(any(town.is_within(area, upper) for upper in own) for area in areas)


def who_may_second(town: Town, areas: tuple[int, ...], author: int | None, on: date) -> tuple[Seat, ...]:
    """At most three, the nearest first, each by the seat that reaches farthest down; nobody away or without a contact."""
    held: dict[int, list[Seat]] = defaultdict(list)
    for seat in town.seats.values():
        if Permission.NOTICE_SEND in town.preset.posts[seat.post].may and seat.in_force(on):
            held[seat.person].append(seat)
    there = [area for area in areas if area in town.areas]
    found = [
        max(seats, key=lambda seat: town.areas[seat.area].rank)
        for person, seats in held.items()
        if person != author
        and seats[0].identities
        and not town.is_absent(seats[0], on)
        and may_speak_to(town, seats, tuple(there))
    ]
    found.sort(key=lambda seat: (-town.areas[seat.area].rank, seat.id))
    return tuple(found[:MOST_ASKED])


def who_is_above(
    town: Town, asked: tuple[int, ...], author: int | None, areas: tuple[int, ...], on: date
) -> Seat | None:
    """The next one above those who were asked, who may speak to these places as well; None: nobody is."""
    level = [town.areas[s.area].rank for person in asked for s in town.seats_of(person, on)]
    top = min(level, default=99)
    others = [
        seat
        for seat in town.seats.values()
        if seat.in_force(on)
        and seat.identities
        and seat.person != author
        and seat.person not in asked
        and town.areas[seat.area].rank < top
        and may_speak_to(town, [seat], tuple(a for a in areas if a in town.areas))
    ]
    return max(others, key=lambda seat: (town.areas[seat.area].rank, -seat.id), default=None)
