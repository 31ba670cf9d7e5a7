"""What of a month's results was published for everybody to read (办理公开)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel


class OpenResults(SQLModel, table=True):
    """One published edition, as somebody approved it; nothing in it changes afterwards but whether it is up."""

    __tablename__ = "open_results"
    id: int | None = Field(default=None, primary_key=True)
    area_id: int = Field(foreign_key="area.id", index=True)
    period: str
    """The month, as 2025-07."""
    token: str = Field(unique=True)
    """128 random bits (``models.rules.ids.LinkToken``)."""
    content: dict[str, Any] = Field(sa_type=JSON)
    """``models.rules.open_results.Published``."""
    approved_by: int | None = Field(default=None, foreign_key="person.id")
    """None: the operator of the server."""
    at: datetime
    withdrawn_at: datetime | None = None
    """From then on its page says that it was taken down, or leads to the edition that came instead."""
    withdrawn_by: int | None = Field(default=None, foreign_key="person.id")
