"""Who answered that an important notice was heard; kept for thirty days (safeguards §4)."""

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint


class NoticeReceipt(SQLModel, table=True):
    """A household, or a contact of no known household, heard a notice: said so, or was told at the door.

    A household counts once: whoever of it answers, the contact is not kept.
    """

    __tablename__ = "notice_receipt"
    __table_args__ = (
        UniqueConstraint("notice_id", "household_id"),
        UniqueConstraint("notice_id", "identity_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id")
    household_id: int | None = Field(default=None, foreign_key="household.id")
    identity_id: int | None = Field(default=None, foreign_key="chat_identity.id")
    room_id: int | None = Field(default=None, foreign_key="room.id")
    """The group in which it was said."""
    kind: str = "heard"
    """heard, told: at the door, as the leader says."""
    told_by: int | None = Field(default=None, foreign_key="person.id")
    at: datetime
