"""Issuing one-time codes: for a person somebody has met, or for the group of an area.

Codes are kept as keyed digests and hold for a day; handlers/bindings.py takes them back.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.actor import Door
from models.rules.filling import is_below
from models.rules.permissions import THE_OPERATOR, Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.town import AreaNode
from models.store.bindings import BindingStore
from models.tables import BindingCode, Person

HOLDS = timedelta(hours=24)
DIGITS = 8


@dataclass(frozen=True, slots=True)
class IssueCode(Intent):
    """A cadre asks in chat for a code: for a person by name, or for the group of an area."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class IssuePersonCode(Intent):
    """Somebody vouches that a person is who they say: a code for that person's private chat."""

    name: str
    area: str = ""
    """Tells namesakes apart."""


@dataclass(frozen=True, slots=True)
class IssueCodeOf(Intent):
    """On a page: a code for the person of this row. ``replaces``: the contacts before end once it is said."""

    person: int
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class IssueRoomCode(Intent):
    """A code that binds the group it is said in to an area. Empty ``kind`` and ``tier`` 0: as the preset has it."""

    area: str
    kind: str = ""
    tier: int = 0


@dataclass(frozen=True, slots=True)
class IssueCodeOfArea(Intent):
    """On a page: a code for the group of the area of this row."""

    area: int


@handles(IssueCode, may=Permission.IDENTITY_VOUCH)
def issue_code(ask: IssueCode, work: Work) -> Reply | None:
    """Guess which of the two is wanted: an area's name means its group. Only privately: codes are secrets."""
    if work.origin.room is not None or work.origin.late:
        raise NotMeant
    words = ask.words.strip()
    if not words:
        raise Refusal(RefusalKind.NOT_CLEAR, "CODE_FOR_WHOM_DM")
    # People say "四组" or "四组群" for an area's group; the last character is the word for group.
    for name in (words, words[:-1]) if Permission.ROOM_BIND in work.actor.permissions else ():
        if any(name in {words, area.name} for area in _areas(name, work)):
            return _for_room(IssueRoomCode(name), work)
    return _for_person(IssuePersonCode(words), work)


@handles(IssuePersonCode, may=Permission.IDENTITY_VOUCH)
def issue_person_code(ask: IssuePersonCode, work: Work) -> Reply | None:
    """A code for one person within the issuer's own areas."""
    return _for_person(ask, work)


@handles(IssueCodeOf, may=Permission.IDENTITY_VOUCH)
def issue_code_of(ask: IssueCodeOf, work: Work) -> Reply:
    """The same rule as by name; nobody is asked which of two namesakes is meant.

    Raises:
        Refusal: nobody in reach, or somebody with posts beyond the issuer's own areas.
    """
    if not may_vouch(work, ask.person):
        raise Refusal(RefusalKind.NOT_FOUND, "CODE_NOT_YOURS_DM", contact=work.town.contact)
    code = _new_code(work, person_id=ask.person, replaces=ask.replaces)
    return Reply("CODE_PERSON_DM", name=work.store.person(ask.person).name, code=code)


def may_vouch(work: Work, person: int) -> bool:
    """Whether the asker may hand out codes for that person: never for peers or oneself, in chat as on a page."""
    row, reach = work.store.session.get(Person, person), _reach(work)
    if Permission.IDENTITY_VOUCH not in work.actor.permissions or row is None:
        return False
    return _decides_on(person, work) and _is_within(row, reach, reach, work)


def _for_person(ask: IssuePersonCode, work: Work) -> Reply:
    area = _one_area(ask.area, work) if ask.area else None
    reach = _reach(work)
    inside = set(work.town.downward(area.id)) if area else reach
    namesakes = BindingStore(work.store.session).people_named(ask.name)
    here = [p for p in namesakes if _is_within(p, inside, reach, work)]
    found = [p for p in here if _decides_on(p.id or 0, work)]
    if here and not found:
        raise Refusal(RefusalKind.NOT_ALLOWED, "CODE_NOT_YOURS_DM", contact=work.town.contact)
    if not found:
        raise Refusal(RefusalKind.NOT_FOUND, "CODE_NOBODY_DM", name=ask.name)
    if len(found) > 1:
        raise Refusal(RefusalKind.NOT_CLEAR, "CODE_NAMESAKES_DM", name=ask.name, n=len(found))
    code = _new_code(work, person_id=found[0].id)
    return Reply("CODE_PERSON_DM", name=found[0].name, code=code)


