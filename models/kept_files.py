"""Which copies of attachments somebody still needs; read by whoever keeps their folder."""

from sqlalchemy import Engine, Table, func, select
from sqlmodel import SQLModel

from models import tables

ATTACHMENT: Table = SQLModel.metadata.tables[str(tables.Attachment.__tablename__)]


class KeptFiles:
    """Reads only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def names(self) -> frozenset[str]:
        """Names of all copies that a case leads to."""
        found = select(ATTACHMENT.c.stored).where(ATTACHMENT.c.stored != "")
        with self._engine.connect() as connection:
            return frozenset(connection.execute(found).scalars())

    def size(self) -> int:
        """Bytes of all copies together."""
        with self._engine.connect() as connection:
            return int(connection.scalar(select(func.coalesce(func.sum(ATTACHMENT.c.size), 0))) or 0)
