"""How a whole township arrives: in small batches that nobody sees until one row says that it is done."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Field, SQLModel, col


class TownImport(SQLModel, table=True):
    """One import. Rows that carry its id in ``arrival`` count only once its state is ``done``."""

    __tablename__ = "town_import"
    id: int | None = Field(default=None, primary_key=True)
    state: str = "writing"
    """writing, done, settled (its rows are ordinary rows by now); what was left in writing the next one takes away."""
    digest: str
    """Of the files, to tell in the log which import this was."""
    begun_at: datetime
    done_at: datetime | None = None


def arrived(table: Any) -> ColumnElement[bool]:
    """Whether a row counts: written by hand, or by an import that is done."""
    done = select(col(TownImport.id)).where(col(TownImport.state) == "done")
    return or_(table.arrival.is_(None), table.arrival.in_(done))
