"""Programs that may ask the interface for something: their tokens, and what they were answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel


class ApiToken(SQLModel, table=True):
    """A program may come in. It holds a token; here stands its keyed digest."""

    __tablename__ = "api_token"
    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    name: str
    """What the program is called wherever it did something."""
    area_id: int | None = Field(default=None, foreign_key="area.id")
    """It sees this area and what lies below; None: all of the deployment."""
    seat_id: int | None = Field(default=None, foreign_key="appointment.id")
    """The appointment in whose name it does something; None: it only reads."""
    may: list[str] = Field(default_factory=list, sa_type=JSON)
    """What it may do, by ``models.rules.api_tokens.ACTS``; empty: read."""
    made_by: int | None = Field(default=None, foreign_key="person.id")
    """None: the operator of the server."""
    made_at: datetime
    expires_at: datetime
    stopped_at: datetime | None = None
    stopped_by: int | None = Field(default=None, foreign_key="person.id")
    used_at: datetime | None = None
    """When it was last used, to within ten minutes."""


class ApiAnswer(SQLModel, table=True):
    """What a program was answered: asked once more under the same key, it hears the same. Kept for a day."""

    __tablename__ = "api_answer"
    key: str = Field(primary_key=True)
    """The idempotency key under which it was done."""
    token_id: int = Field(foreign_key="api_token.id", index=True)
    asked: str
    """Keyed digest of what was asked: the same key with something else is a mistake."""
    answer: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    at: datetime = Field(index=True)
