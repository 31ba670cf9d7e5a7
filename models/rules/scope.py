"""What somebody may see: the areas of their posts and all below (safeguards §3; domain model §2)."""

from dataclasses import dataclass

from models.rules.actor import Actor
from models.rules.permissions import THE_OPERATOR, Permission
from models.rules.town import Town


@dataclass(frozen=True, slots=True)
class Scope:
    """``whole``: no area is left out, as for the operator of the server."""

    areas: frozenset[int] = frozenset()
    seats: frozenset[int] = frozenset()
    """Appointments whose work lies before this person today."""
    person: int | None = None
    may: frozenset[Permission] = frozenset()
    whole: bool = False


def scope_of(actor: Actor, town: Town) -> Scope:
    """The scope of whoever asks; nobody's is empty."""
    seats = [town.seats[seat] for seat in actor.desk if seat in town.seats]
    areas = frozenset(below for seat in seats for below in town.downward(seat.area))
    whole = actor.permissions == THE_OPERATOR
    return Scope(areas, frozenset(s.id for s in seats), actor.person, actor.permissions, whole)
