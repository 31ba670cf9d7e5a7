"""Three questions after a notice: who is willing, who is asked, and numbers of answers (seed E19).

What somebody answered is written nowhere. The list of who may answer goes when the questions end.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel, UniqueConstraint


class QuizVolunteer(SQLModel, table=True):
    """A contact said that it is willing to be asked."""

    __tablename__ = "quiz_volunteer"
    identity_id: int = Field(foreign_key="chat_identity.id", primary_key=True)
    agreed_at: datetime
    asked_at: datetime | None = None
    """When it was asked last: the next time is a month later at the earliest."""
    left_at: datetime | None = None
    """It took this back; the row goes once ``asked_at`` does not matter any more."""


class Quiz(SQLModel, table=True):
    """The questions of one notice and the numbers of answers."""

    __tablename__ = "quiz"
    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id", index=True)
    questions: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    author_identity_id: int | None = Field(default=None, foreign_key="chat_identity.id")
    began_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None
    asked: int = 0
    answered: int = 0
    all_right: int = 0
    """People who had all three right."""
    right: list[int] = Field(default_factory=list, sa_type=JSON)
    """People who had each question right."""


class QuizAsked(SQLModel, table=True):
    """Who was asked and may still answer; deleted when the questions end."""

    __tablename__ = "quiz_asked"
    __table_args__ = (UniqueConstraint("quiz_id", "identity_id"),)
    id: int | None = Field(default=None, primary_key=True)
    quiz_id: int = Field(foreign_key="quiz.id")
    identity_id: int = Field(foreign_key="chat_identity.id", index=True)
    answered: bool = False
