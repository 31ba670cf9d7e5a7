"""What people owe each other about a case: approvals, follow-ups, helping hands, reminders put off."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel, UniqueConstraint


class Approval(SQLModel, table=True):
    """One level up decides: may a case rest (suspend), may it take longer (extend)."""

    __tablename__ = "approval"
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case_file.id", index=True)
    step: str
    """The step it asks for, as in ``Step``."""
    reason: str
    until: datetime
    asked_by: int = Field(foreign_key="appointment.id")
    asked_of: int = Field(foreign_key="appointment.id", index=True)
    asked_at: datetime
    answer: str = ""
    """``yes``, ``no``, ``void`` (the case went another way before anybody answered) or nothing yet."""
    answered_by: int | None = Field(default=None, foreign_key="appointment.id")
    answered_at: datetime | None = None


class FollowUp(SQLModel, table=True):
    """A question to the reporter after the end, asked by somebody who did not handle it; answers are never overwritten."""

    __tablename__ = "follow_up"
    __table_args__ = (UniqueConstraint("case_id", "cycle"), Index("ix_follow_up_due", "outcome", "due_at"))
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case_file.id", index=True)
    cycle: int
    """Which closure of the case, counted by its reopenings."""
    way: str
    """``door`` (敲门), ``phone`` (电话)."""
    why: str
    """As in ``following_up.Why``; a monthly draw adds its month ("sample 2025-07")."""
    seat_id: int | None = Field(default=None, foreign_key="appointment.id", index=True)
    due_at: datetime
    made_at: datetime
    reminded_at: datetime | None = None
    outcome: str = ""
    """As in ``following_up.Outcome``, or nothing yet; never overwritten."""
    note: str = ""
    asked_by: int | None = Field(default=None, foreign_key="appointment.id")
    asked_at: datetime | None = None


class CoHandler(SQLModel, table=True):
    """Somebody who lends a hand with a case (seed A10, B28)."""

    __tablename__ = "co_handler"
    case_id: int = Field(foreign_key="case_file.id", primary_key=True)
    identity_id: int = Field(foreign_key="chat_identity.id", primary_key=True, index=True)
    at: datetime
    left_at: datetime | None = None


class Snooze(SQLModel, table=True):
    """A leader hears nothing more of a case's clock until then; nobody else's reminders are changed."""

    __tablename__ = "snooze"
    case_id: int = Field(foreign_key="case_file.id", primary_key=True)
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    until: datetime
