"""A deployment's areas, posts and appointments as one immutable snapshot, and who answers for what in it.

Levels, posts and ladders are data of the preset (domain model §1): nothing here knows a level or a post by name.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from models.rules.absence import Away, away_on, last_in_chain
from models.rules.local_words import AreaWord, LocalWords
from models.rules.permissions import Permission
from models.rules.preset import Preset
from models.rules.seats import AreaNode, Found, RoomCard, Seat

__all__ = ["AreaNode", "Found", "RoomCard", "Seat", "Town"]


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
    absences: tuple[Away, ...] = ()
    """Leaves that were not taken back, oldest first."""
    answering: frozenset[int] = frozenset()
    """Areas with approved texts from which questions are answered."""
    changed: Mapping[str, str] = field(default_factory=dict)
    """What was set for the whole place on its pages: name of a limit → its value (``models.rules.place_settings``)."""
    words: tuple[AreaWord, ...] = ()
    """What cadres added to the lexicon of their areas."""
    heard_words: dict[int | None, LocalWords | None] = field(init=False, repr=False, default_factory=dict)
    """Group → what holds there, as far as somebody asked (``models.rules.area_words``)."""
    _away: dict[date, dict[int, int | None]] = field(init=False, repr=False, default_factory=dict)
    _stood: dict[date, dict[int, tuple[int, ...]]] = field(init=False, repr=False, default_factory=dict)
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

    @cached_property
    def by_full_name(self) -> dict[str, Seat]:
        """One appointment for each full name."""
        return {seat.name: seat for seat in reversed(self.seats.values()) if len(seat.name) > 1}

    def is_within(self, area: int, upper: int) -> bool:
        """Whether an area lies within another, or is that one."""
        return any(node.id == upper for node in self.upward(area))

    def related(self, one: int, other: int) -> bool:
        """Whether one area lies within the other."""
        return self.is_within(one, other) or self.is_within(other, one)

    def served_with(self, area: int) -> frozenset[int]:
        """The area and those on the same water or power supply, as the covers of kind ``utility`` say."""
        pairs = [(a, b) for a, b, kind in self.covers if kind == "utility"]
        return frozenset({area, *(b for a, b in pairs if a == area), *(a for a, b in pairs if b == area)})

    def appointed(self, post: str, area: int, on: date) -> tuple[Seat, ...]:
        """Who was given ``post`` for ``area``, here or away: looked for upwards, then among the areas below."""
        for node in self.upward(area):
            found = tuple(s for s in self._seats_at.get((post, node.id), ()) if s.in_force(on))
            if found:
                return found
        for below in self.downward(area):
            found = tuple(s for s in self._seats_at.get((post, below), ()) if s.in_force(on))
            if found:
                return found
        return ()

    def holders(self, post: str, area: int, on: date) -> tuple[Seat, ...]:
        """Who answers for ``area`` in that post today; for somebody away the stand-in, if there is one."""
        return tuple(self._stand_in(s, on) or s for s in self.appointed(post, area, on))

    def away(self, on: date) -> Mapping[int, int | None]:
        """Who is away on that date, with the stand-in."""
        if on not in self._away:
            self._away[on] = away_on(self.absences, on)
        return self._away[on]

    def is_absent(self, seat: Seat, on: date) -> bool:
        """Whether nobody sits there on that date: the holder is away and left no stand-in."""
        return seat.acts_for is None and seat.person in self.away(on)

    def filled(self, seat: Seat, on: date, avoid: Iterable[int] = ()) -> Seat:
        """Who takes today what comes to this appointment: the holder, else the stand-in, else the next one above.

        Where nobody is left, it stays with the holder. ``avoid`` are persons who must not hear of it.
        """
        if not self.is_absent(seat, on):
            return seat
        shunned = {*avoid}
        acting = self._stand_in(seat, on)
        if acting is not None and acting.person not in shunned:
            return acting
        start = self.rung_above(seat.post)
        above = self._first_on_ladder(seat.area, on, start, {*shunned, seat.person}, absent=False).seat
        return seat if above is None else seat.taken_by(above)

    def stood_in_for(self, person: int, on: date) -> tuple[int, ...]:
        """Appointments of others whose work this person takes on that date."""
        if on not in self._stood:
            table: dict[int, list[int]] = defaultdict(list)
            for absent in self.away(on):
                for seat in self.seats_of(absent, on):
                    taker = self.filled(seat, on)
                    if taker.acts_for is not None:
                        table[taker.person].append(seat.id)
            self._stood[on] = {who: tuple(sorted(seats)) for who, seats in table.items()}
        return self._stood[on].get(person, ())

    def _stand_in(self, seat: Seat, on: date) -> Seat | None:
        """The appointment with the stand-in on it; None: its holder is here, or left nobody."""
        if not self.is_absent(seat, on):
            return None
        person = last_in_chain(seat.person, self.away(on))
        seats = self.seats_of(person, on) if person is not None else ()
        near = [s for s in seats if self.related(s.area, seat.area)] or list(seats)
        return seat.taken_by(near[0]) if near else None

    def climb(self, area: int, on: date, start: int = 0, avoid: Iterable[int] = ()) -> Found:
        """First filled post of the ladder from position ``start``, skipping vacancies and avoided persons.

        Somebody away without a stand-in is skipped as well, unless there is nobody else.
        """
        shunned = set(avoid)
        found = self._first_on_ladder(area, on, start, shunned, absent=False)
        return found if found.seat else self._first_on_ladder(area, on, start, shunned, absent=True)

    def _first_on_ladder(self, area: int, on: date, start: int, shunned: set[int], *, absent: bool) -> Found:
        vacant: list[str] = []
        for step in range(start, len(self.preset.ladder)):
            post = self.preset.ladder[step]
            seats = self.free(post, area, on, shunned, absent=absent)
            if seats:
                return Found(seats[0], tuple(vacant), step)
            vacant.append(post)
        return Found(None, tuple(vacant), len(self.preset.ladder))

    def free(
        self, post: str, area: int, on: date, shunned: Collection[int], *, absent: bool = False
    ) -> list[Seat]:
        """Holders of a post who answer for the area and may be asked: nobody shunned, and nobody away unless ``absent``."""
        seats = [s for s in self.holders(post, area, on) if not s.is_any_of(shunned)]
        return [s for s in seats if absent or not self.is_absent(s, on)]

    def nearest(self, post: str, area: int, on: date, avoid: Iterable[int] = ()) -> Seat | None:
        """The nearest holder who is here: in the area, then beside it, no farther than the dispatcher's area reaches."""
        shunned = set(avoid)
        farthest = self.preset.rank_of_post(self.preset.dispatcher_post)
        for node in self.upward(area):
            if node.rank < farthest:
                return None
            for below in self.downward(node.id):
                for seat in self._seats_at.get((post, below), ()):
                    if seat.in_force(on) and seat.person not in shunned and not self.is_absent(seat, on):
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
        seats = self.free(post, area, on, shunned)
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
        """The next rung for a post: the one after it, or for a post beside the ladder the first of its level or higher."""
        ladder = self.preset.ladder
        if post in ladder:
            return ladder.index(post) + 1
        rank = self.preset.rank_of_post(post)
        for step, rung in enumerate(ladder):
            if self.preset.rank_of_post(rung) <= rank:
                return step
        return 0

    def chain(self, area: int, on: date) -> tuple[Seat, ...]:
        """Every filled rung of the ladder, first responder first: all holders of each rung.

        Whoever is away stands beside the stand-in: what rings everybody rings them too.
        """
        rungs = (self.appointed(post, area, on) for post in self.preset.ladder)
        return tuple(s for rung in rungs for seat in rung for s in (self._stand_in(seat, on), seat) if s)

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
