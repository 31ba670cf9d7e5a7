"""The folder of attachments: copies under random names, private to this user, thrown away when no case leads to them."""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

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
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = secrets.token_hex(16)
        draft = self.folder / f"{name}{PART}"
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.folder / name)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        return name

    def remove(self, name: str) -> None:
        """Throw a copy away; one that is gone already is no fault."""
        with suppress(FileNotFoundError):
            (self.folder / name).unlink()

    def lying(self) -> Iterator[tuple[str, datetime]]:
        """Every file's name and when it was last written."""
        if not self.folder.is_dir():
            return
        for path in sorted(self.folder.iterdir()):
            with suppress(FileNotFoundError):
                yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)
