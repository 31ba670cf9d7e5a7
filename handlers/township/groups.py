"""The groups' sheet: rooms that a place has, each with its areas, before any of our accounts sits in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.township.areas import AreaBook, Node
from handlers.township.cells import whole_number
from handlers.township.known import Known
from handlers.township.plan import Plan
from handlers.township.sheets import Line
from handlers.township.wording import folded
from models.tables import Room, RoomArea

TIERS = range(1, 4)
UNCONNECTED = "relay"
"""The channel of a room where no account of ours sits: what is said there a person copies by hand."""


@dataclass(frozen=True)
class Group:
    """One line."""

    line: Line
    title: str
    kind: str
    tier: int
    areas: tuple[Node, ...]


class Groups:
    """All rooms."""

    def __init__(self, book: AreaBook, known: Known) -> None:
        self.book = book
        self.known = known
        self._there = {folded(row["title"]): ref for ref, row in known.rooms.items()}
        self._lines: dict[str, Group] = {}

    def check(self, lines: Iterable[Line]) -> None:
        """Find doubles, unknown kinds, tiers and areas."""
        for line in lines:
            title = line.text("title")
            names = self.book.wording.split_list(line.text("areas"))
            areas = [self.book.find(name, line.place) for name in names]
            kind, tier = self._kind(line), self._tier(line)
            if not title or not areas or None in areas:
                continue
            group = self._group(line, title, tuple(a for a in areas if a is not None), kind, tier)
            before = self._lines.setdefault(folded(title), group)
            if before is not group:
                self.book.found.error(line.place, "ROOM_TWICE", other=before.line.place.row)

    def _group(
        self, line: Line, title: str, areas: tuple[Node, ...], kind: str | None, tier: int | None
    ) -> Group:
        """What the line leaves out the preset's rule for rooms of that level says."""
        rule = next((r for r in self.book.preset.rooms if r.bind == areas[0].level.code), None)
        usual_kind = rule.kind if rule else str(Room.model_fields["kind"].default)
        usual_tier = rule.tier if rule else TIERS[0]
        return Group(line, title, kind or usual_kind, tier or usual_tier, areas)

    def _kind(self, line: Line) -> str | None:
        word, wording = line.text("kind"), self.book.wording
        kind = wording.code_of("room_kinds", word) if word else None
        if word and kind is None:
            self.book.found.error(line.place, "KIND_UNKNOWN", value=word, known=wording.known("room_kinds"))
        return kind

    def _tier(self, line: Line) -> int | None:
        text = line.text("tier")
        tier = whole_number(text, TIERS) if text else None
        if text and tier is None:
            self.book.found.error(line.place, "TIER_WRONG", value=text)
        return tier

    def write(self, plan: Plan, now: datetime) -> None:
        """Put the rooms into the plan; the areas have their references by now."""
        for key, group in self._lines.items():
            areas = [a.ref for a in group.areas]
            wanted: dict[str, Any] = {"title": group.title, "kind": group.kind, "tier": group.tier}
            ref = self._there.get(key)
            if ref is None:
                platform = {"channel": UNCONNECTED, "platform_id": f"{UNCONNECTED}:{group.title}"}
                ref = plan.add(Room, **wanted, **platform, bound_at=now)
                plan.count("rooms", group.line, new=True, changed=False)
                bound: list[int] = []
            else:
                bound = self.known.rooms[ref]["areas"]
                changed = plan.change(Room, ref, wanted, self.known.rooms[ref])
                changed = changed or not set(areas) <= set(bound)
                plan.count("rooms", group.line, new=False, changed=changed)
            for position, area in enumerate(areas):
                if area not in bound:
                    plan.add(RoomArea, room_id=ref, area_id=area, position=len(bound) + position)
