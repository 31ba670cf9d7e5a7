"""A deployment's areas, posts and appointments as one immutable snapshot, and who answers for what in it.

Levels, posts and ladders are data of the preset (domain model §1): nothing here knows a level or a post by name.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from models.rules.permissions import Permission
from models.rules.preset import Preset


@dataclass(frozen=True, slots=True)
class AreaNode:
    """One area of one scheme; ``rank`` grows downwards (1 county … 9 household)."""

    id: int
    name: str
    scheme: str
    level: str
    rank: int
    parent: int | None


@dataclass(frozen=True, slots=True)
class Seat:
    """One person's appointment to one post in one area."""

    id: int
    post: str
    area: int
    person: int
    surname: str
    name: str
    title: str
    """What people call the holder: the post's name unless the appointment says otherwise."""
    valid_from: date
    valid_to: date | None
    identities: tuple[int, ...] = ()
    """Verified chat identities of the person."""

    def in_force(self, on: date) -> bool:
        """Whether the appointment holds on that Shanghai date."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class RoomCard:
    """A bound room."""

    id: int
    channel: str
    platform_id: str
    title: str
    kind: str
    tier: int
    areas: tuple[int, ...]
    mode: str = "active"
    quiet: str | None = None
    owner: int | None = None
    """Identity of the group owner, when known."""
    account: str = ""
    """The account that listens here."""
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Who answers, and which posts stood empty on the way there."""

    seat: Seat | None
    vacant: tuple[str, ...] = ()
    step: int = 0
    """Position on the ladder, 0 = first responder; len(ladder) when the post is not on it."""


