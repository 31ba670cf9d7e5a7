"""A group is listened to by one of our accounts; another one takes over by hand, or when that one is dead (decision 0068)."""

from dataclasses import dataclass
from datetime import timedelta

from handlers.case_steps.words import due_words
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.health import HEARTBEAT_LASTS
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.town import RoomCard
from models.store.room_moves import RoomMoveStore

DEAD_AFTER = timedelta(minutes=10)
"""An account that heard nothing for so long is waited for no more where another one of ours sits."""
KNOWN_WITHIN = timedelta(seconds=5)
"""By then every process knows of a move: each reads the town anew every second."""


@dataclass(frozen=True, slots=True)
class MoveRoom(Intent):
    """From a moment on another account listens and speaks there. ``room``: its number or its name."""

    room: str
    account: str


@dataclass(frozen=True, slots=True)
class LeaveDeadAccounts(Intent):
    """Groups whose account is dead are taken over by another one that sits there."""


@dataclass(frozen=True, slots=True)
class RoomLine:
    """Who listens where."""

    id: int
    title: str
    account: str
    others: tuple[str, ...]


@handles(MoveRoom, may=Permission.CLOCK_TICK)
def move_room(ask: MoveRoom, work: Work) -> Reply:
    """What was said before the moment is taken by the account before: nothing is lost between two, nothing heard twice."""
    card = _meant(ask.room, work)
    there = RoomMoveStore(work.store.session).seated().get(card.id, [])
    if card.account == ask.account:
        raise Refusal(RefusalKind.NOT_NOW, "ROOM_MOVE_SAME", room=card.title, account=ask.account)
    if ask.account not in there:
        raise Refusal(RefusalKind.NOT_NOW, "ROOM_MOVE_NOT_THERE", room=card.title, account=ask.account)
    since = work.now + KNOWN_WITHIN
    work.store.hand_room(work.store.room_row(card.id), ask.account, since)
    work.store.touch_town()
    return Reply("ROOM_MOVED", room=card.title, account=ask.account, at=due_words(work, since))


@handles(LeaveDeadAccounts, may=Permission.CLOCK_TICK)
def leave_dead_accounts(ask: LeaveDeadAccounts, work: Work) -> Reply | None:  # noqa: ARG001 - says all by its name
    """At once, with everything said since; the groups' leaders are asked to look through what nobody heard."""
    store = RoomMoveStore(work.store.session)
    deserted = store.deserted(work.now - DEAD_AFTER, work.now - HEARTBEAT_LASTS)
    if not deserted:
        raise NotMeant
    for one in deserted:
        # Shared out: one account must not get everything that another one had.
        work.store.hand_room(work.store.room_row(one.room), one.others[one.room % len(one.others)])
        card = work.town.rooms.get(one.room)
        if card is not None and card.areas:
            seat = work.town.climb(card.areas[0], work.today).seat
            begin = due_words(work, one.heard_until)
            work.tell_seat(seat, "ROOM_MOVED_DM", rank=Rank.REPLY, room=card.title, begin=begin)
    work.store.touch_town()
    return None


def listening(work: Work) -> list[RoomLine]:
    """Every group with the account that listens and speaks there, and the others of ours that could."""
    there = RoomMoveStore(work.store.session).seated()
    return [
        RoomLine(
            card.id, card.title, card.account, tuple(a for a in there.get(card.id, ()) if a != card.account)
        )
        for card in work.town.rooms.values()
        if card.areas
    ]


def _meant(room: str, work: Work) -> RoomCard:
    """The one group with this number or name. Raises Refusal."""
    cards = work.town.rooms.values()
    found = [card for card in cards if str(card.id) == room] or [card for card in cards if card.title == room]
    if len(found) != 1:
        raise Refusal(RefusalKind.NOT_CLEAR, "ROOM_MOVE_UNKNOWN", room=room)
    return found[0]
