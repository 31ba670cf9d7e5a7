"""The folder of backups: one sealed file a time, sealed copies of attachments beside them, and what is thrown away.

A copy of an attachment never changes, so each is sealed once, whatever number of backups names it.
"""

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from bot.backup_settings import BackupSettings
from bot.lockfile import AlreadyRunning, LockFile
from bot.shelf import Shelf
from models.backup.sealing import BackupKey, Sealing, UnusableBackup, opened
from models.rules.pacing import SHANGHAI

STAMP = "%Y%m%d-%H%M%S"
NAME = re.compile(r"linli-(\d{8}-\d{6})\.backup")
FILES = "files"
PART = ".part"
MEGABYTE = 2**20
UNNAMED_FOR = timedelta(days=35)
"""What a place deleted (after 180 days, or because somebody left) goes from its backups too, soon after."""


class BackupRefused(RuntimeError):  # noqa: N818 - named for what it says
    """Not done, and nothing changed; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class BackupFolder:
    """One folder."""

    place: Path

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else makes backups here meanwhile; what a dead one left is thrown away.

        Raises:
            BackupRefused: somebody else does.
        """
        self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with LockFile(self.place / ".lock"):
                for left in (*self.place.glob(f"*{PART}"), *(self.place / FILES).glob(f"*{PART}")):
                    left.unlink()
                yield
        except AlreadyRunning as cause:
            raise BackupRefused(
                f"a backup is being made in {self.place} at this moment: wait for its end"
            ) from cause

    def made(self) -> list[tuple[datetime, Path]]:
        """Every backup with the moment in its name, the newest first."""
        named = ((NAME.fullmatch(path.name), path) for path in self.place.glob("linli-*.backup"))
        found = (
            (datetime.strptime(told[1], STAMP).replace(tzinfo=SHANGHAI), path) for told, path in named if told
        )
        return sorted(found, reverse=True)

    def draft(self, at: datetime) -> tuple[Path, Path]:
        """Where a new one is written, and where it lies once it was verified."""
        final = self.place / f"linli-{at.astimezone(SHANGHAI):{STAMP}}.backup"
        return final.with_name(final.name + PART), final

    def seal_files(self, names: Iterable[str], shelf: Shelf, key: BackupKey, at: datetime) -> tuple[int, int]:
        """Seal the copies of attachments that were not sealed yet; how many there are now, and how many are gone."""
        folder = self.place / FILES
        folder.mkdir(mode=0o700, exist_ok=True)
        here = gone = 0
        for name in names:
            sealed = folder / name
            if not sealed.exists():
                try:
                    content = shelf.copy(name)
                except FileNotFoundError:
                    gone += 1
                    continue
                with private(sealed.with_name(name + PART)) as file:
                    sealing = Sealing(file, key, {"file": name})
                    sealing.write(content)
                    sealing.seal()
                sealed.with_name(name + PART).replace(sealed)
            os.utime(sealed, (at.timestamp(), at.timestamp()))  # when it was named last
            here += 1
        return here, gone

    def copy(self, name: str, key: BackupKey) -> bytes | None:
        """What was sealed of an attachment; None: it is not here.

        Raises:
            UnusableBackup: damaged, or another one's.
        """
        try:
            with (self.place / FILES / name).open("rb") as file:
                head, stream = opened(file, key)
                if head.get("file") != name:
                    raise UnusableBackup(f"{self.place / FILES / name} is another attachment: fetch it again")
                return stream.read()
        except FileNotFoundError:
            return None

    def sweep(self, keep: BackupSettings, at: datetime) -> int:
        """Throw away the backups beyond those kept, and the attachments that none of late named; how many backups."""
        made = self.made()
        kept = kept_of([moment for moment, _ in made], keep)
        old = [path for moment, path in made if moment not in kept]
        for path in old:
            path.unlink()
        for path in (self.place / FILES).glob("*"):
            if at.timestamp() - path.stat().st_mtime > UNNAMED_FOR.total_seconds():
                path.unlink()
        return len(old)


def kept_of(moments: list[datetime], keep: BackupSettings) -> set[datetime]:
    """Of backups, the newest first: the last one of so many days, of so many weeks and of so many months."""
    kept: set[datetime] = set()
    for form, number in (("%Y-%m-%d", keep.daily), ("%G-%V", keep.weekly), ("%Y-%m", keep.monthly)):
        last: dict[str, datetime] = {}
        for moment in moments:
            last.setdefault(moment.strftime(form), moment)
        kept |= set(list(last.values())[:number])
    return kept


@contextmanager
def private(path: Path) -> Iterator[IO[bytes]]:
    """A new file that this user alone can read, on the disk when the block ends; taken away when it fails."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise


@contextmanager
def refusing(what: str) -> Iterator[None]:
    """What the disk does not take or give is a refusal with a sentence."""
    try:
        yield
    except OSError as cause:
        raise BackupRefused(f"{cause.strerror}: {cause.filename}; {what}") from cause


def check_room(wanted: Iterable[tuple[Path, int]]) -> None:
    """Refuse to begin what the disks would not hold. Folder and bytes; folders on one disk count together.

    Raises:
        BackupRefused: says how much is missing where.
    """
    needs: dict[int, tuple[Path, int]] = {}
    for folder, size in wanted:
        there = next(p for p in (folder, *folder.parents) if p.exists())
        device = there.stat().st_dev
        needs[device] = (there, needs.get(device, (there, 0))[1] + size)
    for there, size in needs.values():
        free = shutil.disk_usage(there).free
        if free < size:
            raise BackupRefused(
                f"this needs about {size // MEGABYTE} MB where {there} is, and {free // MEGABYTE} MB are free:"
                " make room there, or set another folder under [backup]; the backups before stay as they are"
            )
