"""结对: how many households or people one holder of a post answers for, as the preset has it (seeds A01, B04, D03).

Outside the range is a warning and never an error: a hamlet of three houses has a head all the same.
"""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from models.rules.preset import Preset

A = TypeVar("A", bound=Hashable)
"""What stands for an area."""


@dataclass(frozen=True, slots=True)
class OutOfRange(Generic[A]):
    """``count`` is the share of one holder; ``other`` the code of the post counted, empty: households."""

    area: A
    post: str
    other: str
    count: int
    low: int
    high: int


def out_of_range(
    preset: Preset, households: Mapping[A, int], held: Mapping[tuple[str, A], int]
) -> list[OutOfRange[A]]:
    """Where a holder's share lies outside; ``households`` of areas with all below, ``held`` holders of posts in force."""
    household, counted = preset.extras.get("household", {}).get("code"), Counter(held)
    found = []
    for link in preset.extras.get("links", ()):
        low, high, other = link["min"], link["max"], link["to"]
        for (post, area), holders in held.items():
            if post != link["from"] or not holders:
                continue
            count = (households.get(area, 0) if other == household else counted[other, area]) // holders
            if count and not low <= count <= high:
                told = other if other in preset.posts else ""
                found.append(OutOfRange(area, post, told, count, low, high))
    return found
