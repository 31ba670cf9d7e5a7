"""What counts as well, ill and dead: one table for the page, ``/readyz``, the metrics and the alarms."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from models.rules.alarming import Alarm, to_clear, to_raise
from models.rules.health import Grade, Part, Sign, judge, worst
from models.rules.message import LinkState
from models.rules.vital_facts import AccountFact, DueFact, OutboxFact, RoomsFact, Snapshot, StoredFacts

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
MIB = 2**20


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def account(state: LinkState | None, **more: object) -> Snapshot:
    fact = AccountFact("main", state, **more)  # type: ignore[arg-type]
    return Snapshot(NOW, StoredFacts(), (fact,))


def stored(**facts: object) -> Snapshot:
    return Snapshot(NOW, StoredFacts(**facts))  # type: ignore[arg-type]


TABLE = {
    "online": (account(LinkState.ONLINE), Part.ACCOUNT, Grade.WELL, "ACCOUNT_WELL"),
    "by hand": (account(LinkState.STARTING, by_hand=True, since=ago(days=1)), Part.ACCOUNT, Grade.WELL, "ACCOUNT_BY_HAND"),
    "starting": (account(LinkState.STARTING, since=ago(seconds=59)), Part.ACCOUNT, Grade.NOTE, "ACCOUNT_STARTING"),
    "never started": (account(LinkState.STARTING, since=ago(seconds=60)), Part.ACCOUNT, Grade.DEAD, "ACCOUNT_OFFLINE"),
    "to scan": (account(LinkState.SCAN), Part.ACCOUNT, Grade.DEAD, "ACCOUNT_SCAN"),
    "logged out": (account(LinkState.LOGGED_OUT), Part.ACCOUNT, Grade.DEAD, "ACCOUNT_LOGGED_OUT"),
    "deaf": (account(LinkState.DEAF), Part.ACCOUNT, Grade.DEAD, "ACCOUNT_DEAF"),
    "mute": (account(LinkState.MUTE), Part.ACCOUNT, Grade.DEAD, "ACCOUNT_MUTE"),
    "offline": (account(LinkState.OFFLINE), Part.ACCOUNT, Grade.DEAD, "ACCOUNT_OFFLINE"),
    "elsewhere": (account(None, proof=ago(seconds=74)), Part.PROGRAM, Grade.WELL, "PROGRAM_ELSEWHERE"),
    "gone": (account(None, proof=ago(seconds=75)), Part.PROGRAM, Grade.DEAD, "PROGRAM_GONE"),
    "never ran": (account(None), Part.PROGRAM, Grade.DEAD, "PROGRAM_GONE"),
    "no database": (Snapshot(NOW, None), Part.DATABASE, Grade.DEAD, "DATABASE_AWAY"),
    "ticks": (Snapshot(NOW, None, ticks_at=ago(seconds=59)), Part.TICKS, Grade.WELL, "TICKS_WELL"),
    "no ticks": (Snapshot(NOW, None, ticks_at=ago(seconds=60)), Part.TICKS, Grade.DEAD, "TICKS_STAND"),
    "no ticks elsewhere": (stored(jobs_at=ago(seconds=75)), Part.TICKS, Grade.DEAD, "TICKS_STAND"),
    "urgent waits": (stored(outbox=OutboxFact(urgent_since=ago(seconds=45))), Part.OUTBOX, Grade.DEAD, "OUTBOX_URGENT_LATE"),
    "a reply waits": (stored(outbox=OutboxFact(since=ago(minutes=9))), Part.OUTBOX, Grade.WELL, "OUTBOX_WELL"),
    "a reply is late": (stored(outbox=OutboxFact(since=ago(minutes=10))), Part.OUTBOX, Grade.ILL, "OUTBOX_LATE"),
    "a notice goes on": (
        stored(outbox=OutboxFact(notices_since=ago(hours=3), said_at=ago(seconds=9))), Part.NOTICES, Grade.WELL, "NOTICES_WELL",
    ),
    "a notice stands": (
        stored(outbox=OutboxFact(notices_since=ago(hours=3), said_at=ago(minutes=10))), Part.NOTICES, Grade.ILL, "NOTICES_STAND",
    ),
    "in doubt": (stored(outbox=OutboxFact(doubtful=2, doubtful_since=ago(days=2))), Part.DOUBT, Grade.NOTE, "DOUBT"),
    "by people": (stored(outbox=OutboxFact(relay=3)), Part.RELAY, Grade.NOTE, "RELAY_WAITS"),
    "due": (stored(due=DueFact(3, ago(seconds=59))), Part.DUE, Grade.WELL, "DUE_WELL"),
    "overdue": (stored(due=DueFact(3, ago(seconds=60))), Part.DUE, Grade.DEAD, "DUE_LATE"),
    "failed": (stored(due=DueFact(failed=1, failed_since=ago(hours=3))), Part.JOBS, Grade.ILL, "JOBS_FAILED"),
    "failing": (Snapshot(NOW, StoredFacts(), failing={"sweep": ago(seconds=20)}), Part.JOBS, Grade.ILL, "JOBS_FAILED"),
    "room": (Snapshot(NOW, None, free={"database": 500 * MIB}), Part.DISK, Grade.WELL, "DISK_WELL"),
    "little room": (Snapshot(NOW, None, free={"database": 500 * MIB - 1}), Part.DISK, Grade.ILL, "DISK_LITTLE"),
    "no room": (Snapshot(NOW, None, free={"database": 100 * MIB - 1}), Part.DISK, Grade.DEAD, "DISK_FULL"),
    "no backup": (stored(), Part.BACKUP, Grade.NOTE, "BACKUP_NONE"),
    "backup": (stored(backup_at=ago(hours=25)), Part.BACKUP, Grade.WELL, "BACKUP_WELL"),
    "late backup": (stored(backup_at=ago(hours=26)), Part.BACKUP, Grade.ILL, "BACKUP_LATE"),
    "backup of a day yet to come": (stored(backup_at=ago(hours=-26)), Part.BACKUP, Grade.ILL, "BACKUP_LATE"),
    "rooms": (stored(rooms=RoomsFact({1: ago(days=6)})), Part.ROOMS, Grade.WELL, "ROOMS_WELL"),
    "a silent room": (stored(rooms=RoomsFact({1: ago(), 2: ago(days=7)})), Part.ROOMS, Grade.NOTE, "ROOMS_SILENT"),
    "a doubted room": (stored(rooms=RoomsFact({1: ago()}, 1)), Part.ROOMS, Grade.NOTE, "ROOMS_DOUBTED"),
}  # fmt: skip


def of(snap: Snapshot, part: Part) -> Sign:
    (sign,) = [sign for sign in judge(snap) if sign.part is part]
    return sign


@pytest.mark.parametrize("name", TABLE)
def test_each_part_is_judged_as_the_table_says(name: str):
    snap, part, grade, word = TABLE[name]
    sign = of(snap, part)

    assert (sign.grade, sign.word) == (grade, word)


@pytest.mark.parametrize("name", [name for name, (_, _, grade, _) in TABLE.items() if grade is Grade.DEAD])
def test_whatever_is_dead_comes_first_and_makes_the_whole_dead(name: str):
    snap, part, _, _ = TABLE[name]
    well = replace(snap, accounts=(*snap.accounts, AccountFact("spare", LinkState.ONLINE)))
    signs = judge(well)

    assert worst(signs) is Grade.DEAD
    assert part in {sign.part for sign in signs if sign.grade is Grade.DEAD}
    assert signs[0].grade is Grade.DEAD


def test_a_queue_behind_a_dead_account_is_shown_and_not_told_a_second_time():
    late = StoredFacts(outbox=OutboxFact(queued=5, urgent_since=ago(hours=1)))
    dead = Snapshot(NOW, late, (AccountFact("main", LinkState.OFFLINE, ago(hours=1)),))
    dated = [replace(sign, since=sign.since or ago(hours=1)) for sign in judge(dead)]

    assert of(dead, Part.OUTBOX).grade is Grade.DEAD
    assert [sign.part for sign in to_raise(dated, set(), NOW)] == [Part.ACCOUNT]


@pytest.mark.parametrize(("state", "seconds", "told"), [
    (LinkState.OFFLINE, 59, False), (LinkState.OFFLINE, 60, True), (LinkState.DEAF, 75, True),
    (LinkState.SCAN, 0, True), (LinkState.LOGGED_OUT, 0, True),
])  # fmt: skip
def test_only_a_person_can_log_in_so_that_is_told_at_once(state: LinkState, seconds: int, told: bool):
    signs = judge(account(state, since=ago(seconds=seconds)))

    assert bool(to_raise(signs, set(), NOW)) is told


def open_alarm(sign: Sign) -> Alarm:
    return Alarm(1, sign.part, sign.of, sign.word, sign.blanks, since=NOW, raised_at=NOW)


def test_a_process_that_does_no_jobs_calls_off_no_alarm_about_them():
    failing = Snapshot(NOW, StoredFacts(), ticks_at=NOW, failing={"sweep": ago(seconds=20)})
    alarms = [open_alarm(one) for one in judge(failing) if one.part is Part.JOBS]

    assert len(alarms) == 1
    assert to_clear(judge(stored(jobs_at=NOW)), alarms, NOW) == []
    assert to_clear(judge(Snapshot(NOW, StoredFacts(), ticks_at=NOW)), alarms, NOW) == alarms


def test_an_empty_disk_of_another_machine_calls_off_no_alarm_about_a_full_one():
    def on(disk: str, free: int) -> Snapshot:
        return Snapshot(NOW, None, free={"attachments": free}, disks={"attachments": disk})

    alarms = [open_alarm(one) for one in judge(on("a1", MIB)) if one.part is Part.DISK]

    assert len(alarms) == 1
    assert to_clear(judge(on("b2", 900 * MIB)), alarms, NOW) == []
    assert to_clear(judge(on("a1", 900 * MIB)), alarms, NOW) == alarms
    assert (
        to_clear(judge(on("b2", 900 * MIB)), alarms, NOW + timedelta(days=1)) == alarms
    )  # that machine is gone
