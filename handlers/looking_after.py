"""照看: post holders say privately which households they look in on when the weather is dangerous; never why."""

from dataclasses import dataclass

from handlers.case_steps.desk import joined
from handlers.case_steps.offline import intake_words, own_seats
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.offline import read_visit
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.store.looking_after import LookingAfterStore
from models.store.visits import Home, VisitStore

MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class LookAfter(Intent):
    """I look in on this household."""

    household: str


@dataclass(frozen=True, slots=True)
class LeaveLookingAfter(Intent):
    """I do so no more."""

    household: str


@dataclass(frozen=True, slots=True)
class ListLookedAfter(Intent):
    """Which households I look in on."""


@handles(LookAfter, may=Permission.CASE_OPEN)  # who may is checked inside: posts of every kind may
def look_after(ask: LookAfter, work: Work) -> Reply:
    """One row, without a reason."""
    home = _home(ask.household, work)
    LookingAfterStore(work.store.session).look_after(home.household, work.actor.person or 0, work.now)
    return Reply("LOOK_AFTER_DM", label=home.label)


@handles(LeaveLookingAfter, may=Permission.CASE_OPEN)
def leave_looking_after(ask: LeaveLookingAfter, work: Work) -> Reply:
    """The row is gone, and nothing is left of it."""
    home = _home(ask.household, work)
    if not LookingAfterStore(work.store.session).leave(home.household, work.actor.person or 0):
        raise Refusal(RefusalKind.NOT_FOUND, "LOOK_AFTER_NOT_DM", label=home.label)
    return Reply("LOOK_AFTER_LEFT_DM", label=home.label)


@handles(ListLookedAfter, may=Permission.CASE_OPEN)
def list_looked_after(ask: ListLookedAfter, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """One's own, never anybody else's."""
    _privately(work)
    watched = LookingAfterStore(work.store.session).watched(work.town.areas, work.actor.person)
    if not watched:
        return Reply("LOOK_AFTER_NONE_DM")
    listed = joined(work, [each.label for each in watched[:MOST_LISTED]])
    return Reply("LOOK_AFTER_LIST_DM", n=len(watched), list=listed)


def _privately(work: Work) -> None:
    """Households in need are spoken of privately, by people with a post.

    Raises:
        NotMeant: said in a residents' group by somebody without a post, or replayed from history.
        Refusal: no post, or said in a group.
    """
    if work.origin.late or (not work.actor.seats and work.origin.room is not None):
        raise NotMeant
    if not work.actor.seats:
        raise Refusal(RefusalKind.NOT_ALLOWED, "NOT_AUTH_DM", contact=work.town.contact)
    if work.origin.room is not None:
        raise Refusal(RefusalKind.NOT_NOW, "LOOK_AFTER_PRIVATE_DM")


def _home(words: str, work: Work) -> Home:
    """The household of that label in the asker's own areas.

    Raises:
        NotMeant, Refusal: as ``_privately``; no such household, or several.
    """
    _privately(work)
    seen = read_visit(words, "", intake_words(work))
    reach = {below for seat in own_seats(work) for below in work.town.downward(seat.area)}
    store = VisitStore(work.store.session)
    found = store.homes(reach, seen.label or words) or (store.homes(reach, seen.local) if seen.local else [])
    if len(found) == 1:
        return found[0]
    key = "LOOK_AFTER_MANY_DM" if found else "LOOK_AFTER_UNKNOWN_DM"
    raise Refusal(RefusalKind.NOT_FOUND, key, label=words)
