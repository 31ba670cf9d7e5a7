"""Changing the schema of a database in use: one process at a time, never in the way of the village for long.

Whoever comes second waits and then finds nothing left to do. A table that a long reader holds is asked for again and
again, each time for three seconds only, because everybody else queues behind whoever asks (decision 0067).
"""

import fcntl
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TextIO

import structlog
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError, ProgrammingError
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_random

log = structlog.get_logger()

LOCK = f"{0x4C494E4C}, hashtext(current_schema())"
"""Advisory lock of PostgreSQL: LINL in ASCII, and where the tables stand; what is tried beside them is locked apart."""
WAITS, WAIT_S = 1_200, 0.5
"""Ten minutes for whoever changes the schema before us."""
ASKS, ASK_MS = 40, 3_000
"""How often, and for how many milliseconds, a table is asked for."""
BLOCKED = {"55P03", "40P01"}
"""lock_not_available and deadlock_detected, as PostgreSQL numbers them."""

BUSY = "SELECT pid, application_name FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
LONGEST = f"{BUSY} AND xact_start IS NOT NULL ORDER BY xact_start LIMIT 1"
HOLDER = f"""{BUSY} AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2
    AND classid = {0x4C494E4C} AND objid::bigint = hashtext(current_schema())::bigint & 4294967295) LIMIT 1"""  # noqa: S608 - words and a number of ours


class SchemaBusy(RuntimeError):  # noqa: N818 - says what is the matter
    """Somebody holds what has to be changed; the sentence says who, and what to do."""


class DatabaseTooNew(RuntimeError):  # noqa: N818 - says what is the matter
    """A later version changed this database further than this one can follow."""


class NoWayBack(RuntimeError):  # noqa: N818 - says what is the matter
    """The schema cannot be taken back to where somebody wants it, or not now."""


@cache
def chain(folder: str) -> tuple[str, ...]:
    """The numbers of the migrations in a folder, from the first to the newest: in their own order, not by size."""
    return tuple(step.revision for step in ScriptDirectory(folder).walk_revisions())[::-1]


def newest_in(folder: str) -> str:
    """The number of the newest migration in a folder of them; files do not change while a program runs."""
    return chain(folder)[-1]


def schema_of(connection: Connection) -> str | None:
    """The number of the last migration the database has; None when it is empty."""
    number = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    return number


def serves_from(connection: Connection) -> str | None:
    """The oldest schema whose programs may still work here, as whoever migrated last wrote it; None: not said."""
    try:
        found = connection.exec_driver_sql("SELECT oldest FROM alembic_version").scalar()
    except (OperationalError, ProgrammingError):  # from before this was written down
        found = None
    connection.rollback()
    return None if found is None else str(found)


def is_ahead(connection: Connection, known: tuple[str, ...]) -> bool:
    """Whether a later version migrated the database, and promised that this one still works beside it.

    Raises:
        DatabaseTooNew: it did, and made no such promise.
    """
    here = schema_of(connection)
    if here is None or here in known:
        return False
    oldest = serves_from(connection)
    if oldest in known:
        return True
    raise DatabaseTooNew(
        f"the database has schema {here}, this version knows {known[-1]} and cannot work with it: start the newer version"
        f" again, or take the schema back with it (python -m bot rollback --to {known[-1]}), then start this one"
    )


def check_nobody_else(connection: Connection) -> None:
    """On PostgreSQL; on SQLite the program's own lock file says it.

    Raises:
        NoWayBack: somebody is connected.
    """
    if connection.dialect.name != "postgresql":
        return
    others = connection.exec_driver_sql(f"{BUSY} AND backend_type = 'client backend'").all()
    connection.rollback()
    if others:
        who = ", ".join(f"{pid} ({name or 'without a name'})" for pid, name in others)
        raise NoWayBack(f"the database is in use by the sessions {who}: stop every Linli first")


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """A connection over which the schema may be changed; whoever else wants to, waits until it is closed.

    Raises:
        SchemaBusy: another process has been at it for ten minutes.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            _take_turn(connection)
            try:
                yield connection
            finally:
                connection.invalidate()  # the lock belongs to the session and ends with it
        return
    file = engine.url.database
    with (
        _only_one(Path(file).with_suffix(".migrating") if file and file != ":memory:" else None),
        engine.execution_options(writes=True).connect() as connection,
    ):
        yield connection


def patiently(change: Callable[[], None], connection: Connection) -> None:
    """Do it, again and again while somebody else holds a table; what was done before is not done twice.

    Raises:
        SchemaBusy: somebody held it through forty tries.
    """

    def again(state: RetryCallState) -> None:
        connection.rollback()
        if state.attempt_number == 1:
            log.warning("a table is held by somebody else, asking again", by=_name(connection, LONGEST))

    tries = Retrying(
        retry=retry_if_exception(_is_blocked), stop=stop_after_attempt(ASKS), wait=wait_random(0.5, 2),
        before_sleep=again, reraise=True,
    )  # fmt: skip
    try:
        tries(change)
    except OperationalError as fault:
        if not _is_blocked(fault):
            raise
        connection.rollback()
        raise SchemaBusy(
            f"a table has been held too long by {_name(connection, LONGEST)}: end it (SELECT pg_terminate_backend(…)),"
            " then run `python -m bot migrate` again; what is done stays done"
        ) from fault


def _is_blocked(fault: BaseException) -> bool:
    return isinstance(fault, OperationalError) and getattr(fault.orig, "sqlstate", None) in BLOCKED


def _take_turn(connection: Connection) -> None:
    connection.execution_options(isolation_level="AUTOCOMMIT")
    connection.exec_driver_sql(f"SET application_name = 'linli migration, {ourselves()}'")
    connection.exec_driver_sql(f"SET lock_timeout = {ASK_MS}")
    for turn in range(WAITS):
        if connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({LOCK})").scalar_one():
            break
        if turn == 0:
            log.warning("another process changes the schema, waiting for it", by=_name(connection, HOLDER))
        connection.exec_driver_sql(f"SELECT pg_sleep({WAIT_S})")
    else:
        raise SchemaBusy(
            f"the schema is still being changed by {_name(connection, HOLDER)}: start again when it is done"
        )
    connection.rollback()
    connection.execution_options(isolation_level="READ COMMITTED")


def _name(connection: Connection, who: str) -> str:
    """Who it is, for whoever has to end it."""
    found = connection.exec_driver_sql(who).first()
    connection.rollback()
    return f"session {found[0]} ({found[1] or 'without a name'})" if found else "nobody any more"


def ourselves() -> str:
    """How we name ourselves to whoever waits for us."""
    return f"{socket.gethostname()[:30].replace(chr(39), '')} process {os.getpid()}"


@contextmanager
def _only_one(file: Path | None) -> Iterator[None]:
    """The system lets go of it when the process ends, however it ends; the file says who it is."""
    if file is None:
        yield
        return
    held = _locked(file)
    while not _still_there(held, file):  # whoever held it took the file away
        held.close()
        held = _locked(file)
    with held:
        held.truncate(0)
        held.write(ourselves())
        held.flush()
        try:
            yield
        finally:
            file.unlink()


def _locked(file: Path) -> TextIO:
    held = file.open("a+", encoding="utf-8")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.seek(0)
        log.warning("another process changes the schema, waiting for it", by=held.read() or "unknown")
        fcntl.flock(held, fcntl.LOCK_EX)
    return held


def _still_there(held: TextIO, file: Path) -> bool:
    try:
        return file.stat().st_ino == os.fstat(held.fileno()).st_ino
    except FileNotFoundError:
        return False
