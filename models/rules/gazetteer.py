"""Which area words speak of: names of the area tree, and what cases here were called before."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from models.rules.town import AreaNode, Town

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_SPOKEN_NUMBER = "[零〇一二两三四五六七八九十]{1,3}"
_NUMBERED = re.compile(
    rf"第?(?P<n>{_SPOKEN_NUMBER}|\d{{1,4}})(?:个)?"
    r"(?P<unit>村民小组|村民组|小组|生产队|组|社|队|片区|片|邻|服务区|网格|区|号楼|栋楼|栋|幢|单元|组团|期)"
)
_UNITS = {"村民小组": "组", "村民组": "组", "小组": "组", "生产队": "组", "社": "组", "队": "组", "片区": "片"} | {
    "号楼": "栋", "栋楼": "栋", "幢": "栋",
}  # fmt: skip
"""What is called differently and means one level; each side of a comparison is folded alike."""
_A_LOT = re.compile(r"1片(?![\d的那这区路口头])")
"""臭成一片 names no area."""
_BESIDE = re.compile(
    r"(?:斜对面|对面|旁边|边上|附近|后面|后头|前面|前头|门口|门前|背后|屋后|底下|下面|上面|那边|这边|那里|这里|那个|那条|的|里|上|旁|边)+$"
)
_DOOR = re.compile(r"\d{3,4}(?:室|号|房)?$|\d{1,2}(?:楼|层)$|\d{1,2}单元$")
_SHORTEST = 2
_ENOUGH = 2
"""Cases that must agree before a phrase stands for an area."""


@dataclass(frozen=True)
class Gazetteer:
    """What the names of a neighbourhood mean. ``areas``: folded name → the areas it can mean."""

    areas: Mapping[str, frozenset[int]]
    said: Mapping[str, str] = field(default_factory=dict)
    """Folded phrase → as it was last written; only what was said more than once."""


def folded(words: str) -> str:
    """Words in the one form names are compared in: 第四村民小组, 四组 and 4组 are one."""
    return _NUMBERED.sub(_fold_number, re.sub(r"[\s,.!?;:、，。！？；：]+", " ", words))


@lru_cache(maxsize=50_000)
def _folded_name(name: str) -> str:
    """Names of the tree are few and asked for again and again; what residents say is never kept."""
    return folded(name)


def _fold_number(found: re.Match[str]) -> str:
    unit = found["unit"]
    return f"{_number(found['n'])}{_UNITS.get(unit, unit)}"


def _number(words: str) -> int:
    if words.isdecimal():
        return int(words)
    tens, ten, ones = words.partition("十")
    if not ten:
        return int("".join(str(_DIGITS[each]) for each in words))
    return _DIGITS.get(tens[-1:], 1) * 10 + _DIGITS.get(ones[:1], 0)


def core(phrase: str) -> str:
    """What is left of a place phrase without door numbers and without where exactly: 老樟树旁边 → 老樟树."""
    words = folded(phrase).replace(" ", "")
    return _BESIDE.sub("", _DOOR.sub("", words))


def known_places(town: Town, learned: Iterable[tuple[str, int]] = (), within: int | None = None) -> Gazetteer:
    """The gazetteer of an area: names of the tree below ``within``, and phrases on which earlier cases agree.

    Args:
        town: the area tree.
        learned: (place phrase, area) of earlier cases, oldest first; a phrase stands for an area once two cases say so and none
            says otherwise.
        within: only this area and what lies below it; None: everywhere.
    """
    inside = set(town.areas) if within is None else set(town.downward(within))
    areas: dict[str, set[int]] = defaultdict(set)
    for area in sorted(inside):
        areas[_folded_name(town.areas[area].name)].add(area)
    written: dict[str, list[str]] = defaultdict(list)
    votes: dict[str, Counter[int]] = defaultdict(Counter)
    for phrase, area in learned:
        name = core(phrase)
        if area in inside and len(name) >= _SHORTEST:
            written[name].append(phrase)
            for part in {name, _without_areas(town, name, area)} - set(areas):
                if len(part) >= _SHORTEST:
                    votes[part][area] += 1
    for name, counted in votes.items():
        area, often = counted.most_common(1)[0]
        if often >= _ENOUGH and len(counted) == 1:
            areas[name].add(area)
    said = {name: phrases[-1] for name, phrases in written.items() if len(phrases) >= _ENOUGH}
    return Gazetteer({name: frozenset(found) for name, found in areas.items()}, said)


def _without_areas(town: Town, name: str, area: int) -> str:
    """The phrase without the names of the areas it lies in: 四组老樟树 → 老樟树."""
    for node in town.upward(area):
        name = name.replace(_folded_name(node.name), "")
    return name


def named_areas(gazetteer: Gazetteer, words: str) -> frozenset[int]:
    """Areas whose name stands in the words; a name inside a longer one that stands there too does not count."""
    text = _A_LOT.sub(" ", folded(words))
    spans = [
        (start, start + len(name), ids)
        for name, ids in gazetteer.areas.items()
        if len(name) >= _SHORTEST
        for start in _standing(name, text)
    ]
    whole = [
        ids
        for start, end, ids in spans
        if not any(s <= start and end <= e and e - s > end - start for s, e, _ in spans)
    ]
    return frozenset().union(*whole)


def _standing(name: str, text: str) -> list[int]:
    """Where a name stands by itself: 4组 not in 14组."""
    found, at = [], text.find(name)
    while at >= 0:
        if not (name[0].isdecimal() and text[at - 1 : at].isdecimal()):
            found.append(at)
        at = text.find(name, at + 1)
    return found


def area_meant(town: Town, gazetteer: Gazetteer, home: int, places: Iterable[str], text: str) -> int:
    """The one area at or below ``home`` that is spoken of: by the place said first, by all places, else by the text.

    Names above others agree with them (四组 of 一片); when the words name several, or none, it stays ``home``.
    """
    said = tuple(places)
    below = set(town.downward(home))
    for words in (said[0] if said else "", " ".join(said), text):
        named = (named_areas(gazetteer, words) & below) - {home}
        above = {node.id for area in named for node in town.upward(area) if node.id != area}
        deepest = named - above
        if len(deepest) == 1:
            return next(iter(deepest))
    return home


def area_named(town: Town, words: str) -> AreaNode | None:
    """The deepest area the words name, when its upper names do not contradict; None when it could be several."""
    named = [town.areas[area] for area in named_areas(known_places(town), words)]
    if not named:
        return None
    deepest = max(area.rank for area in named)
    pool = [area for area in named if area.rank == deepest]
    lines = {area.id: {node.id for node in town.upward(area.id)} for area in pool}
    others = [area for area in named if area.rank != deepest]
    agreeing = [area for area in pool if all(_agrees(other, named, lines[area.id]) for other in others)]
    found = agreeing or pool
    return found[0] if len(found) == 1 else None


def _agrees(other: AreaNode, named: list[AreaNode], line: set[int]) -> bool:
    """Whether the line holds the named area, or another of the same name (every village has a 四组)."""
    same = {area.id for area in named if area.name == other.name and area.rank == other.rank}
    return bool(same & line)


def place_said_before(gazetteer: Gazetteer, text: str) -> str:
    """The longest place phrase of earlier cases that stands in the text, as it was written then; else empty."""
    words = folded(text)
    found = [name for name in gazetteer.said if name in words]
    return gazetteer.said[max(found, key=lambda name: (len(name), name))] if found else ""
