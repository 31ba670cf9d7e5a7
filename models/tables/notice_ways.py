"""By which ways besides groups a notice is to reach people, and where that was done (seeds B10, D07)."""

from datetime import datetime

from sqlmodel import Field, SQLModel, UniqueConstraint


class NoticeWay(SQLModel, table=True):
    """One loudspeaker, van, board or round of doors of one area, for one notice."""

    __tablename__ = "notice_way"
    __table_args__ = (UniqueConstraint("notice_id", "way", "area_id"),)
    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id")
    way: str
    """Its name in the preset."""
    area_id: int = Field(foreign_key="area.id")
    seat_id: int | None = Field(default=None, foreign_key="appointment.id")
    """Who was asked; None: nobody holds it there."""
    told_at: datetime | None = None
    done_at: datetime | None = None
    done_by: int | None = Field(default=None, foreign_key="person.id")


class LetterDelivery(SQLModel, table=True):
    """A notice was brought to a household as a letter on paper; deleted after 180 days."""

    __tablename__ = "letter_delivery"
    __table_args__ = (UniqueConstraint("notice_id", "household_id"),)
    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id")
    household_id: int = Field(foreign_key="household.id")
    brought_by: int | None = Field(default=None, foreign_key="person.id")
    at: datetime
