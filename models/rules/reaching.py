"""Which groups, and whom by post, a notice is for: read off the town as it is at that moment."""

from datetime import date

from models.rules.audiences import RESIDENTS
from models.rules.town import RoomCard, Seat, Town
from models.rules.whom import Whom


def areas_meant(town: Town, whom: Whom) -> set[int]:
    """All places the notice is for, those below included; what is left out is not."""
    left_out = {below for area in whom.without if area in town.areas for below in town.downward(area)}
    named = (area for area in whom.areas if area in town.areas)
    return {below for area in named for below in town.downward(area)} - left_out


def covering(town: Town, whom: Whom) -> tuple[int, ...]:
    """The fewest places that are all of it and nothing that is left out, for whoever keeps plain places."""
    left_out = set(whom.without)
    around = {node.id for area in whom.without if area in town.areas for node in town.upward(area)}
    found: list[int] = []
    line = list(whom.areas)
    while line:
        area = line.pop(0)
        if area in around and area not in left_out:
            line.extend(town.children.get(area, ()))
        elif area not in left_out:
            found.append(area)
    return tuple(dict.fromkeys(found))


def rooms_meant(town: Town, whom: Whom) -> tuple[RoomCard, ...]:
    """The groups, each once however many of these places it serves; in a cascade the upper tiers first (seed B24)."""
    inside = areas_meant(town, whom)
    rooms = [room for room in town.rooms.values() if not inside.isdisjoint(room.areas)]
    if whom.every or whom.kinds or whom.levels:
        chosen = [room for room in rooms if _is_meant(room, town, whom)]
    else:
        # Working groups hear it only where residents have none.
        chosen = [room for room in rooms if room.tier == RESIDENTS] or rooms
    return tuple(sorted(chosen, key=lambda room: (-room.tier if whom.every else 0, room.title, room.id)))


def _is_meant(room: RoomCard, town: Town, whom: Whom) -> bool:
    first = town.areas.get(room.areas[0])
    return (
        whom.every
        or (room.kind, room.tier) in whom.kinds
        or (first is not None and first.level in whom.levels)
    )


def shares_with_left_out(town: Town, whom: Whom, rooms: tuple[RoomCard, ...]) -> list[bool]:
    """For each group whether people of a place that is left out read along there."""
    left_out = {below for area in whom.without if area in town.areas for below in town.downward(area)}
    around = {node.id for area in whom.without if area in town.areas for node in town.upward(area)}
    return [not (left_out | around).isdisjoint(room.areas) for room in rooms]


def holders_meant(town: Town, whom: Whom, on: date) -> tuple[Seat, ...]:
    """Everybody who holds one of the posts there today, each person once, by place."""
    inside = areas_meant(town, whom)
    held = [s for s in town.seats.values() if s.post in whom.posts and s.area in inside and s.in_force(on)]
    held.sort(key=lambda seat: (town.areas[seat.area].rank, town.areas[seat.area].name, seat.id))
    persons: dict[int, Seat] = {}
    for seat in held:
        persons.setdefault(seat.person, seat)
    return tuple(persons.values())
