"""Over which database a backup may be put: nobody uses it, and nothing newer is lost unasked."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.exc import DatabaseError

from bot.backup_folder import BackupRefused
from bot.lockfile import LockFile
from models.backup.scratch import file_of
from models.backup.settling import Standing, standing_of
from models.engine import open_engine
from models.rules.pacing import SHANGHAI


@contextmanager
def nobody_else(url: str) -> Iterator[None]:
    """No program of ours runs on this SQLite file meanwhile."""
    file = file_of(url)
    if file is None:
        yield
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with LockFile(file.with_suffix(".lock").resolve()):
        yield


def standing(url: str, taken_at: datetime) -> Standing:
    """What stands there now.

    Raises:
        BackupRefused: it cannot be read.
    """
    file = file_of(url)
    if file is not None and not file.exists():
        return Standing()
    engine = open_engine(url)
    try:
        with engine.connect() as wire:
            return standing_of(wire, taken_at)
    except DatabaseError as cause:
        if file is None:
            raise
        raise BackupRefused(
            f"{file} is there and cannot be read: move it away, then restore again"
        ) from cause
    finally:
        engine.dispose()


def refuse_over(before: Standing, taken_at: datetime, *, over_newer: bool) -> None:
    """Before anything is read.

    Raises:
        BackupRefused: somebody uses it, or it has newer things and nobody said that they may go.
    """
    if before.others:
        raise BackupRefused(
            f"the database is in use (connections: {before.others}): stop Linli and whatever else uses it, then restore again"
        )
    if before.newer and before.newest is not None and not over_newer:
        raise BackupRefused(
            f"the database is newer than this backup of {local_time(taken_at)}: {before.newer} things were done there since,"
            f" the last one {local_time(before.newest)}. They would be lost; if that is meant, add --over-newer"
        )


def refuse_used(before: Standing, now: Standing) -> None:
    """Before the backup is put in its place: reading takes minutes, in which a program may have begun on PostgreSQL.

    Raises:
        BackupRefused: somebody has.
    """
    if now.others or now.newer != before.newer:
        raise BackupRefused(
            "the database was used while the backup was read: stop Linli and whatever else uses it, then restore again"
        )


def local_time(at: datetime) -> str:
    """A moment as the clocks of the place show it."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
