"""Transactions made of prepared statements alone: the driver's own connection from the pool.

Delivery and the due table ask something small at every turn; the object that SQLAlchemy makes for a transaction
costs more than such a statement. What the driver complains of is raised as SQLAlchemy would raise it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from models.engine import BEGIN_IMMEDIATE
from models.prepared import told


class _Wire:
    """What ``Prepared`` uses of a connection of SQLAlchemy."""

    __slots__ = ("connection", "dialect", "info")

    def __init__(self, engine: Engine) -> None:
        self.dialect = engine.dialect
        try:
            self.connection = engine.raw_connection()
        except self.dialect.loaded_dbapi.Error as fault:
            raise _as_told(engine, fault) from fault
        self.info = self.connection.info

    def invalidate(self, fault: BaseException) -> None:
        """It goes back to no pool."""
        self.connection.invalidate(fault)

    def close(self) -> None:
        """Back to the pool, which ends what was begun and not committed."""
        self.connection.close()


@contextmanager
def looking(engine: Engine) -> Iterator[Connection]:
    """A connection for prepared statements that only read; each stands alone on SQLite."""
    wire = _Wire(engine)
    try:
        yield cast("Connection", wire)
    finally:
        wire.close()


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction of prepared statements that may write, with SQLite's write lock taken at once.

    Committed at the end, undone when something is raised.
    """
    wire = _Wire(engine)
    try:
        made = cast("Connection", wire)
        if wire.dialect.name == "sqlite":
            BEGIN_IMMEDIATE.run(made, {})
        yield made
        try:
            wire.connection.commit()
        except wire.dialect.loaded_dbapi.Error as fault:
            raise told(fault, made, "COMMIT") from fault
    finally:
        wire.close()


def _as_told(engine: Engine, fault: Exception) -> BaseException:
    kind = engine.dialect.loaded_dbapi.Error
    return DBAPIError.instance(None, None, fault, kind, hide_parameters=True)
