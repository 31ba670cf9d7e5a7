"""Whom a cadre means by "全村", "三组、四组" or "龙凤村三组": areas within the cadre's own ones (seed A09).

No level is known by name here: "全村" is every area whose level or name says 村.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from models.rules.town import AreaNode, RoomCard, Town

_NUMERALS = "零一二三四五六七八九"
_BETWEEN = re.compile("[、，,]|(?<=[组片邻村队栋湾格区])[和与及]")
RESIDENTS = 1
"""The tier of residents' rooms; working rooms have higher ones."""


class AudienceUnclear(ValueError):  # noqa: N818 - says what is wrong with the words
    """No area can be read: ``why`` is ``unknown``, ``outside`` or ``several``; ``names`` are areas to choose from."""

    def __init__(self, why: str, names: tuple[str, ...] = ()) -> None:
        super().__init__(why)
        self.why = why
        self.names = names


@dataclass(frozen=True, slots=True)
class Audience:
    """Areas and the residents' rooms in them."""

    areas: tuple[AreaNode, ...]
    rooms: tuple[RoomCard, ...]


def read_audience(words: str, town: Town, own: Iterable[int]) -> Audience:
    """The areas these words name, as far as they lie in the asker's ``own`` areas; no words: all of those.

    Raises:
        AudienceUnclear: nothing of that name, only outside, or several.
    """
    return gather_rooms(town, areas_named(words, town, own))


def areas_named(words: str, town: Town, own: Iterable[int]) -> tuple[int, ...]:
    """Ids of the areas that ``read_audience`` finds, without their rooms.

    Raises:
        AudienceUnclear: as there.
    """
    roots = tuple(sorted(set(own)))
    asked = words.strip()
    if not asked:
        return roots
    inside = tuple(dict.fromkeys(a for root in roots for a in town.downward(root)))
    if asked[0] in "全本各" and len(asked) > 1:
        return _whole(asked[1:], town, roots, inside, only_own=asked[0] == "本")
    try:
        return (_named(asked, town, inside),)
    except AudienceUnclear:
        several = parted(asked)
        if len(several) == 1:
            raise
        return tuple(dict.fromkeys(_named(part, town, inside) for part in several))


def area_named(name: str, town: Town, inside: Iterable[int]) -> int:
    """The one area of that name among these.

    Raises:
        AudienceUnclear: none, or several.
    """
    return _named(name, town, tuple(inside))


def parted(words: str) -> list[str]:
    """``三组、四组和五组`` as one name each."""
    return [part for part in _BETWEEN.split(words) if part]


def path_of(area: AreaNode, town: Town) -> str:
    """``龙凤村三组``: the name with the one above it, so that namesakes can be told apart."""
    above = town.areas[area.parent].name if area.parent is not None else ""
    return f"{above}{area.name}"


def long_path_of(area: int, town: Town) -> str:
    """``龙凤村一片四组``: without the topmost area, which everybody knows; nothing for an area that is no more."""
    names = [node.name for node in town.upward(area)] if area in town.areas else []
    return "".join(reversed(names[:-1] or names))


def gather_rooms(town: Town, areas: Iterable[int]) -> Audience:
    """The residents' rooms in these areas (all rooms where there are none); dissolved areas are left out."""
    chosen = tuple(a for a in areas if a in town.areas)
    inside = {below for area in chosen for below in town.downward(area)}
    rooms = [room for room in town.rooms.values() if not inside.isdisjoint(room.areas)]
    residents = [room for room in rooms if room.tier == RESIDENTS]
    ordered = sorted(residents or rooms, key=lambda r: (r.title, r.id))
    return Audience(tuple(town.areas[a] for a in chosen), tuple(ordered))


def _whole(
    kind: str, town: Town, roots: tuple[int, ...], inside: tuple[int, ...], *, only_own: bool
) -> tuple[int, ...]:
    """All areas of a kind: the asker's own ones of it, else the topmost ones below."""
    levels = {level.code: level.name for level in town.preset.levels}

    def is_one(area: int) -> bool:
        node = town.areas[area]
        return node.name.endswith(kind) or kind in levels.get(node.level, "")

    own = tuple(a for a in roots if is_one(a))
    if own:
        return own
    below = [] if only_own else [a for a in inside if is_one(a)]
    if below:
        top = min(town.areas[a].rank for a in below)
        return tuple(a for a in below if town.areas[a].rank == top)
    if any(is_one(node.id) for root in roots for node in town.upward(root)):
        raise AudienceUnclear("outside", tuple(town.areas[a].name for a in roots))
    raise AudienceUnclear("unknown", tuple(town.areas[a].name for a in roots))


def _named(name: str, town: Town, inside: tuple[int, ...]) -> int:
    wanted = _numerals(name)
    for fits in (_is_called, _ends_with, _is_almost):
        found = [a for a in inside if fits(wanted, town, a)]
        if found:
            return _the_one(found, town)
    if any(_is_called(wanted, town, a) for a in town.areas):
        raise AudienceUnclear("outside", (name,))
    raise AudienceUnclear("unknown", (name,))


def _the_one(found: list[int], town: Town) -> int:
    """The only one, or the one that holds all others."""
    for area in found:
        below = set(town.downward(area))
        if all(other in below for other in found):
            return area
    raise AudienceUnclear("several", tuple(path_of(town.areas[a], town) for a in found))


def _is_called(wanted: str, town: Town, area: int) -> bool:
    """``三组``, ``龙凤村三组`` (whatever lies between), ``罗水乡龙凤村三组``."""
    rest = wanted
    for node in town.upward(area):
        name = _numerals(node.name)
        if rest.endswith(name):
            rest = rest.removesuffix(name)
        elif rest == wanted:
            return False
        if not rest:
            return True
    return False


def _ends_with(wanted: str, town: Town, area: int) -> bool:
    return _numerals(town.areas[area].name).endswith(wanted)


def _is_almost(wanted: str, town: Town, area: int) -> bool:
    """``四片`` means 四片区."""
    name = _numerals(town.areas[area].name)
    return name.startswith(wanted) and len(name) - len(wanted) == 1


def _numerals(name: str) -> str:
    """``3组`` and ``三组`` are the same."""
    return re.sub(r"\d{1,2}", lambda found: _numeral(int(found.group())), name)


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _NUMERALS[ones]
    return f"{_NUMERALS[tens] if tens > 1 else ''}十{_NUMERALS[ones] if ones else ''}"
