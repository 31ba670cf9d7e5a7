"""Twenty weeks of a small town in which everything breaks; a thousand: ``python -m tests.faults --seeds 1000``."""

from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.parts import Parts, load_parts
from models.outbox import Outbox
from models.rules.pacing import Pace
from models.store import Store
from tests.databases import Postgres, SqliteFiles
from tests.faults.__main__ import SECRET, Weeks
from tests.faults.happenings import Fault, Happening, Kind, Spoken, read, write
from tests.faults.shrink import fewest
from tests.faults.town import moment, village

WEEK = 7


@pytest.fixture(scope="module")
def parts():
    return load_parts(Pace(), SECRET)


@pytest.fixture(scope="module")
def weeks_on_sqlite(
    parts: Parts, sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory
) -> Weeks:
    folder = tmp_path_factory.mktemp("weeks")
    return Weeks(
        parts, lambda: sqlite_files.fresh(folder), lambda _: [f.unlink() for f in folder.glob("*.db*")], WEEK
    )


@pytest.fixture(scope="module")
def weeks_on_postgres(parts: Parts, postgres: Postgres) -> Weeks:
    return Weeks(parts, postgres.lend, postgres.take_back, WEEK)


@pytest.mark.parametrize("seed", range(1, 19))
def test_whatever_breaks_in_a_week_nothing_is_lost_or_doubled_or_stuck(weeks_on_sqlite: Weeks, seed: int):
    assert weeks_on_sqlite.play(seed).wrong == []


@pytest.mark.postgres
@pytest.mark.parametrize("seed", range(19, 21))
def test_the_same_holds_where_several_processes_may_work(weeks_on_postgres: Weeks, seed: int):
    assert weeks_on_postgres.play(seed).wrong == []


@pytest.mark.parametrize(
    ("wrong_for_s", "then", "lost_after_s"),
    [
        # The program is off when its clock, an hour ahead, is put right.
        (600, Fault(moment(0, time(9, 9, 50)), Kind.KILL, seconds=120), 620),
        # The way is deaf when it is put right: what was proven an hour later proves nothing now.
        (3000, Fault(moment(0, time(9, 48, 20)), Kind.DEAF, seconds=200), 3010),
    ],
)
def test_what_is_not_heard_while_a_clock_is_put_right_is_in_the_book(
    weeks_on_sqlite: Weeks, wrong_for_s: int, then: Fault, lost_after_s: int
):
    room, nine = village()[0].room, moment(0, time(9))
    script = [
        Spoken(nine - timedelta(minutes=5), f"{room}-h1", room, "1号楼路灯不亮", request=1),
        Fault(nine, Kind.CLOCK_AHEAD, seconds=wrong_for_s),
        Spoken(nine + timedelta(seconds=lost_after_s), f"{room}-h2", room, "2号楼路灯不亮", request=2),
        then,
    ]
    played = weeks_on_sqlite.play(0, script, days=1)

    assert played.wrong == []
    assert played.facts["missed in an outage"] == 1


@pytest.mark.parametrize(
    ("broken", "said_after_s", "put_back_after_s"),
    [
        ([Fault(moment(0, time(9)), Kind.DEAF, seconds=1000)], 690, 700),
        # What waits for the database is gone with the program; the clock is put back while that is off.
        (
            [
                Fault(moment(0, time(9)), Kind.LOCKED, seconds=80),
                Fault(moment(0, time(9, 1, 7)), Kind.KILL, seconds=700),
            ],
            36,
            140,
        ),
    ],
)
def test_what_is_not_heard_before_a_right_clock_is_put_back_is_in_the_book(
    weeks_on_sqlite: Weeks, broken: list[Happening], said_after_s: int, put_back_after_s: int
):
    room, nine = village()[0].room, moment(0, time(9))
    script = [
        Spoken(nine + timedelta(seconds=said_after_s), f"{room}-h1", room, "1号楼路灯不亮", request=1),
        Fault(nine + timedelta(seconds=put_back_after_s), Kind.CLOCK_BEHIND, seconds=9000),
        *broken,
    ]
    played = weeks_on_sqlite.play(0, script, days=1)

    assert played.wrong == []
    assert played.facts["missed in an outage"] == 1


def a_morning() -> list[Happening]:
    """Three things are asked for and five break, most of them harmless."""
    rooms = [group.room for group in village()]
    asked = [
        Spoken(moment(0) + timedelta(hours=9 + n), f"{room}-h1", room, f"{n + 1}号楼路灯不亮", request=n + 1)
        for n, room in enumerate(rooms)
    ]
    before = timedelta(seconds=5)
    broken = [
        Fault(asked[0].at - before, Kind.CLASH, nth=2),
        Fault(asked[1].at - before, Kind.ANSWER_LOST),
        Fault(asked[1].at + timedelta(minutes=10), Kind.KILL, seconds=30),
        Fault(asked[2].at - before, Kind.CRASH, 3, 3, "after_commit"),
        Fault(asked[2].at + timedelta(seconds=30), Kind.REPLAY, nth=2),
    ]
    return sorted([*asked, *broken], key=lambda each: each.at)


def says_again_what_is_in_doubt(outbox: Outbox, row: int, why: str) -> None:
    outbox._move([row], {"sending"}, "unknown", state="queued", why=why)  # noqa: SLF001 - a fault planted in it


consume = Store.consume


def commits_before_the_key(store: Store, *args: Any) -> None:
    store.wire().commit()
    store._begun = False  # noqa: SLF001 - a fault planted in it
    consume(store, *args)


@pytest.mark.parametrize(
    ("where", "name", "planted", "said", "needs"),
    [
        (Outbox, "mark_unknown", says_again_what_is_in_doubt, "said twice", {Kind.ANSWER_LOST}),
        (Store, "consume", commits_before_the_key, "taken down twice", {Kind.CRASH, Kind.REPLAY}),
    ],
)
def test_a_fault_in_the_program_is_caught_and_shown_in_its_shortest_form(
    weeks_on_sqlite: Weeks, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    where: type, name: str, planted: Callable[..., Any], said: str, needs: set[Kind],
):  # fmt: skip
    with monkeypatch.context() as planting:
        planting.setattr(where, name, planted)
        played = weeks_on_sqlite.play(0, a_morning(), days=1)
        shrunk = weeks_on_sqlite.shrink(played, 0, 60, days=1)

    write(shrunk, tmp_path / "week.jsonl", days=1)
    days, script = read(tmp_path / "week.jsonl")
    assert said in played.wrong[0]
    assert {each.kind for each in script if isinstance(each, Fault)} == needs
    assert len(script) == len(needs) + 1
    assert weeks_on_sqlite.play(0, list(script), days).wrong == []


def test_the_fewest_are_found_however_they_lie():
    tries = 0

    def fails(some: list[int]) -> bool:
        nonlocal tries
        tries += 1
        return {3, 40, 41} <= set(some)

    assert fewest(range(64), fails) == [3, 40, 41]
    assert tries < 100
