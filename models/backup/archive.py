"""What lies in a backup: a compressed tar of lines, so that it can be read without Linli once it is decrypted.

``about.json`` (revision, version, moment, columns), ``rows/<table>/<number>.jsonl``, ``sums.json`` at the end.
"""

import gzip
import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, select

from models.backup.rows import Sum, lines_of, tables_of
from models.backup.sealing import BackupKey, Sealing, UnusableBackup, opened

MEMBER = 2**21
"""Bytes of lines in one member of the tar."""
QUICKLY = 3
"""Of gzip's nine: the rest costs three times the time for a tenth of the size."""
ABOUT, SUMS = "about.json", "sums.json"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was taken at one moment."""

    revision: str
    at: datetime
    sums: dict[str, list[Any]]
    files: tuple[str, ...]
    """Names of the copies of attachments that cases led to at that moment."""


@contextmanager
def one_moment(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it was at its first look, whoever writes meanwhile, and holds up nobody."""
    with engine.connect() as wire:
        if engine.dialect.name == "postgresql":
            wire = wire.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)  # noqa: PLW2901
        yield wire
        wire.rollback()


def write_archive(
    engine: Engine, file: IO[bytes], key: BackupKey, told: Mapping[str, Any], at: datetime
) -> Snapshot:
    """Take every row into an encrypted file. ``told``: what else may be read of it without the key, ``version`` at least.

    Raises:
        UnusableBackup: the database holds no schema of ours.
    """
    with one_moment(engine) as wire:
        revision = MigrationContext.configure(wire).get_current_revision()
        if revision is None:
            raise UnusableBackup("the database is empty: there is nothing to back up")
        head = {**told, "at": at.isoformat(), "revision": revision}
        sealing = Sealing(file, key, head)
        tables = tables_of(wire)
        sums: dict[str, list[Any]] = {}
        with (
            gzip.GzipFile(fileobj=sealing, mode="wb", compresslevel=QUICKLY, mtime=0) as small,
            tarfile.open(fileobj=small, mode="w|") as tar,
        ):
            columns = {table.name: [column.name for column in table.columns] for table in tables}
            _put(tar, ABOUT, json.dumps({**head, "tables": columns}, ensure_ascii=False).encode())
            for table in tables:
                sums[table.name] = _put_rows(tar, table.name, lines_of(wire, table))
            _put(tar, SUMS, json.dumps(sums).encode())
        sealing.seal()
        return Snapshot(revision, at, sums, _files(wire))


def _files(wire: Connection) -> tuple[str, ...]:
    for table in tables_of(wire):
        if table.name == "attachment":
            found = select(table.c.stored).where(table.c.stored != "").order_by(table.c.stored)
            return tuple(wire.execute(found).scalars())
    return ()


def _put(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))


def _put_rows(tar: tarfile.TarFile, table: str, lines: Iterator[bytes]) -> list[Any]:
    one, waiting, number = Sum(), bytearray(), 0
    for line in lines:
        one.add(line)
        waiting += line
        if len(waiting) >= MEMBER:
            number += 1
            _put(tar, f"rows/{table}/{number:06}.jsonl", bytes(waiting))
            waiting.clear()
    if waiting:
        _put(tar, f"rows/{table}/{number + 1:06}.jsonl", bytes(waiting))
    return one.told()


class Archive:
    """A backup that is read, from its beginning to its end, once."""

    def __init__(self, file: IO[bytes], key: BackupKey) -> None:
        """Raises UnusableBackup where it is none of ours, damaged or under another secret."""
        self.head, stream = opened(file, key)
        self._tar = tarfile.open(fileobj=gzip.GzipFile(fileobj=stream, mode="rb"), mode="r|")  # noqa: SIM115
        self._members = self._read()
        self.about: dict[str, Any] = json.loads(next(self._members)[1])
        self.columns: dict[str, list[str]] = self.about["tables"]
        self.sums: dict[str, list[Any]] = {}
        """Known once every row was read."""

    @property
    def at(self) -> datetime:
        """The moment it shows."""
        return datetime.fromisoformat(self.about["at"])

    def _read(self) -> Iterator[tuple[str, bytes]]:
        try:
            for member in self._tar:
                content = self._tar.extractfile(member)
                yield member.name, content.read() if content else b""
        except (tarfile.TarError, EOFError, OSError) as cause:
            raise UnusableBackup("this file is damaged: take another backup") from cause

    def parts(self) -> Iterator[tuple[str, list[bytes]]]:
        """Table and some of its lines, again and again.

        Raises:
            UnusableBackup: it is damaged or cut off.
        """
        for name, content in self._members:
            if name == SUMS:
                self.sums = json.loads(content)
            else:
                yield name.split("/")[1], content.splitlines(keepends=True)
        if not self.sums:
            raise UnusableBackup("this file is cut off: take another backup, or fetch this one again")
