"""Who heard a notice privately, and the second person who agrees to one or countersigns it."""

from datetime import datetime

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel, UniqueConstraint


class NoticePerson(SQLModel, table=True):
    """One contact's share of one firing of a notice; the outbox row carries its state."""

    __tablename__ = "notice_person"
    __table_args__ = (UniqueConstraint("notice_id", "identity_id", "firing"),)
    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id", index=True)
    identity_id: int = Field(foreign_key="chat_identity.id", index=True)
    firing: str
    outbox_id: int | None = Field(default=None, foreign_key="outbox.id", index=True)


class NoticeApproval(SQLModel, table=True):
    """A second person is asked about a notice: before it goes (``approve``) or after an emergency (``countersign``)."""

    __tablename__ = "notice_approval"
    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id", index=True)
    kind: str
    asked: list[int] = Field(default_factory=list, sa_type=JSON)
    """Persons who were asked; whoever of them answers first counts."""
    answer: str = ""
    """yes, no, alone (nobody else could be asked), void (the notice was stopped); empty: still open."""
    reason: str = ""
    answered_by: int | None = Field(default=None, foreign_key="person.id")
    asked_at: datetime
    answered_at: datetime | None = None
