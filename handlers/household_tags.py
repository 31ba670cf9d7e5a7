"""标签: what a place notes of a household so that notices reach it; set and seen privately, by those with household:tag."""

from dataclasses import dataclass

from handlers.case_steps.desk import joined
from handlers.case_steps.offline import intake_words
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.audience_words import named
from models.rules.households import Tag
from models.rules.offline import read_visit
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.store.household_tags import HouseholdTagStore
from models.store.visits import Home, VisitStore


@dataclass(frozen=True, slots=True)
class TagHousehold(Intent):
    """Note a tag of a household; without ``tag`` the household's own are shown."""

    household: str
    tag: str = ""


@dataclass(frozen=True, slots=True)
class UntagHousehold(Intent):
    """Take a tag away again."""

    household: str
    tag: str


@dataclass(frozen=True, slots=True)
class ListHouseholdTags(Intent):
    """Which tags there are, and how many households have each."""


@handles(
    TagHousehold, may=Permission.CASE_OPEN
)  # who may is checked inside: residents' groups hear no refusal
def tag_household(ask: TagHousehold, work: Work) -> Reply:
    """One row; never in a log or an event."""
    _privately(work)
    tag = _tag(ask.tag, work) if ask.tag else None
    home, store = _home(ask.household, work), HouseholdTagStore(work.store.session)
    if tag is None:
        names = {each.code: each.name for each in work.town.preset.tags}
        own = [names[code] for code in store.tags_of(home.household) if code in names]
        if not own:
            return Reply("TAG_NONE_OF_DM", label=home.label)
        return Reply("TAG_OF_DM", label=home.label, list=joined(work, own))
    store.tag(home.household, tag.code, work.actor.person, work.now)
    return Reply("TAG_SENSITIVE_DM" if tag.sensitive else "TAG_SET_DM", label=home.label, tag=tag.name)


@handles(UntagHousehold, may=Permission.CASE_OPEN)
def untag_household(ask: UntagHousehold, work: Work) -> Reply:
    """The row is gone."""
    _privately(work)
    tag, home = _tag(ask.tag, work), _home(ask.household, work)
    if not HouseholdTagStore(work.store.session).untag(home.household, tag.code):
        raise Refusal(RefusalKind.NOT_FOUND, "TAG_NOT_THERE_DM", label=home.label, tag=tag.name)
    return Reply("TAG_GONE_DM", label=home.label, tag=tag.name)


@handles(ListHouseholdTags, may=Permission.CASE_OPEN)
def list_household_tags(ask: ListHouseholdTags, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """Counts of the asker's own places; which households they are is asked one by one."""
    _privately(work)
    counts = HouseholdTagStore(work.store.session).counts(_reach(work))
    render = work.standing.texts.render
    lines = [
        render("TAG_COUNT", {"tag": tag.name, "n": counts.get(tag.code, 0)}) for tag in work.town.preset.tags
    ]
    if not lines:
        raise Refusal(RefusalKind.NOT_FOUND, "TAG_NO_TAGS_DM", admin=work.town.contact)
    return Reply("TAG_LIST_DM", list=joined(work, lines))


def _privately(work: Work) -> None:
    """Tags are spoken of privately, by those who may use them.

    Raises:
        NotMeant: in a residents' group by somebody who may not, or history.
        Refusal: no permission, or said in a group.
    """
    may = Permission.HOUSEHOLD_TAG in work.actor.permissions
    if work.origin.late or (work.origin.room is not None and not may):
        raise NotMeant
    if not may:
        raise Refusal(RefusalKind.NOT_ALLOWED, "TAG_NO_PERM_DM", admin=work.town.contact)
    if work.origin.room is not None:
        raise Refusal(RefusalKind.NOT_NOW, "TAG_PRIVATELY_DM")


def _tag(word: str, work: Work) -> Tag:
    """The tag of that name.

    Raises:
        Refusal: there is none.
    """
    tags = work.town.preset.tags
    found = next((tag for tag in tags if named(word) in {named(name) for name in tag.names}), None)
    if found is None:
        raise Refusal(
            RefusalKind.NOT_FOUND, "TAG_UNKNOWN_DM", tag=word, list=joined(work, [t.name for t in tags])
        )
    return found


def _reach(work: Work) -> set[int]:
    town = work.town
    seats = [town.seats[s] for s in work.actor.seats]
    own = [s.area for s in seats if Permission.HOUSEHOLD_TAG in town.preset.posts[s.post].may]
    return {below for area in own for below in town.downward(area)}


def _home(words: str, work: Work) -> Home:
    """The household of that label in the asker's own places.

    Raises:
        Refusal: none, or several.
    """
    seen = read_visit(words, "", intake_words(work))
    store, reach = VisitStore(work.store.session), _reach(work)
    found = store.homes(reach, seen.label or words) or (store.homes(reach, seen.local) if seen.local else [])
    if len(found) == 1:
        return found[0]
    key = "TAG_HOMES_MANY_DM" if found else "TAG_HOME_UNKNOWN_DM"
    raise Refusal(RefusalKind.NOT_FOUND, key, label=words)
