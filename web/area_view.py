"""The own areas as pages show them: who holds what, what is empty, which households and groups there are."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from models.rules.audiences import RESIDENTS, long_path_of
from models.rules.pairing import OutOfRange, out_of_range
from models.rules.scope import Scope
from models.rules.seats import RoomCard, Seat
from models.rules.town import Town
from models.rules.vacancy import Empty, empty_posts, empty_since, takes_meanwhile
from web.doors import NotHere
from web.typed import number_in

MOST_ROWS = 150
"""So many areas are drawn in one tree; what lies below the others is behind a link."""
FEW = 30
"""A tree of so many lies open."""


@dataclass(frozen=True, slots=True)
class Place:
    """One area with what is below it. ``hidden``: so many parts are not drawn."""

    id: int
    name: str
    homes: int
    people: tuple[str, ...]
    empty: tuple[str, ...]
    """Posts of the ladder that nobody holds."""
    group: bool | None
    """Whether residents have a group here; None: at this level none is usual."""
    odd: tuple[str, ...]
    """Pairing out of its range, in words."""
    parts: tuple["Place", ...] = ()
    hidden: int = 0
    open: bool = False


@dataclass(frozen=True, slots=True)
class EmptyLine:
    """A post that nobody holds."""

    area: int
    path: str
    post: str
    since: date | None
    """The first day without a holder; None: nobody ever held it."""
    meanwhile: str
    """Who gets what would come to it; empty: nobody."""


def called(seat: Seat | None) -> str:
    """Post and surname."""
    return f"{seat.title}{seat.surname}" if seat is not None else ""


@dataclass(frozen=True)
class AreaBook:
    """What one visitor sees of all areas on one day. ``own_homes``: households of each area without those below."""

    town: Town
    scope: Scope
    today: date
    own_homes: Mapping[int, int]

    @cached_property
    def mine(self) -> tuple[int, ...]:
        """Areas within reach, those above before those below."""
        return tuple(node.id for node in self.scope.areas_of(self.town))

    @cached_property
    def roots(self) -> tuple[int, ...]:
        """The uppermost of them."""
        within = {*self.mine}
        return tuple(area for area in self.mine if self.town.areas[area].parent not in within)

    @cached_property
    def homes(self) -> Counter[int]:
        """Households of each area with all below it."""
        total: Counter[int] = Counter()
        for area, number in self.own_homes.items():
            for node in self.town.upward(area) if area in self.town.areas else ():
                total[node.id] += number
        return total

    @cached_property
    def holders(self) -> dict[int, list[Seat]]:
        """Area → appointments in force there."""
        held: dict[int, list[Seat]] = defaultdict(list)
        for seat in self.town.seats.values():
            if seat.in_force(self.today) and self.scope.reaches(seat.area):
                held[seat.area].append(seat)
        return held

    @cached_property
    def empties(self) -> dict[int, list[Empty]]:
        """Area → posts of the ladder that nobody holds there."""
        found: dict[int, list[Empty]] = defaultdict(list)
        for one in empty_posts(self.town, self.mine, self.today):
            found[one.area.id].append(one)
        return found

    @cached_property
    def odd(self) -> dict[int, list[OutOfRange[int]]]:
        """Area → where a holder answers for too many or too few."""
        held = Counter((seat.post, area) for area, seats in self.holders.items() for seat in seats)
        found: dict[int, list[OutOfRange[int]]] = defaultdict(list)
        for one in out_of_range(self.town.preset, self.homes, held):
            found[one.area].append(one)
        return found

    @cached_property
    def rooms(self) -> dict[int, list[RoomCard]]:
        """Area → groups bound to it."""
        bound: dict[int, list[RoomCard]] = defaultdict(list)
        for room in self.town.rooms.values():
            for area in room.areas:
                bound[area].append(room)
        return bound

    @cached_property
    def grouped_levels(self) -> frozenset[str]:
        """Levels at which residents have groups here."""
        return frozenset(rule.bind for rule in self.town.preset.rooms if rule.tier == RESIDENTS)

    @property
    def groupless(self) -> tuple[int, ...]:
        """Areas where residents should have a group and have none that is listened to."""
        return tuple(area for area in self.mine if self.has_group(area) is False)

    def has_group(self, area: int) -> bool | None:
        """Whether residents have a group here; None: at this level none is usual."""
        here = [room for room in self.rooms.get(area, ()) if not room.of_leaders]
        if not here and self.town.areas[area].level not in self.grouped_levels:
            return None
        return any(not room.read_only for room in here)

    def odd_words(self, area: int) -> tuple[str, ...]:
        """``邻长联系 22 户，一般 5 到 15 户``."""
        posts = self.town.preset.posts
        return tuple(
            f"{posts[one.post].name}联系{posts[one.other].name if one.other else ''} {one.count} "
            f"{'人' if one.other else '户'}，一般 {one.low} 到 {one.high} {'人' if one.other else '户'}"
            for one in self.odd.get(area, ())
        )

    def empty_line(self, one: Empty) -> EmptyLine:
        """A post that nobody holds, since when, and who stands in for it."""
        post = self.town.preset.posts[one.post]
        taker = takes_meanwhile(self.town, one.post, one.area.id, self.today)
        since = empty_since(self.town, one.post, one.area.id, self.today)
        return EmptyLine(one.area.id, long_path_of(one.area.id, self.town), post.name, since, called(taker))

    def person_words(self, seat: Seat) -> str:
        """``组长刘（请假，片长胡代）``."""
        if not self.town.is_absent(seat, self.today):
            return called(seat)
        taker = self.town.filled(seat, self.today)
        return f"{called(seat)}（请假，{called(taker) if taker.acts_for is not None else '没人'}代）"

    def tree(self, roots: Iterable[int]) -> tuple[Place, ...]:
        """These areas and what lies below them, level by level until enough is drawn."""
        tops = tuple(roots)
        line, drawn, rows = list(tops), set[int](), len(tops)
        for area in line:
            parts = self.town.children.get(area, ())
            if rows + len(parts) <= MOST_ROWS:
                drawn.add(area)
                line.extend(parts)
                rows += len(parts)
        return tuple(self._place(area, drawn, open_=rows <= FEW, top=True) for area in tops)

    def _place(self, area: int, drawn: set[int], *, open_: bool, top: bool = False) -> Place:
        parts = self.town.children.get(area, ())
        shown = parts if area in drawn else ()
        posts = self.town.preset.posts
        return Place(
            area, self.town.areas[area].name, self.homes[area],
            tuple(self.person_words(seat) for seat in self.holders.get(area, ())),
            tuple(posts[one.post].name for one in self.empties.get(area, ())), self.has_group(area),
            self.odd_words(area), tuple(self._place(part, drawn, open_=open_) for part in shown),
            len(parts) - len(shown), open_ or top,
        )  # fmt: skip


def area_asked(scope: Scope, town: Town, area: str) -> int:
    """The area of that id in an address.

    Raises:
        NotHere: there is none in this person's reach.
    """
    number = number_in(area)
    if number is None or number not in town.areas or not scope.reaches(number):
        raise NotHere("no such area")
    return number
