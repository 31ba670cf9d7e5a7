"""What somebody may see: the areas of their posts and all below (safeguards §3; domain model §2)."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.rules.actor import Actor
from models.rules.permissions import THE_OPERATOR, Permission
from models.rules.town import AreaNode, Town


@dataclass(frozen=True, slots=True)
class Scope:
    """``whole``: no area is left out, as for the operator of the server."""

    areas: frozenset[int] = frozenset()
    seats: frozenset[int] = frozenset()
    """Appointments whose work lies before this person today."""
    person: int | None = None
    may: frozenset[Permission] = frozenset()
    whole: bool = False
    complaints: bool = True
    """False: nothing that complains about a post holder or lies between people is seen, whoever it is; as by programs."""
    watches: frozenset[int] = frozenset()
    """Areas in which quarrels are seen although they lie with somebody else (decision 0065)."""

    def reaches(self, area: int) -> bool:
        """Whether what belongs to this area may be seen."""
        return self.whole or area in self.areas

    def areas_of(self, town: Town) -> list[AreaNode]:
        """The areas within reach, those above before those below."""
        return sorted((n for n in town.areas.values() if self.reaches(n.id)), key=lambda n: (n.rank, n.id))


def scope_of(actor: Actor, town: Town) -> Scope:
    """The scope of whoever asks; nobody's is empty."""
    seats = [town.seats[seat] for seat in actor.desk if seat in town.seats]
    areas = frozenset(below for seat in seats for below in town.downward(seat.area))
    whole = actor.permissions == THE_OPERATOR
    watches = below(areas_with(Permission.AUDIT_SEE, actor.seats, town), town)
    seen = frozenset(s.id for s in seats)
    return Scope(areas, seen, actor.person, actor.permissions, whole, watches=watches)


def areas_with(may: Permission, seats: Iterable[int], town: Town) -> tuple[int, ...]:
    """Areas of those of these appointments that have a right; what lies below them is meant too."""
    held = (town.seats[seat] for seat in seats if seat in town.seats)
    return tuple(s.area for s in held if may in town.preset.posts[s.post].may)


def below(areas: Iterable[int], town: Town) -> frozenset[int]:
    """These areas and all below them."""
    return frozenset(one for area in areas for one in town.downward(area))


def areas_to_speak_to(seats: Iterable[int], town: Town) -> tuple[int, ...]:
    """Areas of those of these appointments that may send notices; what lies below them is meant too."""
    return areas_with(Permission.NOTICE_SEND, seats, town)


def speaking_scope(actor: Actor, town: Town) -> Scope:
    """To whom somebody may send notices: never by standing in for others."""
    own = areas_to_speak_to(actor.seats, town)
    areas = frozenset(below for area in own for below in town.downward(area))
    whole = actor.permissions == THE_OPERATOR
    return Scope(areas, frozenset(actor.seats), actor.person, actor.permissions, whole)
