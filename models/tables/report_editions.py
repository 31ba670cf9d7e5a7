"""Monthly editions that were frozen: numbers, rows and definitions as they stood (reports.md §1)."""

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint


class ReportEdition(SQLModel, table=True):
    """One frozen edition; a later one of the same month gets the next version, and neither's numbers ever change."""

    __tablename__ = "report_edition"
    __table_args__ = (UniqueConstraint("area_id", "period", "version"),)
    id: int | None = Field(default=None, primary_key=True)
    area_id: int = Field(foreign_key="area.id")
    period: str
    version: int
    person_id: int | None = Field(default=None, foreign_key="person.id")
    """None: the operator of the server."""
    at: datetime
    content: bytes
    """``models.rules.report_editions.Edition`` as compressed JSON."""
    forgotten_at: datetime | None = None
    """When what people said and where they live went from it."""
