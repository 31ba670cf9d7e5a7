"""Places of a notice whose people read none of its groups."""

from collections.abc import Collection, Iterable

from models.rules.notice_receipts import rooms_of_areas
from models.rules.town import RoomCard, Town


def places_without(town: Town, meant: Collection[int], rooms: Iterable[RoomCard]) -> tuple[int, ...]:
    """The largest of these places all of whose parts no group serves, nor one above them; from the top down."""
    served = rooms_of_areas(town, rooms).keys()
    bare: dict[int, bool] = {}

    def is_bare(area: int) -> bool:
        if area not in bare:
            parts = [below for below in town.children.get(area, ()) if below in meant]
            bare[area] = area not in served and all(is_bare(part) for part in parts)
        return bare[area]

    def bare_above(area: int) -> bool:
        parent = town.areas[area].parent
        return parent in meant and is_bare(parent or 0)

    tops = [area for area in meant if is_bare(area) and not bare_above(area)]
    return tuple(sorted(tops, key=lambda area: (town.areas[area].rank, area)))
