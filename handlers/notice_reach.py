"""Whom a notice reaches at this moment: groups, people privately, and who is not reached; a few statements, however large.

Asked for the preview and again at the moment of sending, so that new groups, posts and households are in.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from handlers.audience_said import not_clear
from handlers.work import Work
from models.rules.actor import Door
from models.rules.audience_words import named, read_whom
from models.rules.audiences import RESIDENTS, Audience, AudienceUnclear
from models.rules.notice_receipts import rooms_of_areas
from models.rules.permissions import Permission
from models.rules.reaching import areas_meant, holders_meant, rooms_meant, shares_with_left_out
from models.rules.refusals import Refusal, RefusalKind
from models.rules.town import RoomCard, Seat, Town
from models.rules.whom import Whom
from models.store.household_tags import HouseholdTagStore, Tagged


@dataclass(frozen=True, slots=True)
class Recipient:
    """One contact that hears it privately; ``passes_on``: labels of households that it reaches only through them."""

    identity: int
    passes_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """Groups in the order in which they hear it, and people."""

    areas: Audience
    rooms: tuple[RoomCard, ...] = ()
    people: tuple[Recipient, ...] = ()
    unreached: tuple[Seat, ...] = ()
    """Post holders without a verified contact."""
    homes_unreached: int = 0
    mixed: int = 0
    """Groups that also serve a place that is left out."""

    @property
    def is_nobody(self) -> bool:
        """Whether nobody would hear it."""
        return not (self.rooms or self.people)


def whom_said(audience: str, words: str, own: Iterable[int], work: Work) -> tuple[Whom, str]:
    """Whom the cadre means, and what is to be said.

    Raises:
        Refusal: a place that is not clear; tags by somebody who may not use them, in a group, or named in the words.
    """
    try:
        if work.origin.door is Door.CHAT:
            whom, rest = read_whom(audience, words, work.town, own)
        else:
            whom, rest = _whom_chosen(audience, own, work), words
    except AudienceUnclear as unclear:
        raise not_clear(unclear, work) from unclear
    _may_use_tags(work, whom)
    may_say(work, whom, rest)
    return whom, rest


def _whom_chosen(audience: str, own: Iterable[int], work: Work) -> Whom:
    """Outside a chat the audience stands in a field of its own: all of it must mean somebody.

    Raises:
        AudienceUnclear: some of it means nobody.
    """
    whom, rest = read_whom(audience, "", work.town, own)
    if rest.strip():
        raise AudienceUnclear("unknown", (rest.strip(),))
    return whom


def whom_picked(whom: Whom, words: str, own: Iterable[int], work: Work) -> Whom:
    """Whom somebody picked from a list of places and kinds, each place once.

    Raises:
        Refusal: nothing was picked, or what is not there (any more), is somebody else's, or is left out as well; tags
            by somebody who may not use them, or named in the words.
    """
    town, preset = work.town, work.town.preset
    inside = {below for area in own for below in town.downward(area)}
    if not whom.areas:
        raise Refusal(RefusalKind.NOT_CLEAR, "AUDIENCE_NONE_DM")
    known = (
        {(rule.kind, rule.tier) for rule in preset.rooms}.issuperset(whom.kinds)
        and {level.code for level in preset.levels}.issuperset(whom.levels)
        and preset.posts.keys() >= {*whom.posts}
        and {tag.code for tag in preset.tags}.issuperset(whom.tags)
    )
    if not known or not inside.issuperset((*whom.areas, *whom.without)):
        raise Refusal(RefusalKind.NOT_FOUND, "AUDIENCE_PICKED_DM")
    left_out = {below for area in whom.without for below in town.downward(area)}
    if both := [town.areas[area].name for area in whom.areas if area in left_out]:
        raise Refusal(RefusalKind.NOT_CLEAR, "AUDIENCE_BOTH_DM", area=both[0])
    _may_use_tags(work, whom)
    may_say(work, whom, words)
    areas = tuple(dict.fromkeys(a for a in whom.areas if not _lies_within(town, a, whom.areas)))
    meant = {below for area in areas for below in town.downward(area)}
    return replace(whom, areas=areas, without=tuple(a for a in dict.fromkeys(whom.without) if a in meant))


def _lies_within(town: Town, area: int, others: Iterable[int]) -> bool:
    """Whether it is below another of these."""
    return any(town.is_within(area, other) for other in others if other != area)


def _may_use_tags(work: Work, whom: Whom) -> None:
    if whom.tags and Permission.HOUSEHOLD_TAG not in work.actor.permissions:
        raise Refusal(RefusalKind.NOT_ALLOWED, "TAG_NO_PERM_DM", admin=work.town.contact)


def may_say(work: Work, whom: Whom, words: str) -> None:
    """Households with sensitive tags are written to privately, and no word says why it is them.

    Raises:
        Refusal: said in a group, or the tag stands in the words.
    """
    hidden = [tag for tag in work.town.preset.tags if tag.sensitive and tag.code in whom.tags]
    if hidden and work.origin.room is not None:
        raise Refusal(RefusalKind.NOT_NOW, "NOTICE_TAG_PRIVATELY_DM")
    said = named(words)
    if found := next((name for tag in hidden for name in tag.names if named(name) in said), None):
        raise Refusal(RefusalKind.NOT_CLEAR, "NOTICE_TAG_WORDS_DM", tag=found)


def reach_of(work: Work, whom: Whom) -> Reach:
    """Whom it reaches today."""
    town = work.town
    areas = Audience(tuple(town.areas[a] for a in whom.areas if a in town.areas), ())
    if whom.posts:
        return _by_post(work, whom, areas)
    if whom.tags:
        return _by_tag(work, whom, areas)
    rooms = rooms_meant(town, whom)
    return Reach(areas, rooms, mixed=sum(shares_with_left_out(town, whom, rooms)))


def _by_post(work: Work, whom: Whom, areas: Audience) -> Reach:
    held = holders_meant(work.town, whom, work.today)
    people = tuple(Recipient(seat.identities[-1]) for seat in held if seat.identities)
    return Reach(areas, (), people, tuple(seat for seat in held if not seat.identities))


def _by_tag(work: Work, whom: Whom, areas: Audience) -> Reach:
    """Groups near such households for plain tags; for sensitive ones nobody but the household, or who looks in on it."""
    town, store = work.town, HouseholdTagStore(work.store.session)
    inside = areas_meant(town, whom)
    homes = store.tagged(inside, whom.tags)
    sensitive = any(tag.sensitive for tag in town.preset.tags if tag.code in whom.tags)
    # An unknown code comes from a preset that was changed since: what it meant is not known, so nothing goes to a group.
    sensitive = sensitive or not {*whom.tags} <= {tag.code for tag in town.preset.tags}
    usual = rooms_meant(town, Whom(whom.areas, whom.without)) if not sensitive else ()
    served = rooms_of_areas(town, (room for room in usual if room.tier == RESIDENTS))
    near = {served[home.area].id for home in homes if home.area in served}
    alone = [home for home in homes if home.area not in served]
    people, lost = _privately(work, alone, whom, store) if alone else ((), 0)
    rooms = tuple(room for room in usual if room.id in near)
    return Reach(areas, rooms, people, homes_unreached=lost)


def _privately(
    work: Work, homes: list[Tagged], whom: Whom, store: HouseholdTagStore
) -> tuple[tuple[Recipient, ...], int]:
    """The households' own contacts; the others through whoever looks in on them, and how many nobody reaches."""
    contacts, watchers = store.contacts(whom.tags), store.watchers(whom.tags)
    own: dict[int, None] = {}
    passes: dict[int, list[str]] = defaultdict(list)
    lost = 0
    for home in homes:
        if home.household in contacts:
            own.update(dict.fromkeys(contacts[home.household].values()))
        elif carers := [*_carers(work, home, watchers.get(home.household, ()))]:
            for identity in carers:
                passes[identity].append(f"{work.town.areas[home.area].name}{home.label}")
        else:
            lost += 1
    told = [Recipient(identity) for identity in own if identity not in passes]
    return (*told, *(Recipient(identity, tuple(labels)) for identity, labels in passes.items())), lost


def _carers(work: Work, home: Tagged, watchers: Iterable[int]) -> Iterator[int]:
    """Contacts of those who look in on a household; without any, of the nearest post above that is in the chat."""
    seats = [seat for person in watchers for seat in work.town.seats_of(person, work.today)[:1]]
    found = [seat.identities[-1] for seat in seats if seat.identities]
    if not found:
        chain = work.town.chain(home.area, work.today)
        near = (s for s in chain if s.identities and work.town.is_within(home.area, s.area))
        found = [seat.identities[-1] for seat in islice(near, 1)]
    yield from dict.fromkeys(found)
