"""Addresses of the boards that say who answers in an area (seeds A17, C04)."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class BoardLink(SQLModel, table=True):
    """One printed address of an area's board; of several that were not stopped the newest is printed."""

    __tablename__ = "board_link"
    id: int | None = Field(default=None, primary_key=True)
    area_id: int = Field(foreign_key="area.id", index=True)
    token: str = Field(unique=True)
    """128 random bits (``models.rules.ids.LinkToken``)."""
    made_by: int | None = Field(default=None, foreign_key="person.id")
    """None: the operator of the server."""
    at: datetime
    stopped_at: datetime | None = None
    """From then on its page says that the board is no longer valid."""
