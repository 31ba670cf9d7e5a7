"""Cases that were handed over to a platform of the county, and what it answered."""

from datetime import datetime

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel, UniqueConstraint


class HandoverPackage(SQLModel, table=True):
    """A package that was made: which cases and why, never what stood in it."""

    __tablename__ = "handover_package"
    id: int | None = Field(default=None, primary_key=True)
    no: int = Field(unique=True)
    receiver: str
    """What the platform was called then."""
    made_by: int | None = Field(default=None, foreign_key="person.id")
    """None: the operator of the server."""
    reason: str = ""
    """Why private cases are in it; empty: none are."""
    at: datetime


class HandedOver(SQLModel, table=True):
    """One case in one package, with its number over there once that is known."""

    __tablename__ = "handed_over"
    __table_args__ = (UniqueConstraint("case_id", "package_id"),)
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case_file.id")
    package_id: int = Field(foreign_key="handover_package.id", index=True)
    sent_at: datetime
    their_no: str = ""
    their_state: str = ""
    """In their words."""
    answered_at: datetime | None = None
    answer_marks: list[str] = Field(default_factory=list, sa_type=JSON)
    """Digests of the answers that were taken: the same one again changes nothing."""
