"""Whoever holds the database file, or a backup, but not the secret, learns no phone and no care note."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url

from tests.backup.conftest import CARE, PHONE, Office
from tests.databases import Postgres
from tests.town.album import PHOTO

OPEN_WORDS = "家门口的路坏了"


def bytes_of(office: Office, postgres: Postgres) -> Iterator[tuple[str, bytes]]:
    """Everything that the database has on its disk, its log included."""
    url = make_url(str(office.settings.database_url))
    if url.get_backend_name() == "sqlite":
        file = Path(url.database or "")
        found = [path for path in file.parent.iterdir() if path.name.startswith(file.name)]
        assert f"{file.name}-wal" in {path.name for path in found}
    else:
        with office.town.engine.connect() as wire:
            place = wire.exec_driver_sql(
                "SELECT oid FROM pg_database WHERE datname = current_database()"
            ).scalar()
        postgres.run("CHECKPOINT")
        found = [*(postgres.folder / "data" / "base" / str(place)).iterdir()]
        found += [path for path in (postgres.folder / "data" / "pg_wal").iterdir() if path.is_file()]
    yield from ((path.name, path.read_bytes()) for path in found)


def test_a_database_file_and_a_backup_reveal_no_phone_and_no_care_note(office: Office, postgres: Postgres):
    never = [PHONE.encode(), CARE.encode(), CARE[:3].encode("unicode_escape"), CARE.encode("utf-16-le")]
    backup = office.desk.take()
    kept = [(path.name, path.read_bytes()) for path in office.folder.rglob("*") if path.is_file()]
    stored = list(bytes_of(office, postgres))

    # The search itself works: what is no secret stands in the database, and in no backup.
    assert any(OPEN_WORDS.encode() in content for _, content in stored)
    assert len(backup.read_bytes()) > 5000
    assert len(kept) >= 3
    assert [name for name, content in (*stored, *kept) if any(word in content for word in never)] == []
    assert [name for name, content in kept if OPEN_WORDS.encode() in content or PHOTO in content] == []
