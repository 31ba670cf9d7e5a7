"""What every part of the store shares: the session, appending rows fast, and used keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, insert, select, update
from sqlmodel import Session, SQLModel, col

from models.tables import ConsumedKey, Deployment


class Rows:
    """One session."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def insert_rows(self, table: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
        """Append rows through Core: the hot path builds no objects. ORM work pending before it is flushed first."""
        if rows:
            self.session.flush()
            self.session.connection().execute(insert(table), list(rows))

    def consumed(self, key: str, digest: str | None) -> bool:
        """Whether the key, or the same content under another id, was used before."""
        matches = col(ConsumedKey.key) == key
        if digest is not None:
            matches = matches | (col(ConsumedKey.content_digest) == digest)
        return bool(self.session.scalar(select(exists().where(matches))))

    def consume(self, key: str, digest: str | None, now: datetime) -> None:
        """Use up the key; a second use fails at flush."""
        self.insert_rows(ConsumedKey, [{"key": key, "content_digest": digest, "at": now}])

    def next_no(self, counter: str) -> int:
        """The next number of ``last_case_no`` or ``last_notice_no``; concurrent askers wait for each other."""
        column = getattr(Deployment, counter)
        statement = (
            update(Deployment).where(col(Deployment.id) == 1).values({counter: column + 1}).returning(column)
        )
        return int(self.session.execute(statement).scalar_one())
