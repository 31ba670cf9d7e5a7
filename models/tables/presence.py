"""Who is away and who stands in, and which households were visited."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel


class Leave(SQLModel, table=True):
    """A post holder is away from a day to a day, both included; why is nobody's business. Ends by itself."""

    __tablename__ = "leave"
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    stand_in_id: int | None = Field(default=None, foreign_key="person.id")
    """Who takes what would come to that person; nobody: it climbs."""
    since: date
    until: date
    asked_at: datetime
    ended_at: datetime | None = None
    """Back early, or taken back."""


class Visit(SQLModel, table=True):
    """A visit to a household or place. What is sensitive is encrypted and kept for 180 days (safeguards §4)."""

    __tablename__ = "visit"
    id: int | None = Field(default=None, primary_key=True)
    seat_id: int = Field(foreign_key="appointment.id", index=True)
    area_id: int = Field(foreign_key="area.id", index=True)
    household_id: int | None = Field(default=None, foreign_key="household.id", index=True)
    kind: str
    note: str = ""
    """Masked; nothing about health or quarrels."""
    sensitive: bytes | None = None
    case_id: int | None = Field(default=None, foreign_key="case_file.id")
    """The case it gave rise to, or followed up."""
    at: datetime = Field(index=True)
