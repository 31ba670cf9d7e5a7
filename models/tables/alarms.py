"""What somebody who runs the server was told, or must still be told."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel


class AlarmRow(SQLModel, table=True):
    """One alarm, from its beginning to its end. Names of accounts and numbers; never a resident's words or name."""

    __tablename__ = "alarm"
    __table_args__ = (
        # Of one subject one alarm is open, however many processes see it.
        Index(
            "ix_alarm_open", "part", "of", unique=True,
            sqlite_where=text("cleared_at IS NULL"), postgresql_where=text("cleared_at IS NULL"),
        ),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    part: str
    of: str
    word: str
    blanks: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    since: datetime
    raised_at: datetime
    cleared_at: datetime | None = Field(default=None, index=True)
    told: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """Way → the last news that went by it."""
    leased_until: datetime | None = None
    """So long one process is telling; then another one may."""
