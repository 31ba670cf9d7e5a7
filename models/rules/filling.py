"""Who may fill and end which posts: whoever may fill posts, below the own level and within the own areas only."""

from datetime import date

from models.rules.actor import Actor
from models.rules.permissions import THE_OPERATOR, Permission
from models.rules.preset import PostType
from models.rules.town import Seat, Town


def may_fill(actor: Actor, town: Town, post: str, area: int) -> bool:
    """Whether this actor decides who holds the post in that area: never at or above the own level."""
    return any(each.code == post for each in posts_to_fill(actor, town, area))


def posts_to_fill(actor: Actor, town: Town, area: int) -> tuple[PostType, ...]:
    """Posts of the area's own level whose holders this actor decides on, in the order of the preset."""
    if area not in town.areas:
        return ()
    preset, level = town.preset, town.areas[area].level
    here = [post for post in preset.posts.values() if post.level == level]
    if actor.permissions == THE_OPERATOR:
        return tuple(here)
    held = [town.seats[seat] for seat in actor.seats]
    above = [
        preset.rank_of_post(s.post)
        for s in held
        if Permission.POST_FILL in preset.posts[s.post].may and town.is_within(area, s.area)
    ]
    return tuple(post for post in here if any(rank < preset.rank_of_post(post.code) for rank in above))


def answers_for(actor: Actor, town: Town, person: int, on: date) -> bool:
    """Whether this actor decides on every post that person holds or will hold, and there is one."""
    return bool(_held(town, person, on)) and is_below(actor, town, person, on)


def is_below(actor: Actor, town: Town, person: int, on: date) -> bool:
    """Whether that person holds no post, now or later, that this actor does not decide on."""
    return all(may_fill(actor, town, s.post, s.area) for s in _held(town, person, on))


def _held(town: Town, person: int, on: date) -> list[Seat]:
    return [s for s in town.seats_by_person.get(person, ()) if s.valid_to is None or s.valid_to >= on]


def may_end_binding(actor: Actor, town: Town, person: int, on: date) -> bool:
    """Whether this actor may take somebody's contact away: whoever decides on all posts of that person."""
    return actor.permissions == THE_OPERATOR or answers_for(actor, town, person, on)


def is_last_administrator(town: Town, person: int, on: date, *, without: int | None = None) -> bool:
    """Whether nobody else brings areas in, once this person (or only the appointment ``without``) is left out."""
    held = administrators(town, on)
    if not any(s.person == person and without in {None, s.id} for s in held):
        return False
    return not any(s.person != person or (without is not None and s.id != without) for s in held)


def administrators(town: Town, on: date) -> list[Seat]:
    """Who looks after the place itself and its programs: posts that bring areas in, by the row of the appointment."""
    held = (s for s in town.seats.values() if s.in_force(on) and _administers(s, town))
    return sorted(held, key=lambda seat: seat.id)


def _administers(seat: Seat, town: Town) -> bool:
    return Permission.AREA_IMPORT in town.preset.posts[seat.post].may


def may_import(actor: Actor, town: Town) -> bool:
    """Whether this actor may bring in a roster, which can speak of any area.

    Only whose own areas are all there are, but for those above them.
    """
    if actor.permissions == THE_OPERATOR:
        return True
    own = {seat.area for seat in _importing(actor, town) if seat.area in town.areas}
    within = {below for area in own for below in town.downward(area)}
    above = {node.id for area in own for node in town.upward(area)}
    return bool(own) and within | above >= town.areas.keys()


def rank_of_importer(actor: Actor, town: Town) -> int | None:
    """Rank of the level at or above which this actor's roster changes no posts; None: it may change all."""
    if actor.permissions == THE_OPERATOR:
        return None
    return min((town.preset.rank_of_post(seat.post) for seat in _importing(actor, town)), default=0)


def _importing(actor: Actor, town: Town) -> list[Seat]:
    return [town.seats[seat] for seat in actor.seats if _administers(town.seats[seat], town)]
