"""Which process acts for which of our accounts."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Lease(SQLModel, table=True):
    """One process acts for an account until a moment of the database's clock; the row stays, so its token only grows."""

    __tablename__ = "lease"
    name: str = Field(primary_key=True)
    """``channel:<account>``."""
    holder: str = ""
    """Machine and process, for people to read."""
    token: int = 0
    """Whoever writes with an older one is too late (decision 0068)."""
    until: datetime