@dataclass(frozen=True)
class Town:
    """Snapshot of areas, seats and rooms. ``version`` tells when the database holds a newer one."""

    preset: Preset
    areas: dict[int, AreaNode]
    seats: dict[int, Seat]
    rooms: dict[int, RoomCard]
    covers: tuple[tuple[int, int, str], ...] = ()
    version: int = 0
    contact: str = ""
    """Whom to ask about binding and privacy, as residents call them."""
    name: str = ""
    contacts: dict[tuple[str, str], int] = field(default_factory=dict)
    """(channel, contact) → the person with a post who verifiably stands behind it."""
    _seats_at: dict[tuple[str, int], tuple[Seat, ...]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        table: dict[tuple[str, int], list[Seat]] = defaultdict(list)
        for seat in self.seats.values():
            table[seat.post, seat.area].append(seat)
        for place, seats in table.items():
            self._seats_at[place] = tuple(sorted(seats, key=lambda s: s.id))

    @cached_property
    def children(self) -> dict[int, tuple[int, ...]]:
        """Area id → ids of the areas directly below."""
        below: dict[int, list[int]] = defaultdict(list)
        for node in self.areas.values():
            if node.parent is not None:
                below[node.parent].append(node.id)
        return {k: tuple(v) for k, v in below.items()}

    @cached_property
    def rooms_by_platform(self) -> dict[tuple[str, str], RoomCard]:
        """(channel, platform id) → room."""
        return {(r.channel, r.platform_id): r for r in self.rooms.values()}

    def is_nameless(self, room: RoomCard) -> bool:
        """Whether nobody told the group's own title yet: until then it goes by the name of its area."""
        return room.title in {"", *(self.areas[area].name for area in room.areas if area in self.areas)}

    @cached_property
    def seats_by_person(self) -> dict[int, tuple[Seat, ...]]:
        """Person id → all appointments, also past ones."""
        table: dict[int, list[Seat]] = defaultdict(list)
        for seat in self.seats.values():
            table[seat.person].append(seat)
        return {k: tuple(v) for k, v in table.items()}

    def upward(self, area: int) -> Iterator[AreaNode]:
        """The area, its parent, … up to the root."""
        at: int | None = area
        while at is not None:
            node = self.areas[at]
            yield node
            at = node.parent

    def downward(self, area: int) -> Iterator[int]:
        """The area and everything below it, nearest first."""
        line = [area]
        while line:
            line_next: list[int] = []
            for at in line:
                yield at
                line_next.extend(self.children.get(at, ()))
            line = line_next

    def related(self, one: int, other: int) -> bool:
        """Whether one area lies within the other."""
        return any(n.id == other for n in self.upward(one)) or any(n.id == one for n in self.upward(other))

    def holders(self, post: str, area: int, on: date) -> tuple[Seat, ...]:
        """Holders of ``post`` who answer for ``area``: looked for upwards, then among the areas below."""
        for node in self.upward(area):
            found = tuple(s for s in self._seats_at.get((post, node.id), ()) if s.in_force(on))
            if found:
                return found
        for below in self.downward(area):
            found = tuple(s for s in self._seats_at.get((post, below), ()) if s.in_force(on))
            if found:
                return found
        return ()

    def climb(self, area: int, on: date, start: int = 0, avoid: Iterable[int] = ()) -> Found:
        """First filled post of the ladder from position ``start``, skipping vacancies and avoided persons."""
        vacant: list[str] = []
        shunned = set(avoid)
        for step in range(start, len(self.preset.ladder)):
            post = self.preset.ladder[step]
            seats = [s for s in self.holders(post, area, on) if s.person not in shunned]
            if seats:
                return Found(seats[0], tuple(vacant), step)
            vacant.append(post)
        return Found(None, tuple(vacant), len(self.preset.ladder))

    def nearest(self, post: str, area: int, on: date, avoid: Iterable[int] = ()) -> Seat | None:
        """The nearest holder: here, then among neighbouring areas, no farther than the dispatcher's area reaches."""
        shunned = set(avoid)
        farthest = self.preset.rank_of_post(self.preset.dispatcher_post)
        for node in self.upward(area):
            if node.rank < farthest:
                return None
            for below in self.downward(node.id):
                for seat in self._seats_at.get((post, below), ()):
                    if seat.in_force(on) and seat.person not in shunned:
                        return seat
        return None

    def responsible(self, role: str, area: int, on: date, avoid: Iterable[int] = (), lead: str = "") -> Found:
        """Who answers for a responsibility key (``R_UTILITY``…) in an area; a vacancy climbs the ladder.

        Whoever carries a skill that the preset asks for goes first (seed C08), then ``lead`` where the matter has one.
        """
        shunned = set(avoid)
        for skill in self.preset.skills.get(role, ()):
            if skilled := self.nearest(skill, area, on, shunned):
                return Found(skilled, (), len(self.preset.ladder))
        post = lead or self.preset.post_for(role)
        seats = [s for s in self.holders(post, area, on) if s.person not in shunned]
        ladder = self.preset.ladder
        step = ladder.index(post) if post in ladder else len(ladder)
        if seats:
            return Found(seats[0], (), step)
        start = self.rung_above(post)
        found = self.climb(area, on, start, shunned)
        if found.seat is None and start > 0:
            found = self.climb(area, on, 0, shunned)
        return Found(found.seat, (post, *found.vacant), found.step)

    def rung_above(self, post: str) -> int:
        """The next step after a post: above its own, or at its level for a post beside the ladder."""
        if post in self.preset.ladder:
            return self.preset.ladder.index(post) + 1
        rank = self.preset.rank_of_post(post)
        for step, rung in enumerate(self.preset.ladder):
            if self.preset.rank_of_post(rung) <= rank:
                return step
        return 0

    def chain(self, area: int, on: date) -> tuple[Seat, ...]:
        """Every filled rung of the ladder, first responder first: all holders of each rung."""
        return tuple(s for post in self.preset.ladder for s in self.holders(post, area, on))

    def permissions(self, seats: Iterable[Seat]) -> frozenset[Permission]:
        """What these appointments allow together."""
        return frozenset(p for s in seats for p in self.preset.posts[s.post].may)

    def seats_behind(self, channel: str, contact: str, on: date) -> tuple[Seat, ...]:
        """Appointments in force of whoever verifiably stands behind a contact."""
        person = self.contacts.get((channel, contact))
        return () if person is None else self.seats_of(person, on)

    def seats_of(self, person: int, on: date) -> tuple[Seat, ...]:
        """Appointments of one person in force on that date."""
        return tuple(s for s in self.seats_by_person.get(person, ()) if s.in_force(on))

    def rooms_within(self, area: int) -> tuple[RoomCard, ...]:
        """Rooms bound to the area or below it, by title."""
        inside = set(self.downward(area))
        found = (r for r in self.rooms.values() if any(a in inside for a in r.areas))
        return tuple(sorted(found, key=lambda r: (r.title, r.id)))

    def areas_named(self, name: str) -> tuple[AreaNode, ...]:
        """Areas whose name is, or ends with, ``name``; the shallowest first."""
        exact = [a for a in self.areas.values() if a.name == name]
        found = exact or [a for a in self.areas.values() if a.name.endswith(name)]
        return tuple(sorted(found, key=lambda a: (a.rank, a.id)))
