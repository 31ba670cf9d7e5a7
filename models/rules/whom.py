"""Whom a notice is for, as ``Notice.audience`` keeps it: places, and which groups, posts or households of them (seed A09)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Sort(StrEnum):
    """What a word chooses within the places: which groups, whom by post, which households; ``USUAL``: residents' groups."""

    EVERY = "every"
    KIND = "kinds"
    LEVEL = "levels"
    POST = "posts"
    TAG = "tags"
    USUAL = "usual"


@dataclass(frozen=True, slots=True)
class Whom:
    """Ids of places, and codes of the preset. Nothing beyond the places: the residents' groups in them."""

    areas: tuple[int, ...]
    without: tuple[int, ...] = ()
    """Places that are left out, with all below them."""
    every: bool = False
    """Groups of every tier, the upper ones first (seed B24)."""
    kinds: tuple[tuple[str, int], ...] = ()
    """Kind and tier of groups."""
    levels: tuple[str, ...] = ()
    """Groups bound to a place of that very level."""
    posts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def is_usual(self) -> bool:
        """Whether it is the residents' groups of these places."""
        return not (self.every or self.kinds or self.levels or self.posts or self.tags)

    @property
    def is_personal(self) -> bool:
        """Whether it is for some people only: nobody answers it with 收到, and no public page or paper repeats it."""
        return bool(self.posts or self.tags)

    def kept(self) -> dict[str, Any]:
        """As JSON keeps it: only what was said beyond the places."""
        more = {
            "without": list(self.without), "every": self.every, "kinds": [list(each) for each in self.kinds],
            "levels": list(self.levels), "posts": list(self.posts), "tags": list(self.tags),
        }  # fmt: skip
        return {"areas": list(self.areas), **{name: value for name, value in more.items() if value}}

    def narrowed(self, sort: Sort, values: tuple[Any, ...]) -> "Whom":
        """The same places, only these groups, posts or households."""
        if sort is Sort.USUAL:
            return self
        if sort is Sort.EVERY:
            return replace(self, every=True)
        more: Any = {sort.value: values}
        return replace(self, **more)


def whom_kept(audience: Mapping[str, Any]) -> Whom:
    """What ``Notice.audience`` says; notices written before there was more than places have only these."""
    kinds = tuple((str(kind), int(tier)) for kind, tier in audience.get("kinds", ()))
    return Whom(
        tuple(audience["areas"]), tuple(audience.get("without", ())), bool(audience.get("every")), kinds,
        tuple(audience.get("levels", ())), tuple(audience.get("posts", ())), tuple(audience.get("tags", ())),
    )  # fmt: skip


def is_personal(audience: Mapping[str, Any]) -> bool:
    """Whether a notice is for some people only (``Whom.is_personal``)."""
    return whom_kept(audience).is_personal
