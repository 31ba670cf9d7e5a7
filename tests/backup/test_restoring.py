"""What was backed up comes back, on either database, and nothing of the old life is taken up a second time."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, func, inspect, select, table, text, update
from sqlalchemy.engine import make_url
from sqlmodel import Session, col

from bot.backup_desk import BackupDesk, BackupRefused, How, UnusableBackup
from bot.lockfile import AlreadyRunning, LockFile
from bot.machine import Machine
from handlers.dispatch import Dispatch
from models.backup.rows import sums_of
from models.backup.scratch import FOLDER
from models.backup.settling import GATHERED, PERHAPS_SAID
from models.backup.soundness import doubts_of, faults_of
from models.engine import alembic_config, for_writing, open_engine
from models.heartbeats import Heartbeats
from models.leases import Leases
from models.tables import (
    ApiToken,
    DueFiring,
    ExportFile,
    Lease,
    LoginCode,
    OpenResults,
    OutboxMessage,
    WebSession,
)
from models.views import Views
from models.vitals import BACKUP, JOBS
from tests.backup.conftest import SECRET, Office, settings_in
from tests.databases import Postgres
from tests.town.album import PHOTO
from tests.town.town import RESIDENT, ROOM
from tests.year.watch import Watch

OTHER_KIND = {"sqlite": "postgresql", "postgresql": "sqlite"}


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.fixture
def elsewhere(postgres: Postgres, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Makes another place of a kind, without any table."""
    made: list[str] = []

    def make(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / f'other{len(made)}' / 'linli.db'}"
        made.append(postgres.empty())
        return made[-1]

    yield make
    for url in made:
        postgres.drop(url)


def wrongs(office: Office, engine: Engine) -> list[str]:
    """Everything that does not hold in a database."""
    watch = Watch(engine)
    watch.look(
        Dispatch(engine, office.town.parts.standing, office.town.clock).current_town(), office.town.clock()
    )
    assert watch.counts["cases"] >= 3
    with engine.connect() as wire:
        return [*watch.wrong, *faults_of(wire), *doubts_of(wire)]


def sums(url: str) -> dict[str, list[Any]]:
    with opened(url) as engine, engine.connect() as wire:
        return sums_of(wire)


def test_a_village_moves_from_one_kind_of_database_to_the_other(
    office: Office, elsewhere: Callable[[str], str], database_url: str
):
    office.town.wait(hours=1)  # everything that waited was said
    there = elsewhere(OTHER_KIND[office.town.engine.dialect.name])
    before = sums(database_url)
    backup = office.desk.take()
    shutil.rmtree(office.settings.folder / "attachments")

    office.desk.restore(backup, How(into=there, moved=True))

    after = sums(there)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"heartbeat"}
    assert after.keys() == before.keys()
    assert sum(rows for rows, _ in after.values()) > 100
    assert office.album.copies() == [PHOTO]
    with opened(there) as engine:
        assert wrongs(office, engine) == []
    assert "restored: as of 2025-07-15" in "\n".join(office.told)


