"""Posts that nobody holds: what comes to them climbs the ladder until somebody fills them (seed B04)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from models.rules.town import AreaNode, Seat, Town


@dataclass(frozen=True, slots=True)
class Empty:
    """A post of the ladder without a holder in an area of its level."""

    area: AreaNode
    post: str


def empty_posts(town: Town, areas: Iterable[int], on: date) -> list[Empty]:
    """Those of the ladder in these areas on that date, the highest post first, areas in the given order."""
    preset, among = town.preset, list(areas)
    held = Counter((s.post, s.area) for s in town.seats.values() if s.in_force(on))
    posts = [preset.posts[code] for code in reversed(preset.ladder)]
    return [
        Empty(town.areas[area], post.code)
        for post in posts
        for area in among
        if town.areas[area].level == post.level and not held[post.code, area]
    ]


def empty_since(town: Town, post: str, area: int, on: date) -> date | None:
    """The first day without a holder; None: nobody ever held it."""
    ends = [
        s.valid_to for s in town.seats.values()
        if (s.post, s.area) == (post, area) and s.valid_to is not None and s.valid_to < on
    ]  # fmt: skip
    return max(ends) + timedelta(days=1) if ends else None


def takes_meanwhile(town: Town, post: str, area: int, on: date) -> Seat | None:
    """Who gets what would come to an empty post; None: nobody is left."""
    ladder = town.preset.ladder
    start = ladder.index(post) if post in ladder else town.rung_above(post)
    return town.climb(area, on, start).seat
