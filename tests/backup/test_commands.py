"""What an operator types, and what happens by itself at night: real processes on a real file."""

import re
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.nightly import AGAIN_AFTER, BEGUN, Nightly
from models.engine import open_engine
from models.heartbeats import Heartbeats
from models.rules.pacing import SHANGHAI
from models.vitals import BACKUP
from tests.backup.conftest import settings_in
from tests.shell import Shell
from tests.township.books import SAFE_TOWN, book

EVENING = datetime(2026, 11, 22, 20, 0, tzinfo=SHANGHAI)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    made = Shell(tmp_path)
    made.configure()
    assert made("import", str(book(tmp_path / "town.xlsx", SAFE_TOWN))).returncode == 0
    return made


def test_a_drill_a_backup_and_a_restore_from_the_command_line(shell: Shell):
    before = sorted(path.name for path in (shell.folder / "var").iterdir())
    drill = shell("drill")
    assert drill.returncode == 0, drill.stderr
    assert "this backup could be restored" in drill.stdout
    assert sorted(path.name for path in (shell.folder / "var").iterdir()) == before

    backup = shell("backup")
    assert (backup.returncode, "taken and verified" in backup.stdout) == (0, True), backup.stderr
    (file,) = (shell.folder / "var" / "backups").glob("linli-*.backup")
    assert file.stat().st_mode & 0o077 == 0
    assert shell("bind-code", "--person", "张建国").returncode == 0

    refused = shell("restore", str(file))
    assert refused.returncode == 2
    assert re.fullmatch(r"linli: the database is newer .* add --over-newer\n", refused.stderr)

    done = shell("restore", str(file), "--over-newer")
    assert done.returncode == 0, done.stderr
    assert "is kept as" in done.stdout
    with closing(sqlite3.connect(shell.folder / "var" / "linli.db")) as wire:
        assert wire.execute("SELECT count(*) FROM heartbeat WHERE role = ?", [BACKUP]).fetchone() == (1,)


def test_the_night_makes_one_backup_by_one_process_and_what_failed_is_tried_again(
    sqlite_url: str, tmp_path: Path
):
    settings, at = settings_in(tmp_path / "place", sqlite_url), EVENING
    engine = open_engine(sqlite_url)
    beats, nightly = Heartbeats(engine), Nightly(engine, settings, lambda: at)
    beats.note(BACKUP, EVENING - timedelta(hours=17))
    folder = settings.backup.place(settings.folder)

    nightly.round()  # last night's was made
    assert beats.last(BEGUN) is None

    at = EVENING + timedelta(hours=7)
    assert beats.take_turn(BEGUN, at - timedelta(minutes=1), AGAIN_AFTER)  # another process, and it fails
    nightly.round()
    assert not folder.exists()

    at += AGAIN_AFTER
    nightly.round()
    assert len(list(folder.glob("linli-*.backup"))) == 1
    assert beats.last(BEGUN) == at
    assert beats.last(BACKUP) != EVENING - timedelta(hours=17)
    engine.dispose()


def test_a_backup_noted_by_a_clock_that_was_ahead_keeps_no_later_night_without_one(
    sqlite_url: str, tmp_path: Path
):
    settings, at = settings_in(tmp_path / "place", sqlite_url), EVENING
    engine = open_engine(sqlite_url)
    beats, nightly = Heartbeats(engine), Nightly(engine, settings, lambda: at)
    for role in (BACKUP, BEGUN):
        beats.note(role, EVENING + timedelta(days=400))

    nightly.round()

    assert beats.last(BEGUN) == at
    assert len(list(settings.backup.place(settings.folder).glob("linli-*.backup"))) == 1
    assert beats.last(BACKUP) != EVENING + timedelta(days=400)
    assert not beats.take_turn(
        BEGUN, at - timedelta(seconds=2), AGAIN_AFTER
    )  # another machine's clock is a little behind
    engine.dispose()
