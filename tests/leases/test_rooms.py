"""A group is heard by one of our accounts: handed over without a gap, or taken over when that one is dead."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from bot.parts import Parts, load_parts
from bot.room_moves import move_beats
from handlers.actors import CLOCK, OPERATOR
from handlers.dispatch import Dispatch, Outcome, Status
from handlers.intents import Intent
from handlers.room_moves import LeaveDeadAccounts, MoveRoom, listening
from handlers.rooms import NameRoom
from models.heartbeats import Heartbeats
from models.leases import LeaseLost
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey
from models.rules.seats import RoomCard
from models.tables import AuditLine, OutboxMessage, Room
from tests.reliability import town, two_wechats
from tests.reliability.two_wechats import SHARED

MOVED_AT = two_wechats.now()
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="session")
def parts() -> Parts:
    return load_parts(town.QUICK, two_wechats.SECRET, hears=False)


class Place:
    """The town of two accounts, and a clock that stands still until it is told."""

    def __init__(self, engine: Engine, parts: Parts) -> None:
        two_wechats.stage(engine)
        self.now = two_wechats.now()
        self.engine = engine
        self.dispatch = Dispatch(engine, parts.standing, lambda: self.now)
        self.texts = parts.standing.texts
        self.asked = 0

    def ask(self, intent: Intent) -> Outcome:
        self.asked += 1
        actor = OPERATOR if isinstance(intent, MoveRoom) else CLOCK
        return self.dispatch(intent, actor, Origin(Door.SHELL, IdempotencyKey(f"t:{self.asked}"), self.now))

    def card(self, room: str = SHARED) -> RoomCard:
        return self.dispatch.current_town().rooms_by_platform["wechaty", room]

    def told(self, key: str) -> int:
        with self.engine.connect() as wire:
            return len(wire.execute(select(OutboxMessage.id).where(OutboxMessage.key == key)).all())


@pytest.fixture
def place(engine: Engine, parts: Parts) -> Place:
    return Place(engine, parts)


@pytest.mark.parametrize(
    ("account", "at", "hears"),
    [
        ("a", MOVED_AT - SECOND, True),
        ("b", MOVED_AT - SECOND, False),
        ("a", MOVED_AT, False),
        ("b", MOVED_AT, True),
        ("c", MOVED_AT, False),
    ],
)
def test_of_two_accounts_in_a_group_always_one_hears_a_line(account: str, at: datetime, *, hears: bool):
    room = RoomCard(
        1, "wechaty", "r", "r", "resident", 1, (1,), account="b", listens_from=MOVED_AT, listened_before="a"
    )

    assert room.is_heard_by(account, at) is hears


def test_a_group_moves_by_hand_from_a_moment_on(place: Place):
    done = place.ask(MoveRoom("九组群", "b"))

    card, reply = place.card(), done.reply
    assert reply is not None
    assert reply.key == "ROOM_MOVED"
    assert (card.account, card.listened_before) == ("b", "a")
    assert card.listens_from is not None
    assert card.listens_from > place.now
    assert card.is_heard_by("a", place.now)
    assert card.is_heard_by("b", place.now + timedelta(seconds=5))


@pytest.mark.parametrize(
    ("room", "account", "told"),
    [
        ("没有群", "b", "ROOM_MOVE_UNKNOWN"),
        ("九组群", "a", "ROOM_MOVE_SAME"),
        ("一组群", "a", "ROOM_MOVE_NOT_THERE"),
    ],
)
def test_a_move_that_cannot_be_says_why(place: Place, room: str, account: str, told: str):
    refused = place.ask(MoveRoom(room, account)).refusal

    assert refused is not None
    assert refused.key == told
    assert place.texts.render(told, refused.blanks)


def test_who_listens_where_is_listed(place: Place):
    lines = {
        line.title: line
        for line in place.dispatch.look(
            listening, OPERATOR, Origin(Door.SHELL, IdempotencyKey("t"), place.now)
        )
    }

    assert (lines["九组群"].account, lines["九组群"].others) == ("a", ("b",))
    assert (lines["一组群"].account, lines["一组群"].others) == ("b", ())


def test_groups_of_a_dead_account_are_taken_over_and_their_leaders_are_told_once(place: Place):
    beats = Heartbeats(place.engine)
    beats.note("a", place.now)
    beats.note("b", place.now)
    assert place.ask(LeaveDeadAccounts()).status is Status.NOT_MEANT

    place.now += timedelta(minutes=11)
    beats.note("b", place.now)
    assert place.ask(LeaveDeadAccounts()).status is Status.DONE
    assert (
        place.ask(LeaveDeadAccounts()).status is Status.NOT_MEANT
    )  # the others of its groups have nobody else

    assert place.card().account == "b"
    assert place.card().is_heard_by("b", place.now)
    assert not place.card().is_heard_by("a", place.now)
    assert place.card("room2").account == "a"
    assert place.told("ROOM_MOVED_DM") == 1


def test_after_a_long_stop_the_account_that_is_back_first_does_not_get_the_groups_of_the_others(place: Place):
    beats = Heartbeats(place.engine)
    beats.note("a", place.now)
    place.now += timedelta(hours=8)
    (tick,) = move_beats(place.dispatch, lambda: place.now)
    beats.note("b", place.now)
    place.now += timedelta(seconds=30)
    tick.call()
    assert place.card().account == "a"

    place.now += timedelta(minutes=10)
    beats.note("b", place.now)
    tick.call()
    assert place.card().account == "b"


def test_nobody_takes_over_when_all_are_dead(place: Place):
    beats = Heartbeats(place.engine)
    for account in ("a", "b"):
        beats.note(account, place.now)
    place.now += timedelta(minutes=11)

    assert place.ask(LeaveDeadAccounts()).status is Status.NOT_MEANT
    assert place.card().account == "a"


def test_what_a_late_process_heard_is_not_written(place: Place, parts: Parts):
    def late(_wire: object, account: str) -> None:
        raise LeaseLost(account)

    stale = Dispatch(place.engine, parts.standing, lambda: place.now, fence=late)
    named = NameRoom("wechaty", SHARED, "别的名字")
    with place.engine.begin() as wire:
        wire.execute(Room.__table__.update().values(title=""))  # type: ignore[attr-defined]
    place.dispatch.current_town()

    with pytest.raises(LeaseLost):
        stale(named, CLOCK, Origin(Door.CLOCK, IdempotencyKey("t:late"), place.now, account="a"))

    with place.engine.connect() as wire:
        assert wire.execute(select(AuditLine.id)).all() == []
        assert wire.execute(select(Room.title).where(Room.platform_id == SHARED)).scalar_one() == ""
