"""Where a notice is read out, put up or told, and by whom (pure; seed B10)."""

from collections.abc import Iterable
from datetime import date

from models.rules.notice_receipts import first_responder
from models.rules.offline_ways import OfflineWay
from models.rules.town import Seat, Town


def places_of(way: OfflineWay, areas: Iterable[int], town: Town) -> list[int]:
    """The areas whose way carries a notice for ``areas``: those within them, else the one around them."""
    found: dict[int, None] = {}
    for area in areas:
        inside = [below for below in town.downward(area) if town.areas[below].level == way.level]
        around = [node.id for node in town.upward(area) if node.level == way.level]
        found |= dict.fromkeys(inside or around[:1])
    return list(found)


def keeper_of(way: OfflineWay, area: int, town: Town, on: date) -> Seat | None:
    """Whoever does it there today: a holder of its posts in that area, else whoever answers first for it."""
    for post in way.posts:
        for seat in town.holders(post, area, on):
            if seat.area == area and not town.is_absent(seat, on):
                return seat
    return first_responder(town, area, on)
