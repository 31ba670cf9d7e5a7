"""Whom a notice may be for, as a page offers it: the own places as a tree with their groups, and which kinds of groups."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from models.rules.audiences import RESIDENTS, path_of
from models.rules.preset import Preset
from models.rules.scope import Scope, areas_to_speak_to
from models.rules.town import Town
from models.rules.whom import Sort, Whom

MOST_ROWS = 240
"""So many places are drawn unasked; what lies below the others is drawn when somebody asks for it."""
FEW = 24
"""So many lie open."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A place with what is below it. ``hidden``: so many parts are not drawn."""

    id: int
    name: str
    groups: int
    chosen: bool
    left_out: bool
    parts: tuple["Branch", ...]
    hidden: int
    open: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Which groups or people of the places: one line of a list."""

    value: str
    name: str
    under: str
    """The heading it stands under."""
    sort: Sort
    values: tuple[Any, ...]

    def of(self, areas: tuple[int, ...], without: tuple[int, ...]) -> Whom:
        """These of those places."""
        return Whom(areas, without).narrowed(self.sort, self.values)


def roots_of(town: Town, scope: Scope) -> tuple[int, ...]:
    """The uppermost places to which somebody may speak."""
    if scope.whole:
        own: Iterable[int] = (node.id for node in town.areas.values() if node.parent is None)
    else:
        own = areas_to_speak_to(scope.seats, town)
    mine = {area for area in own if area in town.areas}
    tops = [a for a in mine if not any(node.id in mine for node in town.upward(a) if node.id != a)]
    return tuple(sorted(tops, key=lambda area: (town.areas[area].rank, area)))


def tree_of(
    town: Town, roots: tuple[int, ...], chosen: frozenset[int], left_out: frozenset[int], opened: frozenset[int]
) -> tuple[Branch, ...]:  # fmt: skip
    """The places below ``roots``, as far as they are drawn; whatever is ticked always is."""
    ticked = [area for area in chosen | left_out if area in town.areas]
    wanted = opened | {node.id for area in ticked for node in town.upward(area) if node.id != area}
    drawn, line, rows = set[int](), list(roots), len(roots)
    for area in line:
        parts = town.children.get(area, ())
        if area in wanted or rows + len(parts) <= MOST_ROWS:
            drawn.add(area)
            line.extend(parts)
            rows += len(parts)
    groups = groups_by_place(town)

    def branch(area: int, *, alone: bool) -> Branch:
        """``alone``: nothing stands beside it, so that it need not be opened by hand."""
        parts = town.children.get(area, ())
        lies_open = alone or area in roots or area in wanted or rows <= FEW
        only = lies_open and len(parts) == 1
        shown = tuple(branch(part, alone=only) for part in parts) if area in drawn else ()
        name = path_of(town.areas[area], town) if area in roots and len(roots) > 1 else town.areas[area].name
        hidden = 0 if area in drawn else len(parts)
        return Branch(area, name, groups[area], area in chosen, area in left_out, shown, hidden, lies_open)

    return tuple(branch(area, alone=False) for area in roots)


def groups_by_place(town: Town) -> Counter[int]:
    """Place → groups that a notice for it reaches: those of residents, where there are none all."""
    residents, every = Counter[int](), Counter[int]()
    for room in town.rooms.values():
        around = {node.id for area in room.areas if area in town.areas for node in town.upward(area)}
        every.update(around)
        if room.tier == RESIDENTS:
            residents.update(around)
    return Counter({area: residents[area] or every[area] for area in every})


def kinds_offered(town: Town, *, tags: bool) -> tuple[Choice, ...]:
    """Which groups, posts and (``tags``) households a notice may be for here; the first is the usual one."""
    preset = town.preset
    found = [
        Choice("usual", "居民群", "发到群里", Sort.USUAL, ()),
        Choice("every", "各级的群都发，从上往下", "发到群里", Sort.EVERY, ()),
        *_kinds(preset),
        *(
            Choice(f"post:{post.code}", post.name, "私信给人", Sort.POST, (post.code,))
            for post in preset.posts.values()
            if not post.skill
        ),
    ]
    if tags:
        found += [Choice(f"tag:{t.code}", t.name, "有标签的户", Sort.TAG, (t.code,)) for t in preset.tags]
    return tuple(found)


def _kinds(preset: Preset) -> list[Choice]:
    """Kinds of working groups, each with the level it belongs to where several go by one name."""
    rules = [rule for rule in preset.rooms if rule.tier != RESIDENTS and rule.names]
    called = Counter(rule.names[0] for rule in rules)
    names = {level.code: level.name for level in preset.levels}
    return [
        Choice(
            f"kind:{rule.kind}:{rule.tier}",
            rule.names[0] if called[rule.names[0]] == 1 else f"{names.get(rule.bind, '')}{rule.names[0]}",
            "发到群里", Sort.KIND, ((rule.kind, rule.tier),),
        )
        for rule in rules
    ]  # fmt: skip
