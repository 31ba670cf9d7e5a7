"""The board of an area: who answers there, by post, and by full name only whoever agreed (亮牌: seeds A17, B20, C04)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from models.rules.preset import PostType
from models.rules.town import RoomCard, Seat, Town
from models.rules.whom import Whom

PURPOSE = "board"
"""What a consent is for (PIPL 14, 25; safeguards §2.8: separate and revocable)."""
NEWS_FOR = timedelta(days=30)
"""Notices younger than this stand on a board."""


class Shown(StrEnum):
    """What a person may agree to have on a board beside post and surname."""

    NAME = "name"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Agreed:
    """What somebody agreed to. ``phone``: the number itself, empty: not agreed, or not known."""

    name: bool = False
    phone: str = ""


NOTHING = Agreed()


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A post on a board and one who holds it (None: nobody does). ``area``: where the post is."""

    title: str
    area: int
    duties: str
    seat: Seat | None = None
    stand_in: Seat | None = None
    """Who takes the work today, where the holder is away."""

    def called(self, agreed: Mapping[int, Agreed]) -> str:
        """The holder's surname, or the full name where that was agreed to; empty: nobody."""
        if self.seat is None:
            return ""
        return self.seat.name if agreed.get(self.seat.person, NOTHING).name else self.seat.surname


def board_of(town: Town, area: int, on: date) -> tuple[BoardLine, ...]:
    """Who answers for an area on that date, the nearest first: posts of the area itself, then of those above it.

    They are the posts that the preset marks with ``board``; where none of them is found, the steps of the ladder.
    """
    posts = town.preset.posts
    marked = [post for post in posts.values() if post.board]
    return _board(town, area, marked, on) or _board(town, area, [posts[p] for p in town.preset.ladder], on)


def rooms_of(town: Town, area: int) -> tuple[RoomCard, ...]:
    """Residents' groups of an area: those bound to it or above it, else those below, by title."""
    above = {node.id for node in town.upward(area)}
    residents = [room for room in town.rooms.values() if room.kind == "resident" and room.title]
    own = [room for room in residents if above & {*room.areas}]
    below = {*town.downward(area)}
    found = own or [room for room in residents if below & {*room.areas}]
    return tuple(sorted(found, key=lambda room: (room.title, room.id)))


def concerns(whom: Whom, town: Town, area: int) -> bool:
    """Whether a notice was for everybody of an area: for it or one above it, and not for some people only."""
    above = {node.id for node in town.upward(area)}
    return not whom.is_personal and bool(above & {*whom.areas}) and not above & {*whom.without}


def _board(town: Town, area: int, posts: Iterable[PostType], on: date) -> tuple[BoardLine, ...]:
    ranked = sorted(posts, key=lambda post: -town.preset.rank_of_post(post.code))
    return tuple(line for post in ranked for line in _lines(town, area, post, on))


def _lines(town: Town, area: int, post: PostType, on: date) -> Iterator[BoardLine]:
    """Those in one post at its own level: in the area or the one above it that has this level."""
    place = next((node for node in town.upward(area) if node.level == post.level), None)
    if place is None:
        return
    held = _held(town, post.code, place.id, on)
    for seat in held:
        acting = town.filled(seat, on) if town.is_absent(seat, on) else seat
        yield BoardLine(
            seat.title, place.id, post.duties, seat, acting if acting.person != seat.person else None
        )
    if not held and place.id == area and post.max == 1:
        yield BoardLine(post.name, place.id, post.duties)


def _held(town: Town, post: str, area: int, on: date) -> tuple[Seat, ...]:
    """Holders in that very area; a post that comes with another one is held by whoever has that (seed A05)."""
    found = tuple(seat for seat in town.appointed(post, area, on) if seat.area == area)
    told = town.preset.extras.get("posts", {}).get(post, {})
    with_post = told.get("ex_officio_of")
    if found or with_post is None:
        return found
    title = town.preset.posts[post].name
    carrying = (seat for seat in town.appointed(with_post, area, on) if seat.area == area)
    return tuple(replace(seat, post=post, title=title) for seat in carrying)
