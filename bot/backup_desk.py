"""Taking, proving and bringing back backups on the server (decision 0066)."""

import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, text

from bot.backup_folder import MEGABYTE, BackupFolder, BackupRefused, check_room, private, refusing
from bot.parts import ROOT
from bot.restore_target import local_time, nobody_else, refuse_over, refuse_used, standing
from bot.settings import Settings
from bot.shelf import Shelf
from models.backup.archive import Archive, Snapshot, write_archive
from models.backup.loading import Loaded, load
from models.backup.scratch import FOLDER, file_of, put_in_place, scratch_beside
from models.backup.sealing import BackupKey, UnusableBackup
from models.backup.settling import Settled, Standing, settle
from models.engine import for_writing, open_engine
from models.heartbeats import Heartbeats
from models.kept_files import KeptFiles
from models.vitals import BACKUP

SPARE = 200 * MEGABYTE
"""Left free beside everything that is written."""
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class How:
    """What an operator says with ``restore``."""

    into: str = ""
    """Another database; empty: the one in the settings."""
    over_newer: bool = False
    moved: bool = False
    """The program was stopped before the backup was taken."""


class BackupDesk:
    """One command's work. ``tell`` is given one line for each thing that was done."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime], tell: Tell) -> None:
        self._settings, self._clock, self._tell = settings, clock, tell
        self._key = BackupKey(settings.secret)
        self._shelf = Shelf(settings.folder / "attachments", 0, 0)

    def take(self, to: Path | None = None) -> Path:
        """Take a backup, prove it by bringing it back into a scratch database, and only then count it as one.

        Raises:
            BackupRefused: no room, or another one is at it.
            UnusableBackup: what was written could not be brought back; the backups before stay.
        """
        with refusing("no backup was made; those before stay as they are"):
            return self._take(to)

    def _take(self, to: Path | None) -> Path:
        folder = BackupFolder(to or self._settings.backup.place(self._settings.folder))
        with folder.alone(), self._database() as engine:
            at = self._clock()
            self._check_room(engine, folder)
            draft, final = folder.draft(at)
            snapshot = self._write(engine, draft, at)
            files, gone = folder.seal_files(snapshot.files, self._shelf, self._key, at)
            try:
                loaded = self.prove(draft)
            except BaseException:
                draft.unlink()
                raise
            draft.replace(final)
            self._tell(
                f"taken and verified: {final}, {_size(final)}, {loaded.rows} rows, {files} attachments"
            )
            if gone:
                self._tell(f"{gone} attachments were gone from the folder of attachments")
            if to is None:
                Heartbeats(engine).note(BACKUP, at)
                if old := folder.sweep(self._settings.backup, at):
                    self._tell(f"{old} older backups were thrown away")
        return final

    def prove(self, file: Path) -> Loaded:
        """Bring a backup back into a scratch database, which is thrown away.

        Raises:
            UnusableBackup: it cannot be restored.
        """
        with scratch_beside(self._settings.database_url, self._clock()) as scratch, file.open("rb") as stream:
            loaded = load(Archive(stream, self._key), scratch)
        for doubt in loaded.doubts:
            self._tell(f"note: in the database itself there are {doubt}")
        return loaded

    def restore(self, file: Path, how: How) -> None:
        """Put a backup in the place of a database.

        Raises:
            BackupRefused: the database has newer things, or somebody uses it.
            UnusableBackup: damaged, under another secret, or of a newer version.
        """
        url, now = how.into or self._settings.database_url, self._clock()
        with refusing("nothing was put in place"), nobody_else(url), file.open("rb") as stream:
            archive = Archive(stream, self._key)
            before = standing(url, archive.at)
            refuse_over(before, archive.at, over_newer=how.over_newer)
            if (target := file_of(url)) is not None:
                check_room([(target.parent, int(archive.about["bytes"]) + SPARE)])
            with scratch_beside(url, now) as scratch:
                loaded = load(archive, scratch)
                settled = self._settle(scratch, loaded, before, moved=how.moved)
                files, gone = self._bring_files(scratch, BackupFolder(file.parent), self._shelf)
                refuse_used(before, standing(url, archive.at))
                kept = put_in_place(scratch, url, now)
        self._tell(f"restored: as of {local_time(loaded.at)}, {loaded.rows} rows, {files} attachments")
        self._tell_settled(settled, gone, kept)

    def drill(self, file: Path | None = None) -> None:
        """The whole circle into a scratch place: nothing of it stays, and the running program is not disturbed.

        Raises:
            BackupRefused: no room.
            UnusableBackup: the backup could not be brought back.
        """
        began = self._clock()
        with tempfile.TemporaryDirectory(prefix=FOLDER, dir=self._scratch_folder()) as name:
            place = Path(name)
            taken = file or self.take(place)
            self._tell(f"backup: {_size(taken)}, {_seconds(self._clock() - began)}")
            began = self._clock()
            with scratch_beside(self._settings.database_url, began) as scratch, taken.open("rb") as stream:
                loaded = load(Archive(stream, self._key), scratch)
                settled = self._settle(scratch, loaded, Standing(), moved=False)
                shelf = Shelf(place / "attachments", 0, 0)
                files, gone = self._bring_files(scratch, BackupFolder(taken.parent), shelf)
            self._tell(
                f"restored: {loaded.rows} rows, {files} attachments, {_seconds(self._clock() - began)}"
            )
            self._tell_settled(settled, gone, "")
        self._tell("the drill is over and its scratch place is gone: this backup could be restored")

    def _scratch_folder(self) -> Path:
        self._settings.folder.mkdir(parents=True, exist_ok=True)
        return self._settings.folder

    def _write(self, engine: Engine, draft: Path, at: datetime) -> Snapshot:
        version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
        with private(draft) as file:
            return write_archive(
                engine, file, self._key, {"version": version, "bytes": _bytes_of(engine)}, at
            )

    def _check_room(self, engine: Engine, folder: BackupFolder) -> None:
        """The copy in the scratch place, the new file, and the attachments that were not sealed yet."""
        size, made = _bytes_of(engine), folder.made()
        new = made[0][1].stat().st_size * 2 if made else size
        sealed = {path.name for path in (folder.place / "files").glob("*")}
        files = sum(
            (self._shelf.folder / name).stat().st_size
            for name, _ in self._shelf.lying()
            if name not in sealed
        )
        wanted = [(folder.place, new + files + SPARE)]
        if (file := file_of(self._settings.database_url)) is not None:
            wanted.append((file.parent, size + SPARE))
        check_room(wanted)

    def _settle(self, scratch: str, loaded: Loaded, before: Standing, *, moved: bool) -> Settled:
        engine = open_engine(scratch)
        try:
            with for_writing(engine).connect() as wire:
                settled = settle(wire, loaded.at, self._clock(), before, moved=moved)
                wire.commit()
            return settled
        finally:
            engine.dispose()

    def _bring_files(self, scratch: str, folder: BackupFolder, shelf: Shelf) -> tuple[int, int]:
        """Attachments that are not there yet; how many there are now, and how many no backup has any more."""
        engine = open_engine(scratch)
        try:
            names = sorted(KeptFiles(engine).names())
        finally:
            engine.dispose()
        gone = 0
        for name in names:
            if not (shelf.folder / name).exists():
                content = folder.copy(name, self._key)
                gone += content is None
                if content is not None:
                    shelf.put_back(name, content)
        return len(names) - gone, gone

    def _tell_settled(self, settled: Settled, gone: int, kept: str) -> None:
        if gone:
            self._tell(
                f"{gone} attachments are gone: deleted in the meantime, or their sealed copies are not here"
            )
        if settled.doubtful:
            self._tell(
                f"{settled.doubtful} messages may have been said after the backup and wait for a person:"
                " python -m bot outbox --state unknown"
            )
        if settled.skipped:
            self._tell(
                f"{settled.skipped} numbers of cases are left out: they may have been given after the backup"
            )
        if settled.ended:
            self._tell(f"{settled.ended} published results, boards and API tokens stay ended as they were")
        if settled.published:
            self._tell(
                f"{settled.published} published results are open to everybody: look whether one was taken down after the"
                " backup (办理公开 in the console)"
            )
        if settled.sessions:
            self._tell(f"{settled.sessions} people must sign in again")
        if kept:
            self._tell(f"what stood there before is kept as {kept}: delete it when all is well")

    @contextmanager
    def _database(self) -> Iterator[Engine]:
        file = file_of(self._settings.database_url)
        if file is not None and not file.exists():
            raise BackupRefused(f"there is no database at {file}: nothing to back up")
        engine = open_engine(self._settings.database_url)
        try:
            yield engine
        finally:
            engine.dispose()


def _bytes_of(engine: Engine) -> int:
    if engine.dialect.name == "postgresql":
        with engine.connect() as wire:
            return int(wire.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    return Path(str(engine.url.database)).stat().st_size


def _size(file: Path) -> str:
    return f"{file.stat().st_size / MEGABYTE:.1f} MB"


def _seconds(span: timedelta) -> str:
    return f"{span.total_seconds():.1f} s"


__all__ = ["BackupDesk", "BackupRefused", "How", "UnusableBackup"]
