"""Only one import at a time in one database."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, func, select

IMPORT_LOCK = 7_450_901
"""Our number among PostgreSQL's advisory locks."""


class AnotherImport(RuntimeError):  # noqa: N818 - named for what it says
    """Somebody else imports into this database right now."""


@contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """Hold the only import of a database while the block runs; a killed process lets go by itself.

    Raises:
        AnotherImport: somebody else holds it.
    """
    if engine.dialect.name == "postgresql":
        with _advisory_lock(engine):
            yield
    else:
        with _file_lock(Path(f"{engine.url.database}.import")):
            yield


@contextmanager
def _advisory_lock(engine: Engine) -> Iterator[None]:
    with engine.connect() as connection:
        if not connection.execute(select(func.pg_try_advisory_lock(IMPORT_LOCK))).scalar_one():
            raise AnotherImport
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(IMPORT_LOCK)))


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as cause:
            raise AnotherImport from cause
        yield
