"""One process at a time on one SQLite file: a lock that the system lets go of when the process ends, however it ends."""

import fcntl
from pathlib import Path
from types import TracebackType
from typing import Self


class AlreadyRunning(RuntimeError):  # noqa: N818 - says what is the matter
    """Another process uses this database."""


class LockFile:
    """``with LockFile(path):`` holds the lock; the file holds nothing and stays."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle = path.open("a")

    def __enter__(self) -> Self:
        """Raises AlreadyRunning when somebody else holds it."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            self._handle.close()
            raise AlreadyRunning(
                f"{self._path} is held by another Linli: stop it first, or use PostgreSQL for several processes"
            ) from held
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._handle.close()
