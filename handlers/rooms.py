"""Rooms change under us: renamed, dissolved, members gone, ourselves removed. Each is noticed, told, and mendable."""

from dataclasses import dataclass
from datetime import timedelta

from handlers.case_steps.receipts import refresh_held
from handlers.case_steps.steps import seat_of
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import OPEN_STATES
from models.rules.message import RoomChange
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant
from models.rules.town import RoomCard, Seat
from models.store.notice_forms import FormStore
from models.tables import Room

RECALLED_WITHIN = timedelta(hours=1)
"""WeChat lets a sender take a message back for two minutes; we may hear of both late."""


@dataclass(frozen=True, slots=True)
class NoteRoomChange(Intent):
    """The channel says that something happened to a room."""

    channel: str
    account: str
    platform_id: str
    change: RoomChange
    members: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class NameRoom(Intent):
    """The channel was asked for the title of a bound room."""

    channel: str
    platform_id: str
    title: str


@dataclass(frozen=True, slots=True)
class MeetFriend(Intent):
    """A contact and one of our accounts are friends now: private messages reach it."""

    channel: str
    contact: str


@dataclass(frozen=True, slots=True)
class NoteRecall(Intent):
    """A sender took a message back: the line kept with a case loses its words, the case stays."""

    message_key: str


@handles(NoteRoomChange, may=Permission.CLOCK_TICK)
def note_room_change(ask: NoteRoomChange, work: Work) -> Reply | None:
    """Keep the room's row true and tell whoever must act; an unknown room is remembered, unbound and silent."""
    row = work.store.find_room(ask.channel, ask.platform_id)
    if row is None:
        if ask.change in {RoomChange.JOINED, RoomChange.RENAMED}:
            room = Room(
                channel=ask.channel, platform_id=ask.platform_id, title=ask.title, listener=ask.account
            )
            work.store.session.add(room)
            work.store.session.flush()
            work.store.seat_account(room.id or 0, ask.account, work.now)
        return None
    card = work.town.rooms.get(row.id or 0)
    if ask.change is RoomChange.RENAMED:
        row.title = ask.title
        work.store.touch_town()
    elif ask.change in {RoomChange.WE_LEFT, RoomChange.DISSOLVED}:
        _we_are_out(ask, work, row, card)
    elif ask.change is RoomChange.LEFT:
        _members_left(ask, work, card)
    elif ask.change is RoomChange.JOINED:
        work.store.seat_account(row.id or 0, ask.account, work.now)
        if row.dissolved_at is not None:
            row.dissolved_at = None
            work.store.touch_town()
    return None


def _we_are_out(ask: NoteRoomChange, work: Work, row: Room, card: RoomCard | None) -> None:
    """Nothing can be heard or said there any more: another of our accounts takes over, else its keepers are told."""
    others = work.store.leave_room(row.id or 0, ask.account, work.now)
    if others is None and ask.change is RoomChange.WE_LEFT:
        raise NotMeant  # the census misses it again at every count
    if ask.change is RoomChange.DISSOLVED:
        row.dissolved_at = work.now
    elif others and row.listener == ask.account:
        work.store.hand_room(row, others[0])
    work.store.touch_town()
    if card is None or (others and ask.change is RoomChange.WE_LEFT):
        return
    key = "ROOM_DISSOLVED_DM" if ask.change is RoomChange.DISSOLVED else "ROOM_LOST_DM"
    for seat in _keepers(work, card):
        work.tell_seat(seat, key, rank=Rank.URGENT, room=card.title)


def _keepers(work: Work, card: RoomCard) -> list[Seat]:
    """The room's first responder and the one who hands out work there."""
    on = work.today
    if not card.areas:
        return []
    first = work.town.climb(card.areas[0], on).seat
    duty = work.town.holders(work.town.preset.dispatcher_post, card.areas[0], on)[:1]
    seats = {s.person: s for s in (first, *duty) if s is not None}
    return list(seats.values())


def _members_left(ask: NoteRoomChange, work: Work, card: RoomCard | None) -> None:
    """A post holder who leaves the group he answers for is missed by the post above; residents come and go freely."""
    if card is None or not card.areas:
        return
    on = work.today
    ladder = work.town.preset.ladder
    for contact in ask.members:
        identity = work.store.find_identity(ask.channel, contact)
        if identity is None or identity.person_id is None:
            continue
        for seat in work.town.seats_of(identity.person_id, on):
            if work.town.related(seat.area, card.areas[0]):
                rung = ladder.index(seat.post) if seat.post in ladder else 0
                above = work.town.climb(card.areas[0], on, rung + 1).seat
                work.tell_seat(
                    above, "HOLDER_LEFT_DM", room=card.title, role=seat.title, surname=seat.surname
                )
                break


@handles(NameRoom, may=Permission.CLOCK_TICK)
def name_room(ask: NameRoom, work: Work) -> Reply | None:
    """Call the group by its own title. One that a list or a person named already keeps that name: lists find it by it."""
    card = work.town.rooms_by_platform.get((ask.channel, ask.platform_id))
    if card is None or ask.title in {"", card.title} or not work.town.is_nameless(card):
        raise NotMeant
    work.store.room_row(card.id).title = ask.title
    work.store.touch_town()
    return None


@handles(MeetFriend, may=Permission.CLOCK_TICK)
def meet_friend(ask: MeetFriend, work: Work) -> Reply | None:
    """Remember that private messages reach this contact."""
    row = work.store.ensure_identity(ask.channel, ask.contact, work.now, is_friend=True)
    row.is_friend = True
    work.tell(row.id, "WELCOME_DM")
    return None


@handles(NoteRecall, may=Permission.CLOCK_TICK)
def note_recall(ask: NoteRecall, work: Work) -> Reply | None:
    """The words go; that something was reported stays, and its handler asks."""
    forgotten = work.store.forget_draft(ask.message_key)
    message, since = ask.message_key.partition(":")[2], work.now - RECALLED_WITHIN
    offered = FormStore(work.store.session).forget_offered(message, since)
    seen = work.store.forget_attachments(message, since) or offered
    lines = work.store.lines_from(ask.message_key)
    for line in lines:
        case = work.store.case(line.case_id)
        case.text = case.text.replace(line.text, "", 1).strip("\n")
        line.text = ""
        refresh_held(work, case)
        if not case.text and case.state in OPEN_STATES:
            seat = seat_of(work, case.claimed_by, case) or seat_of(work, case.assignee_id, case)
            work.tell_seat(seat, "RECALLED_DM", case=case, no=case.no)
    if not (lines or forgotten or seen):
        raise NotMeant
    return None