@handles(IssueRoomCode, may=Permission.ROOM_BIND)
def issue_room_code(ask: IssueRoomCode, work: Work) -> Reply | None:
    """A code for the group of one area within the issuer's own areas."""
    return _for_room(ask, work)


@handles(IssueCodeOfArea, may=Permission.ROOM_BIND)
def issue_code_of_area(ask: IssueCodeOfArea, work: Work) -> Reply:
    """The same rule as by name; nobody is asked which of two areas of one name is meant."""
    if ask.area not in _reach(work) or ask.area not in work.town.areas:
        raise Refusal(RefusalKind.NOT_FOUND, "CODE_NO_AREA_DM", area="")
    return _of_area(work.town.areas[ask.area], "", 0, work)


def _for_room(ask: IssueRoomCode, work: Work) -> Reply:
    return _of_area(_one_area(ask.area, work), ask.kind, ask.tier, work)


def _of_area(area: AreaNode, kind: str, tier: int, work: Work) -> Reply:
    rule = next((r for r in work.town.preset.rooms if r.bind == area.level), None)
    usual = (rule.kind, rule.tier) if rule else ("resident", 1)
    code = _new_code(work, area_id=area.id, room_kind=kind or usual[0], tier=tier or usual[1])
    return Reply("CODE_ROOM_DM", area=area.name, code=code)


def _new_code(work: Work, **means: int | str | bool | None) -> str:
    """A fresh code, remembered by its digest."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    digest = work.standing.secrets.digest("code", code)
    if BindingStore(work.store.session).digest_known(digest):
        return _new_code(work, **means)
    row = BindingCode(
        digest=digest, issued_by=work.actor.person, issued_at=work.now, expires_at=work.now + HOLDS
    )
    for name, value in means.items():
        setattr(row, name, value)
    work.store.session.add(row)
    return code


def _reach(work: Work) -> set[int]:
    """Areas an issuer may vouch in: below the appointments that carry the right; the operator's are all."""
    town = work.town
    if work.origin.door is Door.SHELL or work.actor.permissions == THE_OPERATOR:
        return set(town.areas)
    seats = [town.seats[s] for s in work.actor.seats]
    vouching = [s for s in seats if Permission.IDENTITY_VOUCH in town.preset.posts[s.post].may]
    return {below for seat in vouching for below in town.downward(seat.area)}


def _areas(name: str, work: Work) -> list[AreaNode]:
    reach = _reach(work)
    return [a for a in work.town.areas_named(name) if a.id in reach]


def _one_area(name: str, work: Work) -> AreaNode:
    found = _areas(name, work)
    if not found:
        raise Refusal(RefusalKind.NOT_FOUND, "CODE_NO_AREA_DM", area=name)
    if len(found) > 1 and found[0].rank == found[1].rank:
        raise Refusal(RefusalKind.NOT_CLEAR, "CODE_AREAS_DM", area=name, n=len(found))
    return found[0]


def _decides_on(person: int, work: Work) -> bool:
    """Whether the person holds no post at or above the issuer's own level: with a code one speaks as its person."""
    return is_below(work.actor, work.town, person, work.today)


def _is_within(person: Person, inside: set[int], reach: set[int], work: Work) -> bool:
    """Whether the person lives or serves there, and holds no post beyond the issuer's own areas.

    A code gives all the rights of its person: nobody may hand out more than lies within his own reach.
    """
    seats = work.town.seats_by_person.get(person.id or 0, ())
    held = [s for s in seats if s.valid_to is None or s.valid_to >= work.today]
    here = person.home_area_id in inside or any(s.area in inside for s in seats)
    return here and all(s.area in reach for s in held)
