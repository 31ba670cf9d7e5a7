"""Nothing of an import is seen before all of it is there, and messages are heard all the while."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, func
from sqlmodel import Session, select

from handlers.township.alone import AnotherImport, alone
from handlers.township.arrival import ARRIVING, BATCH, plain
from models.engine import for_writing, open_engine
from models.store import Store
from models.store.notices import NoticeStore
from models.store.places import NoDeployment
from models.tables import Appointment, Area, Deployment, Household, Person, Room, TownImport
from tests.databases import SqliteFiles
from tests.township.books import (
    AREAS,
    HOUSEHOLDS,
    POSTS,
    SAFE_TOWN,
    anxiang_of_4555_households,
    book,
    importer,
    qingyang_of_46_villages,
    report,
    town_of,
)

NOW = datetime(2025, 7, 12, 2, 0, tzinfo=UTC)


class Killed(BaseException):
    """The process ends here."""


def killed_at(place: int):
    """A crash point that ends the process at its nth visit."""
    visits = Counter()

    def crash_point(_name: str) -> None:
        visits["all"] += 1
        if visits["all"] == place:
            raise Killed

    return crash_point


def points_passed(engine: Engine, file: Path) -> list[str]:
    """Names of the crash points of a whole import."""
    passed: list[str] = []
    importer(engine, crash_point=passed.append).run([file], NOW)
    return passed


def contents(engine: Engine) -> dict[str, list]:
    """What the town holds, ids left out."""
    town = town_of(engine)
    names = {a.id: a.name for a in town.areas.values()}
    with Session(engine) as session:
        homes = sorted(h.label for h in session.exec(select(Household)).all())
        people = sorted(p.name for p in session.exec(select(Person)).all())
    return {
        "areas": sorted((a.name, names.get(a.parent or 0, "")) for a in town.areas.values()),
        "seats": sorted((s.name, s.post, names[s.area]) for s in town.seats.values()),
        "rooms": sorted((r.title, sorted(names[a] for a in r.areas)) for r in town.rooms.values()),
        "homes": homes,
        "people": people,
    }


def test_a_crash_anywhere_shows_nothing_or_everything_and_can_be_repeated(
    sqlite_files: SqliteFiles, tmp_path: Path
):
    file = book(tmp_path / "town.xlsx", SAFE_TOWN)
    (tmp_path / "whole").mkdir()
    whole = open_engine(sqlite_files.fresh(tmp_path / "whole"))
    points = points_passed(whole, file)
    wanted = contents(whole)
    whole.dispose()
    shown = points.index("after_switch") + 1

    for place in range(1, len(points) + 1):
        folder = tmp_path / str(place)
        folder.mkdir()
        engine = open_engine(sqlite_files.fresh(folder))
        with pytest.raises(Killed):
            importer(engine, crash_point=killed_at(place)).run([file], NOW)

        if place < shown:
            with Session(engine) as session, pytest.raises(NoDeployment):
                Store(session).town_version()
        else:
            assert contents(engine) == wanted
        importer(engine).run([file], NOW)
        assert contents(engine) == wanted, f"killed at {points[place - 1]}"
        with Session(engine) as session:
            assert [i.state for i in session.exec(select(TownImport)).all()] == ["settled"]
        engine.dispose()


def test_a_broken_off_import_leaves_the_old_town_in_force(engine: Engine, tmp_path: Path):
    importer(engine).run([book(tmp_path / "town.xlsx", SAFE_TOWN)], NOW)
    before = town_of(engine)
    more = {
        "区域": [AREAS, ("四组", "七邻", "邻"), ("一片", "四组", "组")],
        "任职": [
            POSTS,
            ("张建国", "13800000001", "邻长", "三邻", "", "2025-07-01", ""),
            ("王芳", "", "邻长", "七邻", "", "", ""),
        ],
        "群": [("群名", "区域"), ("七邻群", "七邻"), ("四组交流群", "五组")],
    }
    file = book(tmp_path / "more.xlsx", more)

    def crash_point(name: str) -> None:
        if name == "before_switch":
            raise Killed

    with pytest.raises(Killed):
        importer(engine, crash_point=crash_point).run([file], NOW)

    assert town_of(engine) == before
    outcome = importer(engine).run([file], NOW)
    assert outcome.written, report(outcome)
    after = town_of(engine)
    assert [a.name for a in after.areas_named("七邻")] == ["七邻"]
    assert sorted(len(r.areas) for r in after.rooms.values()) == [1, 1, 2]
    assert after.version == before.version + 1


class Ledger:
    """Counts what each transaction of an engine holds."""

    def __init__(self, engine: Engine) -> None:
        self.transactions: list[Counter[str]] = []
        self.open = Counter[str]()
        event.listen(engine, "begin", self.begin)
        event.listen(engine, "commit", self.commit)
        event.listen(engine, "before_cursor_execute", self.execute)

    def begin(self, _connection: Connection) -> None:
        self.open = Counter()

    def commit(self, _connection: Connection) -> None:
        self.transactions.append(self.open)

    def execute(self, *what: Any) -> None:
        statement, parameters = what[2], what[3]
        word = statement.split()[0]
        if word in {"INSERT", "UPDATE", "DELETE"}:
            rows = parameters if isinstance(parameters, list) else [parameters]
            self.open["statements"] += 1
            self.open[word] += 1
            self.open["values"] += sum(len(row) for row in rows)


def test_every_transaction_is_small_and_the_switch_is_the_smallest(sqlite: Engine, tmp_path: Path):
    file = book(tmp_path / "anxiang.xlsx", anxiang_of_4555_households())
    ledger = Ledger(sqlite)
    rows_at: list[int] = []

    def crash_point(name: str) -> None:
        if name == "before_switch":
            rows_at.append(len(ledger.transactions))

    importer(sqlite, crash_point=crash_point).run([file], NOW)

    widest = max(len(plain(table).c) for table in ARRIVING)
    writing = [t for t in ledger.transactions if t["statements"]]
    assert max(t["values"] for t in writing) <= BATCH * widest
    assert max(t["statements"] for t in writing) <= 3
    switch = ledger.transactions[rows_at[0]]
    assert (switch["UPDATE"], switch["INSERT"]) == (2, 1)
    assert switch["values"] < 20
    assert len(writing) > 100


def test_a_switch_of_a_town_that_is_there_is_as_small(sqlite: Engine, tmp_path: Path):
    sheets = qingyang_of_46_villages()
    first = {name: rows[: len(rows) // 2] for name, rows in sheets.items()}
    importer(sqlite, "qingyang").run([book(tmp_path / "first.xlsx", {"区域": first["区域"]})], NOW)
    ledger = Ledger(sqlite)
    at: list[int] = []

    def crash_point(name: str) -> None:
        if name == "before_switch":
            at.append(len(ledger.transactions))

    outcome = importer(sqlite, "qingyang", crash_point=crash_point).run(
        [book(tmp_path / "all.xlsx", sheets)], NOW
    )

    assert outcome.written, report(outcome)
    assert ledger.transactions[at[0]]["statements"] == 2


def test_messages_are_recorded_between_the_batches(engine: Engine, tmp_path: Path):
    importer(engine).run([book(tmp_path / "town.xlsx", SAFE_TOWN)], NOW)
    file = book(tmp_path / "anxiang.xlsx", anxiang_of_4555_households())
    heard: list[tuple[int, int]] = []
    passed: list[str] = []
    over, begun = Event(), Event()

    def hear() -> None:
        """What dispatch does for each message: number a case, look at the town when its version moved."""
        begun.wait()
        version = areas = 0
        while not over.is_set():
            with Session(for_writing(engine)) as session:
                store = Store(session)
                number = store.next_no("last_case_no")
                if version != store.town_version():
                    version, areas = store.town_version(), len(store.load_town().areas)
                session.commit()
            heard.append((number, areas))
            over.wait(0.002)

    def pause(seconds: float) -> None:
        begun.set()
        over.wait(seconds)

    listener = Thread(target=hear)
    listener.start()
    try:
        outcome = importer(
            engine, pause=pause, crash_point=lambda name: passed.append(f"{name} {len(heard)}")
        ).run([file], NOW)
    finally:
        begun.set()
        over.set()
        listener.join()

    assert outcome.written, report(outcome)
    at_batches = [int(p.split()[1]) for p in passed if p.startswith("before_insert")]
    assert len(set(at_batches)) > len(at_batches) // 4, "hardly a message came between the batches"
    assert [number for number, _ in heard] == list(range(1, len(heard) + 1))
    sizes = [areas for _, areas in heard]
    assert set(sizes) <= {6, max(sizes)}
    assert sizes == sorted(sizes)


def test_only_one_import_runs_at_a_time(engine: Engine, tmp_path: Path):
    file = book(tmp_path / "town.xlsx", SAFE_TOWN)
    with alone(engine), pytest.raises(AnotherImport):
        importer(engine).run([file], NOW)

    assert importer(engine).run([file], NOW).written


def test_rows_of_a_running_import_are_seen_by_nobody(engine: Engine, tmp_path: Path):
    file = book(tmp_path / "town.xlsx", SAFE_TOWN)
    seen: list[int] = []

    def crash_point(name: str) -> None:
        if name == "before_switch":
            with Session(for_writing(engine)) as session:
                session.add(Deployment(name="x", preset="anxiang"))
                session.flush()
                town = Store(session).load_town()
                seen.append(len(town.areas) + len(town.seats) + len(town.rooms))
                session.rollback()

    importer(engine, crash_point=crash_point).run([file], NOW)

    assert seen == [0]
    with Session(engine) as session:
        for table in (Area, Appointment, Household, Person, Room):
            target = plain(table)
            left = select(func.count()).select_from(target).where(target.c.arrival.is_not(None))
            assert session.exec(left).one() == 0


def test_households_of_an_import_that_broke_off_are_not_counted(sqlite_files: SqliteFiles, tmp_path: Path):
    engine = open_engine(sqlite_files.fresh(tmp_path))
    importer(engine).run([book(tmp_path / "town.xlsx", SAFE_TOWN)], NOW)
    more = book(
        tmp_path / "more.xlsx", {"户": [HOUSEHOLDS, *((f"四组{n}户", "三邻", "", "") for n in range(3, 9))]}
    )

    def before_it_is_shown(name: str) -> None:
        if name == "before_switch":
            raise Killed

    with pytest.raises(Killed):
        importer(engine, crash_point=before_it_is_shown).run([more], NOW)
    with Session(engine) as session:
        areas = session.exec(select(Area.id)).all()
        broken_off = NoticeStore(session).households_in(areas)
    importer(engine).run([more], NOW)
    with Session(engine) as session:
        whole = NoticeStore(session).households_in(areas)
    engine.dispose()

    assert (broken_off, whole) == (2, 8)
