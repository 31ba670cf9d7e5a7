"""By which ways besides groups a notice is to reach people, and where that was done (seed B10)."""

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
