"""Where the program can break without knowing of it: its crash points, and the driver under its database.

Production pays nothing: the engine of a simulation is told to connect through these connections, and the crash points
are those that delivery and the due table call anyway.
"""

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from models.engine import open_engine

WRITES = re.compile(r"\b(?:INSERT|UPDATE|DELETE)\b|BEGIN IMMEDIATE")
BEFORE_COMMIT, AFTER_COMMIT = "before_commit", "after_commit"
POINTS = (
    BEFORE_COMMIT, AFTER_COMMIT, "before_send", "after_send",
    *(f"{when}_{step}" for when in ("before", "after") for step in ("claim", "sent", "merge", "lease", "finish")),
)  # fmt: skip


class Died(BaseException):
    """The program is gone: nothing of it may catch this."""


class CommitLost(Exception):  # noqa: N818 - named for what happened
    """This commit happens, and its answer is lost."""


@dataclass
class Armed:
    """Something that happens at the nth passage of a crash point."""

    point: str
    nth: int
    act: Callable[[], None]


@dataclass
class Trouble:
    """What is wrong with the program and its database just now."""

    dead: bool = False
    away: bool = False
    locked: bool = False
    full: bool = False
    clashes: int = 0
    armed: list[Armed] = field(default_factory=list)

    def passes(self, point: str) -> None:
        """The program is here."""
        self.live()
        for each in [each for each in self.armed if each.point == point]:
            each.nth -= 1
            if each.nth <= 0:
                self.armed.remove(each)
                each.act()

    def live(self) -> None:
        """A dead program does nothing any more."""
        if self.dead:
            raise Died

    def die(self) -> None:
        """From now on it is gone."""
        self.dead = True
        raise Died

    def lose_answer(self) -> None:
        """The commit that is at hand happens and is not answered."""
        raise CommitLost


def open_troubled(url: str, trouble: Trouble, *, hurry: bool = True) -> Engine:
    """The engine of one life of the program; ``hurry``: no power fails here, nobody waits for the disk."""
    engine = open_engine(url)
    connect = _sqlite if engine.dialect.name == "sqlite" else _postgres
    event.listen(engine, "do_connect", lambda _dialect, _record, args, named: connect(trouble, args, named))
    if hurry and engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda wire, _record: wire.execute("PRAGMA synchronous=OFF"))
    return engine


def _sqlite(trouble: Trouble, args: Any, named: dict[str, Any]) -> "_SqliteWire":
    if trouble.away:
        raise sqlite3.OperationalError("unable to open database file")
    wire = sqlite3.connect(*args, factory=_SqliteWire, **named)
    wire.trouble = trouble
    return wire


def _postgres(trouble: Trouble, args: Any, named: dict[str, Any]) -> "_PostgresWire":
    if trouble.away:
        raise psycopg.OperationalError("connection refused")
    wire = _PostgresWire.connect(*args, **named, cursor_factory=_PostgresCursor)
    wire.trouble = trouble
    return wire


def _commit(trouble: Trouble, commit: Callable[[], None], broken: Callable[[], None]) -> None:
    """Commit as the trouble lets it; ``broken`` raises what the driver says of a lost connection."""
    answered = True
    try:
        trouble.passes(BEFORE_COMMIT)
    except CommitLost:
        answered = False
    commit()
    if not answered:
        broken()
    trouble.passes(AFTER_COMMIT)


class _SqliteWire(sqlite3.Connection):
    trouble = Trouble()

    def cursor(self, *_: Any) -> "_SqliteCursor":  # type: ignore[override]
        return super().cursor(_SqliteCursor)

    def commit(self) -> None:
        if not self.in_transaction:
            super().commit()
            return
        if self.trouble.full:
            raise sqlite3.OperationalError("database or disk is full")
        _commit(self.trouble, super().commit, self._broken)

    def _broken(self) -> None:
        raise sqlite3.OperationalError("disk I/O error")


class _SqliteCursor(sqlite3.Cursor):
    def execute(self, sql: str, *args: Any) -> "_SqliteCursor":
        _may_run(self.connection.trouble, sql)  # type: ignore[attr-defined]
        super().execute(sql, *args)
        return self

    def executemany(self, sql: str, *args: Any) -> "_SqliteCursor":
        _may_run(self.connection.trouble, sql)  # type: ignore[attr-defined]
        super().executemany(sql, *args)
        return self


def _may_run(trouble: Trouble, sql: str) -> None:
    """Raises what SQLite would say."""
    trouble.live()
    if trouble.away:
        raise sqlite3.OperationalError("disk I/O error")
    if not WRITES.search(sql):
        return
    if trouble.full and not sql.startswith("BEGIN"):
        raise sqlite3.OperationalError("database or disk is full")
    if trouble.locked or _clashes(trouble):
        raise sqlite3.OperationalError("database is locked")


def _clashes(trouble: Trouble) -> bool:
    clashes = trouble.clashes > 0
    trouble.clashes -= clashes
    return clashes


class _PostgresWire(psycopg.Connection[Any]):
    trouble = Trouble()

    def commit(self) -> None:
        _commit(self.trouble, super().commit, self.broken_off)

    def broken_off(self) -> None:
        """The server is gone in the middle of it."""
        self.close()
        raise psycopg.OperationalError("server closed the connection unexpectedly")


class _PostgresCursor(psycopg.Cursor[Any]):
    def execute(self, query: Any, *args: Any, **named: Any) -> "_PostgresCursor":
        self._may_run(query)
        super().execute(query, *args, **named)
        return self

    def executemany(self, query: Any, *args: Any, **named: Any) -> None:
        self._may_run(query)
        super().executemany(query, *args, **named)

    def _may_run(self, query: Any) -> None:
        wire = self.connection
        if not isinstance(wire, _PostgresWire):
            return
        trouble = wire.trouble
        trouble.live()
        if trouble.away:
            wire.broken_off()
        if not WRITES.search(str(query)):
            return
        if trouble.full:
            raise psycopg.errors.DiskFull("could not extend file: No space left on device")
        if trouble.locked:
            raise psycopg.errors.LockNotAvailable("canceling statement due to lock timeout")
        if _clashes(trouble):
            raise psycopg.errors.SerializationFailure("could not serialize access due to concurrent update")
