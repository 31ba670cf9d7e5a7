"""Named sets of filters of the list of cases: first of all what somebody looks for every morning."""

from dataclasses import dataclass

from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Work
from models.rules.actor import Door
from models.rules.permissions import THE_OPERATOR, Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.store.saved_views import SavedViewStore
from models.tables import SavedView

MOST_VIEWS = 20
LONGEST_NAME = 12
LONGEST_QUERY = 400


@dataclass(frozen=True, slots=True)
class SaveView(Intent):
    """Keep these filters under a name; a name that is there gets these filters."""

    name: str
    query: str


@dataclass(frozen=True, slots=True)
class RenameView(Intent):
    """Another name for the same filters."""

    view: int
    name: str


@dataclass(frozen=True, slots=True)
class RemoveView(Intent):
    """Not needed any more."""

    view: int


@handles(SaveView, may=Permission.CASE_OPEN)
def save_view(ask: SaveView, work: Work) -> None:
    """Private to whoever names it.

    Raises:
        Refusal: no name, a long one, or twenty are there already.
    """
    store, name = _store(work), _name(ask.name)
    known = store.named(work.actor.person, name)
    if known is not None:
        known.query = ask.query[:LONGEST_QUERY]
        return
    if store.count(work.actor.person) >= MOST_VIEWS:
        raise Refusal(RefusalKind.NOT_NOW, "VIEW_TOO_MANY", n=MOST_VIEWS)
    row = SavedView(person_id=work.actor.person, name=name, query=ask.query[:LONGEST_QUERY], at=work.now)
    store.session.add(row)


@handles(RenameView, may=Permission.CASE_OPEN)
def rename_view(ask: RenameView, work: Work) -> None:
    """Its filters stay.

    Raises:
        Refusal: there is none, or another one has that name.
    """
    store, name = _store(work), _name(ask.name)
    view, other = _mine(ask.view, work), store.named(work.actor.person, name)
    if other is not None and other.id != view.id:
        raise Refusal(RefusalKind.NOT_CLEAR, "VIEW_NAME_TAKEN", name=name)
    view.name = name


@handles(RemoveView, may=Permission.CASE_OPEN)
def remove_view(ask: RemoveView, work: Work) -> None:
    """It is gone; cases are not touched."""
    work.store.session.delete(_mine(ask.view, work))


def _store(work: Work) -> SavedViewStore:
    nobody = work.actor.person is None and work.actor.permissions != THE_OPERATOR
    if work.origin.door is not Door.WEB or nobody:
        raise NotMeant
    return SavedViewStore(work.store.session)


def _mine(view: int, work: Work) -> SavedView:
    found = _store(work).one(work.actor.person, view)
    if found is None:
        raise Refusal(RefusalKind.NOT_FOUND, "VIEW_NONE")
    return found


def _name(typed: str) -> str:
    name = " ".join(typed.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Refusal(RefusalKind.NOT_CLEAR, "VIEW_NAME", n=LONGEST_NAME)
    return name
