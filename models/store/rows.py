"""What every part of the store shares: the session, statements run as they are, and used keys.

Statements of the hot path are built once, at import: building one costs more than running it. They run through Core
and know nothing of rows held as objects, so whatever is pending is flushed first.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import CursorResult, Executable, Insert, Row, Table, bindparam, exists, insert, or_, select, update
from sqlmodel import Session, SQLModel

from models import tables

TABLES = SQLModel.metadata.tables
DEPLOYMENT: Table = TABLES[tables.Deployment.__tablename__]
KEY: Table = TABLES[tables.ConsumedKey.__tablename__]
_USED = or_(KEY.c.key == bindparam("key"), KEY.c.content_digest == bindparam("digest"))
_STANDING = select(DEPLOYMENT.c.version, exists().where(_USED)).where(DEPLOYMENT.c.id == 1)
_CONSUMED = select(exists().where(_USED))


class NoDeployment(LookupError):  # noqa: N818
    """The database holds no town yet: run ``import`` or ``demo`` first."""


class Rows:
    """One session."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def run(self, statement: Executable, **binds: object) -> CursorResult[Any]:
        """Run a Core statement in the transaction of the session."""
        self.session.flush()
        return self.session.connection().execute(statement, binds)

    def insert_rows(self, table: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
        """Append rows through Core: the hot path builds no objects."""
        if rows:
            self.session.flush()
            self.session.connection().execute(_into(table), rows[0] if len(rows) == 1 else list(rows))

    def standing(self, key: str, digest: str | None) -> tuple[int, bool]:
        """The town's version, and whether the key, or the same content under another id, was used before.

        Raises:
            NoDeployment: nothing was set up.
        """
        found: Row[Any] | None = self.run(_STANDING, key=key, digest=digest).one_or_none()
        if found is None:
            raise NoDeployment("no town in this database: run `python -m bot import` first")
        return int(found[0]), bool(found[1])

    def consumed(self, key: str, digest: str | None) -> bool:
        """Whether the key, or the same content under another id, was used before."""
        return bool(self.run(_CONSUMED, key=key, digest=digest).scalar_one())

    def consume(self, key: str, digest: str | None, now: datetime) -> None:
        """Use up the key; a second use fails at flush."""
        self.insert_rows(tables.ConsumedKey, [{"key": key, "content_digest": digest, "at": now}])

    def next_no(self, counter: str) -> int:
        """The next number of ``last_case_no`` or ``last_notice_no``; concurrent askers wait for each other."""
        column = DEPLOYMENT.c[counter]
        statement = update(DEPLOYMENT).where(DEPLOYMENT.c.id == 1).values({counter: column + 1})
        return int(self.run(statement.returning(column)).scalar_one())


@cache
def _into(table: type[SQLModel]) -> Insert:
    return insert(TABLES[str(table.__tablename__)])
