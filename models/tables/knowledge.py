"""What residents may be told of rules and benefits: approved texts with their source, day, area and end."""

from datetime import date, datetime

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel, UniqueConstraint


class KnowledgeItem(SQLModel, table=True):
    """One approved text. It is told in its area and all below it, never after ``expires_on`` (KnowledgeItem, domain model)."""

    __tablename__ = "knowledge_item"
    __table_args__ = (UniqueConstraint("area_id", "title"),)
    id: int | None = Field(default=None, primary_key=True)
    no: int = Field(unique=True)
    """The number people say: 政策 停 3."""
    title: str
    answer: str
    source: str
    """The office, or the number of its paper."""
    dated_on: date
    """The day of the paper."""
    expires_on: date
    """The last day on which it holds."""
    area_id: int = Field(foreign_key="area.id", index=True)
    asked: list[str] = Field(default_factory=list, sa_type=JSON)
    """Words and questions by which people ask for it."""
    author_person_id: int | None = Field(default=None, foreign_key="person.id")
    """None: it came in on the server."""
    created_at: datetime
    changed_at: datetime
    stopped_at: datetime | None = None
    """Taken out of use before its end."""
