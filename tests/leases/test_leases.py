"""Of several processes one acts for an account; the one that is too late writes nothing more."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, func, insert, select, update

from models.engine import for_writing, open_engine
from models.heartbeats import Heartbeats
from models.leases import Fence, LeaseLost, Leases
from models.outbox import Outbox, Speakers
from models.tables import Heartbeat, Lease, OutboxMessage, Room, RoomSeat

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def run_out(engine: Engine, account: str) -> None:
    """Nobody renewed it: its holder stood still."""
    with for_writing(engine).begin() as wire:
        wire.execute(update(Lease).where(Lease.name == f"channel:{account}").values(until=LONG_AGO))


def test_one_holds_the_other_stands_by_until_it_is_let_go(engine: Engine):
    first, second = Leases(engine, "first"), Leases(engine, "second")

    token = first.take("a")
    assert token is not None
    assert second.take("a") is None
    assert first.renew("a", token)
    assert second.held() == {"a": "first"}

    first.let_go("a", token)
    assert second.held() == {}
    assert second.take("a") == token + 1
    assert not first.renew("a", token)


def test_one_that_runs_out_is_taken_and_its_token_only_grows(engine: Engine):
    first, second = Leases(engine, "first"), Leases(engine, "second")
    tokens = [first.take("a")]
    for leases in (second, first, second):
        run_out(engine, "a")
        tokens.append(leases.take("a"))

    assert tokens == [1, 2, 3, 4]


def test_one_that_ran_out_and_that_nobody_took_is_still_ours(engine: Engine):
    leases, fence = Leases(engine, "first"), Fence()
    fence.tokens["a"] = leases.take("a") or 0
    run_out(engine, "a")

    with engine.connect() as wire:
        fence.check(wire, "a")
    assert leases.renew("a", fence.tokens["a"])


@pytest.fixture
def late(engine: Engine) -> Fence:
    """Of a process whose account another one took while it stood still."""
    fence = Fence()
    fence.tokens["a"] = Leases(engine, "late").take("a") or 0
    run_out(engine, "a")
    assert Leases(engine, "next").take("a") == 2
    return fence


def queue_one(engine: Engine) -> None:
    with for_writing(engine).begin() as wire:
        room = wire.execute(
            insert(Room)
            .values(
                channel="wechaty",
                platform_id="r",
                title="r",
                kind="resident",
                tier=1,
                mode="active",
                listener="a",
            )
            .returning(Room.id)
        ).scalar_one()
        wire.execute(insert(RoomSeat).values(room_id=room, account="a", since=NOON))
        wire.execute(
            insert(OutboxMessage).values(
                cause="x", room_id=room, medium="chat", key="LINE", blanks={}, mentions=[], rank=2, gathers="",
                state="queued", not_before=NOON, attempts=0, why="", text="hello", account="", created_at=NOON,
            )
        )  # fmt: skip


def test_a_late_process_says_nothing(engine: Engine, late: Fence):
    queue_one(engine)
    outbox = Outbox(engine, fence=late.check)
    (row,) = outbox.due(Speakers("a", "wechaty", ("a",)), NOON, emergencies_only=False)

    with pytest.raises(LeaseLost):
        outbox.claim(row, "a", "hello", 2000, NOON)

    with engine.connect() as wire:
        assert wire.execute(select(OutboxMessage.state)).scalar_one() == "queued"


def test_a_late_process_notes_no_hearing(engine: Engine, late: Fence):
    with pytest.raises(LeaseLost):
        Heartbeats(engine, late.check).note_heard("a", NOON)

    with engine.connect() as wire:
        assert wire.execute(select(func.count()).select_from(Heartbeat)).scalar_one() == 0


def test_nobody_takes_a_lease_between_a_proof_and_the_commit(postgres_url: str):
    engine = open_engine(postgres_url)
    fence = Fence()
    fence.tokens["a"] = Leases(engine, "late").take("a") or 0
    run_out(engine, "a")
    impatient = open_engine(f"{postgres_url}&options=-c%20lock_timeout%3D300")
    with engine.begin() as wire:
        fence.check(wire, "a")
        with pytest.raises(Exception, match="lock timeout"):
            Leases(impatient, "next").take("a")
    assert Leases(impatient, "next").take("a") == 2
    for each in (engine, impatient):
        each.dispose()
