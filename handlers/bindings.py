"""One-time codes: a leader is bound by one in private chat, a room by one in the group (platform facts §3).

Rights come from such a binding only. A code works once; after too many wrong ones a contact's codes are not looked
at for an hour.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.filling import is_last_administrator, may_end_binding
from models.rules.message import Message
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.town import AreaNode, RoomCard
from models.rules.web_access import Access
from models.store.access import AccessStore
from models.store.bindings import BindingStore
from models.tables import BindingCode, ChatIdentity, Room

TRIES = 5
TRIES_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class BindIdentity(Intent):
    """A contact says the code it was given: the contact is that person."""

    code: str


@dataclass(frozen=True, slots=True)
class BindRoom(Intent):
    """A post holder says a code in a group: the group serves that area."""

    code: str


@dataclass(frozen=True, slots=True)
class DoubtRoom(Intent):
    """A room may be another one than it was: nothing is heard or said there until it is bound again."""

    room: int


@dataclass(frozen=True, slots=True)
class DoubtAccount(Intent):
    """After a new login an account's ids may mean others: its rooms and contacts wait to be bound again."""

    channel: str
    account: str


@dataclass(frozen=True, slots=True)
class UnbindContact(Intent):
    """On a page: this contact speaks for its person no more. ``identity`` is our row for it."""

    identity: int


@handles(BindIdentity, may=Permission.IDENTITY_BIND)
def bind_identity(ask: BindIdentity, work: Work) -> Reply | None:
    """Bind the contact that said the code; in a group the code is spoilt instead, because others read it."""
    message = _heard(work)
    row = work.store.ensure_identity(
        message.channel, message.sender, work.now, is_friend=work.actor.is_friend
    )
    code = _code_said(ask.code, row, work, for_person=True)
    if code is None:
        return None
    code.used_at, code.used_by = work.now, row.id
    if message.room is not None:
        work.tell(row.id, "CODE_SPOILT_DM")
        return None
    person = work.store.person(code.person_id or 0)
    _tell_the_others(code, row, person.name, work)
    _note_binding(code, row, work)
    row.person_id, row.verified_by = person.id, code.issued_by
    row.verified_at, row.method = work.now, "code"
    row.is_friend, row.gone_at, row.unbound_at = True, None, None
    work.store.touch_town()
    posts = [s.title for s in work.town.seats_of(person.id or 0, work.today)]
    work.tell(row.id, "BOUND_DM", name=person.name, posts=_listed(posts) or work.town.name)
    return None


def _tell_the_others(code: BindingCode, row: ChatIdentity, name: str, work: Work) -> None:
    """The person's contacts before hear it; a code for a new telephone ends their rights, and whoever is signed in."""
    person = code.person_id or 0
    others = [other for other in _bindings(work).identities_of(person) if other.id != row.id]
    for other in others:
        key = "BOUND_MOVED_DM" if code.replaces else "BOUND_ELSEWHERE_DM"
        work.tell(other.id, key, name=name, contact=work.town.contact)
    if code.replaces:
        _bindings(work).unbind(others, work.now)
        AccessStore(work.store.session).shut_out(person, work.now)


@handles(UnbindContact, may=Permission.IDENTITY_BIND)
def unbind_contact(ask: UnbindContact, work: Work) -> Reply:
    """One's own, or that of somebody on whose posts one decides; never what leaves the place without an administrator.

    Raises:
        Refusal: no such binding, not theirs to end, or the last way in of the last administrator.
    """
    row = work.store.session.get(ChatIdentity, ask.identity)
    person = row.person_id if row is not None and row.verified_at is not None else None
    mine = person is not None and person == work.actor.person
    if (
        row is None
        or person is None
        or not (mine or may_end_binding(work.actor, work.town, person, work.today))
    ):
        raise Refusal(RefusalKind.NOT_FOUND, "UNBIND_NOBODY_DM")
    left = [each for each in _bindings(work).identities_of(person) if each.id != row.id]
    if not left and is_last_administrator(work.town, person, work.today):
        raise Refusal(RefusalKind.NOT_NOW, "LAST_ADMIN_DM")
    work.tell(row.id, "UNBOUND_DM", contact=work.town.contact)
    _bindings(work).unbind([row], work.now)
    AccessStore(work.store.session).shut_out(person, work.now)
    work.store.touch_town()
    return Reply("UNBOUND_DONE_DM", name=work.store.person(person).name)


