"""A backup that is taken while the village talks shows one moment, and everything holds in it."""

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import func, select

from bot import backup_desk
from bot.backup_desk import BackupRefused, How
from bot.backup_folder import private
from handlers.dispatch import Dispatch
from models.backup.archive import Archive, write_archive
from models.backup.loading import Loaded, load
from models.backup.scratch import scratch_beside
from models.backup.sealing import BackupKey
from models.engine import open_engine
from models.tables import AuditLine
from tests.backup.conftest import SECRET, Office
from tests.town.town import LEADER, RESIDENT, Town
from tests.year.watch import Watch

KEY = BackupKey(SECRET)
SNAPSHOTS = 5


@pytest.mark.postgres
def test_a_program_that_begins_while_a_backup_is_read_keeps_its_database(
    make_office: Callable[..., Office], postgres_url: str, monkeypatch: pytest.MonkeyPatch
):
    office = make_office(postgres_url)
    town = office.town
    backup = office.desk.take()
    town.engine.dispose()

    def meanwhile(archive: Archive, scratch: str) -> Loaded:
        town.say("桥头路灯不亮", by=RESIDENT)
        return load(archive, scratch)

    monkeypatch.setattr(backup_desk, "load", meanwhile)
    with pytest.raises(BackupRefused, match="used while the backup was read: stop Linli"):
        office.desk.restore(backup, How())

    assert [case.no for case in town.cases()] == [1]


def talk(town: Town, ending: Event, faults: list[BaseException]) -> None:
    """Reports, claims and results, one after the other, until it is over."""
    try:
        number = 0
        while not ending.is_set():
            number += 1
            town.say(f"{number}号杆的路灯不亮", by=RESIDENT)
            town.wait(minutes=2)
            last = max(case.no for case in town.cases())
            town.say(f"接单 {last}", by=LEADER)
            town.say(f"办结 {last} 换了灯泡", by=LEADER)
    except BaseException as fault:  # noqa: BLE001 - told by the test itself
        faults.append(fault)


def test_backups_taken_while_everybody_talks_hold_together(
    make_office: Callable[..., Office], database_url: str, tmp_path: Path
):
    town = make_office(database_url).town
    ending, faults, moments, done = Event(), [], [], []
    talking = Thread(target=talk, args=(town, ending, faults))
    talking.start()
    reading = open_engine(database_url)
    while len(moments) < SNAPSHOTS and talking.is_alive():
        with reading.connect() as wire:
            count = wire.execute(select(func.count()).select_from(AuditLine)).scalar_one()
        if count <= (done[-1] if done else 2):
            continue  # nothing was done since
        done.append(count)
        moments.append(town.clock())
        with private(tmp_path / str(len(moments))) as file:
            write_archive(reading, file, KEY, {"version": "test", "bytes": 0}, moments[-1])
    ending.set()
    talking.join(60)
    reading.dispose()

    assert faults == []
    assert done == sorted(set(done))
    for number, moment in enumerate(moments, 1):
        with scratch_beside(database_url, moment) as scratch, (tmp_path / str(number)).open("rb") as file:
            assert load(Archive(file, KEY), scratch).doubts == ()
            engine = open_engine(scratch)
            watch = Watch(engine)
            watch.look(Dispatch(engine, town.parts.standing, town.clock).current_town(), moment)
            engine.dispose()
            assert watch.wrong == []
            assert watch.counts["steps"] > 0
