"""Which backups are kept, and what is refused before anything is written."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.backup_folder import BackupFolder, BackupRefused, check_room, kept_of
from bot.backup_settings import BackupSettings
from bot.shelf import Shelf
from models.backup.sealing import BackupKey
from models.rules.pacing import SHANGHAI

NOW = datetime(2026, 11, 23, 2, 40, tzinfo=SHANGHAI)
KEY = BackupKey("kBz0xV7dQ2m9Lw4tRyN8sHc5PfJ1aGe3")
KEEP = BackupSettings()


def days_ago(moments: set[datetime]) -> list[int]:
    return sorted((NOW - moment).days for moment in moments)


def test_a_year_of_nights_leaves_days_weeks_and_months():
    nights = [NOW - timedelta(days=day) for day in range(400)]

    kept = days_ago(kept_of(nights, KEEP))

    # 23 November is a Monday: the weeks before ended 1, 8 and 15 days ago, the months 23, 54, 84, 115 and 146.
    assert kept == [0, 1, 2, 3, 4, 5, 6, 8, 15, 23, 54, 84, 115, 146]


def test_kept_night_by_night_the_same_ones_stay():
    kept: set[datetime] = set()
    for day in range(400, -1, -1):
        kept = kept_of(sorted({*kept, NOW - timedelta(days=day)}, reverse=True), KEEP)

    assert days_ago(kept) == [0, 1, 2, 3, 4, 5, 6, 8, 15, 23, 54, 84, 115, 146]


def test_a_place_that_stands_still_keeps_what_it_has():
    old = [NOW - timedelta(days=day) for day in (300, 310)]

    assert kept_of(old, KEEP) == set(old)


def test_attachments_that_no_backup_names_any_more_go_after_a_while(tmp_path: Path):
    folder, shelf = BackupFolder(tmp_path), Shelf(tmp_path / "attachments", 99, 99)
    names = [shelf.put(b"one"), shelf.put(b"two")]

    assert folder.seal_files([*names, "0" * 32], shelf, KEY, NOW) == (2, 1)
    for day in range(1, 37):
        folder.seal_files(names[:1], shelf, KEY, NOW + timedelta(days=day))
        folder.sweep(KEEP, NOW + timedelta(days=day))
        assert (folder.copy(names[1], KEY) is None) == (day > 35)

    assert folder.copy(names[0], KEY) == b"one"
    assert b"one" not in (tmp_path / "files" / names[0]).read_bytes()


def test_a_disk_without_room_is_named_and_nothing_begins(tmp_path: Path):
    with pytest.raises(BackupRefused, match=r"needs about \d+ MB where .* MB are free: make room there"):
        check_room([(tmp_path / "not" / "there", 2**59), (tmp_path, 2**59)])

    assert list(tmp_path.iterdir()) == []


def test_two_backups_into_one_folder_wait_for_each_other_and_a_dead_ones_draft_goes(tmp_path: Path):
    folder = BackupFolder(tmp_path)
    (tmp_path / "linli-20260101-000000.backup.part").write_bytes(b"half")

    with folder.alone():
        with pytest.raises(BackupRefused, match="is being made"), folder.alone():
            pass
        assert [path.name for path in tmp_path.iterdir()] == [".lock"]


@pytest.mark.parametrize(
    ("hour", "moment"), [(1, "2026-11-22T02:40"), (2, "2026-11-22T02:40"), (3, "2026-11-23T02:40")]
)
def test_the_night_is_shanghais(hour: int, moment: str):
    at = datetime(2026, 11, 23, hour, 30, tzinfo=SHANGHAI).astimezone(UTC)

    assert BackupSettings().last_moment(at) == datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    assert BackupSettings(at="").last_moment(at) is None