@handles(BindRoom, may=Permission.IDENTITY_BIND)
def bind_room(ask: BindRoom, work: Work) -> Reply | None:
    """Bind the group, or bind it again after its id changed, and say what the assistant does there."""
    message = _heard(work)
    if message.room is None:
        raise Refusal(RefusalKind.NOT_CLEAR, "CODE_IN_GROUP_DM")
    row = work.store.ensure_identity(message.channel, message.sender, work.now)
    code = _code_said(ask.code, row, work, for_person=False)
    if code is None:
        return None
    area = work.town.areas.get(code.area_id or 0)
    if area is None or not _may_bind(area, work):
        raise Refusal(RefusalKind.NOT_ALLOWED, "BIND_NOT_YOURS_DM", contact=work.town.contact)
    room = _room_of(message, work)
    room = _take_over(room, area, code, work) or room
    room.kind, room.tier, room.mode = code.room_kind, code.tier, "active"
    work.store.hand_room(room, message.account)
    room.title = room.title or area.name  # until the channel told the group's own title
    room.bound_at, room.read_only_at, room.dissolved_at = work.now, None, None
    room.introduced_at = work.now
    _bindings(work).serve(room.id or 0, area.id)
    work.store.seat_account(room.id or 0, message.account, work.now)
    code.used_at, code.used_by = work.now, row.id
    work.store.touch_town()
    first = work.town.preset.posts[work.town.preset.ladder[0]]
    found = work.town.climb(area.id, work.today).seat
    work.tell_room(room.id or 0, "BOT_INTRO", area=area.name, role=found.title if found else first.name)
    return None


@handles(DoubtRoom, may=Permission.CLOCK_TICK)
def doubt_room(ask: DoubtRoom, work: Work) -> Reply | None:
    """Fall silent in the room and tell those who can bind it again."""
    card = work.town.rooms.get(ask.room)
    if card is None or card.read_only:
        return None
    _doubt(card, work)
    work.store.touch_town()
    if card.areas:
        for seat in work.town.holders(work.town.preset.dispatcher_post, card.areas[0], work.today):
            work.tell_seat(seat, "ROOM_DOUBTED_DM", room=card.title)
    return None


@handles(DoubtAccount, may=Permission.CLOCK_TICK)
def doubt_account(ask: DoubtAccount, work: Work) -> Reply | None:
    """Fall silent in all rooms the account listened in; contacts of its channel keep no right until bound again."""
    for card in work.town.rooms.values():
        if card.channel == ask.channel and card.account == ask.account and not card.read_only:
            _doubt(card, work)
    _bindings(work).forget_contacts(ask.channel, work.now)
    work.store.touch_town()
    return None


def _doubt(card: RoomCard, work: Work) -> None:
    work.store.room_row(card.id).read_only_at = work.now


def _note_binding(code: BindingCode, row: ChatIdentity, work: Work) -> None:
    """Whoever came in by the contact of before is out: who holds it now signs in himself."""
    access, mine = AccessStore(work.store.session), code.person_id
    for person in {mine, row.person_id} - {None}:
        access.shut_out(person or 0, work.now)
    access.note(Access.BOUND, mine, work.now, by_person_id=code.issued_by, by_operator=code.issued_by is None)


def _bindings(work: Work) -> BindingStore:
    return BindingStore(work.store.session)


def _heard(work: Work) -> Message:
    """The message the code stood in; codes come through chat alone."""
    if work.origin.message is None or work.origin.late:
        raise NotMeant
    return work.origin.message


def _code_said(code: str, row: ChatIdentity, work: Work, *, for_person: bool) -> BindingCode | None:
    """The code's row. Otherwise the try is counted and the contact told; kept even though nothing was bound."""
    bindings, identity = _bindings(work), row.id or 0
    if bindings.wrong_since(identity, work.now - TRIES_WITHIN) >= TRIES:
        work.tell(identity, "CODE_LOCKED_DM")
        return None
    found = work.store.find_code(work.standing.secrets.digest("code", code.strip()), work.now)
    if found is not None and (found.person_id is not None) == for_person:
        return found
    bindings.note_wrong(identity, work.now, work.now - TRIES_WITHIN)
    work.tell(identity, "CODE_WRONG_DM", contact=work.town.contact)
    return None


def _may_bind(area: AreaNode, work: Work) -> bool:
    """Whoever may bind rooms, and any verified holder of a post that answers for the area or a part of it."""
    seats = [work.town.seats[s] for s in work.actor.seats]
    return Permission.ROOM_BIND in work.actor.permissions or any(
        work.town.related(s.area, area.id) for s in seats
    )


def _room_of(message: Message, work: Work) -> Room:
    """The group's row, made when this is the first we hear of it."""
    row = work.store.find_room(message.channel, message.room or "")
    if row is None:
        row = Room(channel=message.channel, platform_id=message.room or "", listener=message.account)
        work.store.session.add(row)
        work.store.session.flush()
    return row


def _take_over(new: Room, area: AreaNode, code: BindingCode, work: Work) -> Room | None:
    """The row of the same room under an older id, or from the list of rooms, when there is just one such."""
    before = [
        card
        for card in work.town.rooms.values()
        if card.id != new.id and area.id in card.areas and (card.kind, card.tier) == (code.room_kind, code.tier)
        and (card.read_only or not card.account)
    ]  # fmt: skip
    if new.bound_at is not None or len(before) != 1:
        return None
    old = work.store.room_row(before[0].id)
    _bindings(work).hand_over(new, old, work.now)
    return old


def _listed(words: Iterable[str]) -> str:
    return "、".join(words)
