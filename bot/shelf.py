"""The folder of attachments: copies under random names, private to this user, thrown away when no case leads to them."""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

SMALL = "small"
"""The folder in the folder: a small picture under the name of its copy, empty where nothing can be shown."""
PART = ".part"
"""The end of a name while its file is written."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder beside the database, and how much may lie in it. Bytes."""

    folder: Path
    largest: int
    total: int

    def put(self, content: bytes) -> str:
        """Keep bytes; their random name. Raises OSError when the disk does not take them."""
        name = secrets.token_hex(16)
        _write(self.folder / name, content)
        return name

    def put_back(self, name: str, content: bytes) -> None:
        """Keep bytes under the name that they had before. Raises OSError when the disk does not take them."""
        _write(self.folder / name, content)

    def put_small(self, name: str, content: bytes) -> None:
        """Keep the small picture of a copy, in place of an earlier one; empty: it cannot be shown."""
        _write(self.folder / SMALL / name, content)

    def small(self, name: str) -> bytes | None:
        """The small picture of a copy; empty: it cannot be shown; None: it was not made yet."""
        with suppress(FileNotFoundError):
            return (self.folder / SMALL / name).read_bytes()
        return None

    def copy(self, name: str) -> bytes:
        """A copy. Raises OSError when it is gone."""
        return (self.folder / name).read_bytes()

    def remove(self, name: str) -> None:
        """Throw a copy and its small picture away; what is gone already is no fault."""
        for path in (self.folder / SMALL / name, self.folder / name):
            path.unlink(missing_ok=True)

    def lying(self) -> Iterator[tuple[str, datetime]]:
        """Every copy's name and when it was last written."""
        return _files(self.folder)

    def lying_small(self) -> Iterator[tuple[str, datetime]]:
        """Every small picture's name and when it was last written."""
        return _files(self.folder / SMALL)


def _files(folder: Path) -> Iterator[tuple[str, datetime]]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        with suppress(FileNotFoundError):
            if path.is_file():
                yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing, readable by this user alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}{PART}")
    draft.unlink(missing_ok=True)  # a process that died while it wrote
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
