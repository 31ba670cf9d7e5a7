"""Which posts of the ladder nobody holds: what comes to them climbs, and once a week a dispatcher hears it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from handlers.case_steps.desk import fitting, joined
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Work
from models.rules.audiences import path_of
from models.rules.permissions import Permission
from models.rules.vacancy import Empty, empty_posts

MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class TellVacancies(Intent):
    """The week begins: say which posts are empty."""


@handles(TellVacancies, may=Permission.CLOCK_TICK)
def tell_vacancies(ask: TellVacancies, work: Work) -> None:  # noqa: ARG001 - the intent has no fields
    """One private line to each dispatcher about the area he answers for; nothing when every post is held."""
    told: set[tuple[int, int]] = set()
    for seat in sorted(work.town.seats.values(), key=lambda s: s.id):
        is_one = seat.post == work.town.preset.dispatcher_post and seat.in_force(work.today)
        if not is_one or (seat.person, seat.area) in told:
            continue
        told.add((seat.person, seat.area))
        empty = empty_posts(work.town, work.town.downward(seat.area), work.today)
        if not empty:
            continue
        blanks = {"n": len(empty)}
        shown, _ = fitting(work, "VACANT_DM", blanks, empty[:MOST_NAMED], partial(_named, work))
        work.tell_seat(seat, "VACANT_DM", list=shown, n=len(empty))


def _named(work: Work, empty: Sequence[Empty]) -> str:
    """``四组组长``: with the area above where that name alone says little."""
    posts = work.town.preset.posts
    return joined(work, [f"{path_of(e.area, work.town)}{posts[e.post].name}" for e in empty])