def test_nothing_of_the_old_life_is_taken_up_again(office: Office, elsewhere: Callable[[str], str]):
    town, there = office.town, elsewhere(office.town.engine.dialect.name)
    town.machine.hear(town.wechat.say(RESIDENT, "村口的井盖碎了", room=ROOM, at=town.clock()))
    now, later = town.clock(), town.clock() + timedelta(days=2)
    with Session(for_writing(town.engine)) as session:
        session.add(
            OutboxMessage(cause="t", key="t", rank=3, identity_id=1, not_before=later, created_at=now)
        )
        session.add(WebSession(digest="d", form_key="k", began_at=now, renewed_at=now))
        session.add(LoginCode(digest="c", made_at=now, expires_at=later))
        session.add(Lease(name="channel:main", holder="old", token=7, until=later))
        session.add(
            ExportFile(ticket="x", name="x", back="/", began_at=now, moved_at=now, content=b"everybody")
        )
        session.execute(update(DueFiring).values(leased_until=later))
        session.commit()
    for role in ("main", JOBS):
        Heartbeats(town.engine).note(role, now)
    queued = rows_in(town.engine, "queued")
    backup = office.desk.take()
    town.wait(minutes=5)
    said = len(town.wechat.said)
    waiting = {row.id for row in queued if row.not_before <= town.clock() + GATHERED}
    office.desk.restore(backup, How(into=there))

    with opened(there) as engine, Session(engine) as session:
        # What may have been said since the backup waits for a person, what was not due yet for its time.
        assert waiting
        assert {row.id: row.why for row in rows_in(engine, "unknown")} == dict.fromkeys(waiting, PERHAPS_SAID)
        assert {row.id for row in rows_in(engine, "queued")} == {row.id for row in queued} - waiting
        assert session.execute(select(WebSession.ended_at)).scalar_one() == town.clock()
        assert session.execute(select(LoginCode.expires_at)).scalar_one() == town.clock()
        assert session.execute(select(col(DueFiring.leased_until)).distinct()).scalars().all() == [None]
        # Nobody of the old life acts for an account, and a report that waited to be taken is in no backup.
        assert (Leases(engine, "new").take("main") or 0) > 7 + 100
        assert session.execute(select(func.count()).select_from(ExportFile)).scalar_one() == 0
        # From here on an outage is counted: what was said since the backup, nobody here has heard.
        assert Heartbeats(engine).last("main") == now
        assert Heartbeats(engine).last(JOBS) is None
    town.machine.close()
    with opened(there) as engine:
        machine = Machine(engine, town.parts, town.clock, town.wechat)
        machine.hear(town.wechat.say(RESIDENT, "南边的路塌了", room=ROOM, at=town.clock()))
        machine.advance(town.clock() + timedelta(minutes=2))
        # The numbers before this one may have been said aloud.
        assert max(case.no for case in Views(engine).cases()) == 6 + 100 + 1
        assert [one.text for one in town.wechat.said[said:] if "井盖" in one.text] == []
        machine.close()
    assert f"{len(waiting)} messages may have been said after the backup" in "\n".join(office.told)
    assert "1 people must sign in again" in office.told


def rows_in(engine: Engine, state: str) -> list[OutboxMessage]:
    with Session(engine) as session:
        return list(session.execute(select(OutboxMessage).where(col(OutboxMessage.state) == state)).scalars())


def test_a_newer_database_is_not_overwritten_unless_that_is_meant(office: Office, database_url: str):
    town = office.town
    at = town.clock()
    with Session(for_writing(town.engine)) as session:
        for token in ("names one", "fine"):
            session.add(OpenResults(area_id=1, period="2025-06", token=token, content={}, at=at))
        session.add(ApiToken(digest="d", name="n", made_at=at, expires_at=at))
        session.commit()
    backup = office.desk.take()
    town.wait(minutes=1)
    for words in ("西头的垃圾桶满了", "村口的井盖碎了"):
        town.say(words, by=RESIDENT)
        town.wait(minutes=2)
    with Session(for_writing(town.engine)) as session:
        session.execute(
            update(OpenResults).where(col(OpenResults.token) == "names one").values(withdrawn_at=at)
        )
        session.execute(update(ApiToken).values(stopped_at=at))
        session.commit()
    newer, given = sums(database_url), max(case.no for case in town.cases())
    assert given == 7

    if database_url.startswith("postgresql"):
        with (
            town.engine.connect(),
            pytest.raises(BackupRefused, match=r"in use \(connections: \d\): stop Linli"),
        ):
            office.desk.restore(backup, How(over_newer=True))
    town.engine.dispose()
    with pytest.raises(
        BackupRefused, match=r"newer than this backup of 2025-07-15 .* 2 things were done .*--over-newer"
    ):
        office.desk.restore(backup, How())
    assert sums(database_url) == newer

    town.engine.dispose()
    office.desk.restore(backup, How(over_newer=True))

    with Session(town.engine) as session:
        down = select(OpenResults.token).where(col(OpenResults.withdrawn_at).is_not(None))
        assert session.execute(down).scalars().all() == ["names one"]
        assert session.execute(select(ApiToken.stopped_at)).scalar_one() is not None
    town.engine.dispose()
    assert "2 published results, boards and API tokens stay ended as they were" in office.told
    assert len(town.cases()) == 5
    assert wrongs(office, town.engine) == []
    town.machine.close()
    town.machine = Machine(town.engine, town.parts, town.clock, town.wechat)
    town.say("西头的路灯不亮", by=RESIDENT)
    town.wait(minutes=2)
    assert max(case.no for case in town.cases()) == given + 1  # those before were said aloud
    (kept,) = [line for line in office.told if "is kept as" in line]
    place = kept.split("kept as ")[1].split(": delete")[0]
    if database_url.startswith("sqlite"):
        assert sums(f"sqlite:///{place}") == newer
    else:
        with town.engine.connect() as wire:
            schema = place.removeprefix("schema ")
            assert (
                wire.execute(select(func.count()).select_from(table("case_file", schema=schema))).scalar()
                == 7
            )
            wire.exec_driver_sql(f'DROP SCHEMA "{schema}" CASCADE')
            wire.commit()
            assert [name for name in inspect(wire).get_schema_names() if name.startswith("linli")] == []


