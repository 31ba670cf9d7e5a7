"""What people corrected in our readings: what the lexicon may learn from, once somebody reviewed it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel


class Correction(SQLModel, table=True):
    """One correction: how a line was read, how a leader read it, and the words that had counted.

    No text: a case keeps its own, and chat that was no case is kept nowhere.
    """

    __tablename__ = "correction"
    id: int | None = Field(default=None, primary_key=True)
    case_id: int | None = Field(default=None, foreign_key="case_file.id", index=True)
    """None: it was a suspected request that became no case."""
    seat_id: int = Field(foreign_key="appointment.id")
    """By which appointment it was corrected."""
    kind_before: str
    kind_after: str
    """``models.rules.decision.Kind``; chat: it was no request."""
    category_before: str | None = None
    category_after: str | None = None
    because: list[Any] = Field(default_factory=list, sa_type=JSON)
    """[word, weight] pairs of the reading that was corrected."""
    at: datetime = Field(index=True)