def test_what_cannot_be_restored_leaves_everything_as_it_is(
    make_office: Callable[..., Office], sqlite_url: str, tmp_path: Path
):
    office = make_office(sqlite_url)
    backup = office.desk.take()
    before = sums(sqlite_url)
    cut = tmp_path / "cut.backup"
    cut.write_bytes(backup.read_bytes()[:-40])
    stranger = settings_in(tmp_path / "stranger", sqlite_url, secret=SECRET[::-1])
    file = Path(make_url(sqlite_url).database or "")

    with pytest.raises(UnusableBackup, match="damaged or cut off"):
        office.desk.restore(cut, How())
    with pytest.raises(UnusableBackup, match="under another secret: set secret"):
        BackupDesk(stranger, office.town.clock, office.told.append).restore(backup, How())
    with LockFile(file.with_suffix(".lock")), pytest.raises(AlreadyRunning):
        office.desk.restore(backup, How())
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database" * 1000)
    with pytest.raises(BackupRefused, match=r"broken\.db is there and cannot be read: move it away"):
        office.desk.restore(backup, How(into=f"sqlite:///{broken}"))
    revise(office.town.engine, "9999")
    with pytest.raises(
        UnusableBackup, match=r"this backup has schema 9999 of Linli .*: install that version"
    ):
        office.desk.take()
    revise(office.town.engine, head_of(sqlite_url))

    assert sums(sqlite_url) == before | {"heartbeat": sums(sqlite_url)["heartbeat"]}
    assert list(office.folder.glob("*.backup*")) == [backup]  # the good one stays, the bad one is gone
    assert Heartbeats(office.town.engine).last(BACKUP) == office.town.clock()
    assert list(file.parent.glob(f"{FOLDER}*")) == []


def revise(engine: Engine, revision: str) -> None:
    with engine.begin() as wire:
        wire.execute(text("UPDATE alembic_version SET version_num = :now"), {"now": revision})


def head_of(url: str) -> str:
    return str(ScriptDirectory.from_config(alembic_config(url)).get_current_head())


def test_a_backup_of_an_older_version_is_brought_up(make_office: Callable[..., Office], sqlite_url: str):
    office = make_office(sqlite_url)
    before = sums(sqlite_url)
    command.downgrade(alembic_config(sqlite_url), "0021")
    backup = office.desk.take()
    there = sqlite_url.replace("linli.db", "there.db")

    office.desk.restore(backup, How(into=there, moved=True))

    assert {name for name, told in sums(there).items() if told != before[name]} <= {"heartbeat"}
