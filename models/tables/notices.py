"""Notices and what became of them in each room, and what cadres changed about standing reminders."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel, UniqueConstraint


class Notice(SQLModel, table=True):
    """A notice a cadre wrote. States: draft, asked, scheduled, sending, sent, partly_failed, failed, missed, cancelled.

    Asked: it waits for a second person (``NoticeApproval``).

    A repeated notice stays scheduled as long as it has a next moment.
    """

    __tablename__ = "notice"
    id: int | None = Field(default=None, primary_key=True)
    no: int = Field(unique=True)
    title: str
    body: str
    source: str = ""
    level: str = "normal"
    """normal, important, emergency."""
    audience: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    state: str = "draft"
    author_person_id: int | None = Field(default=None, foreign_key="person.id")
    author_identity_id: int | None = Field(default=None, foreign_key="chat_identity.id")
    when_text: str = ""
    cron: str | None = None
    """How it repeats: a cron expression in Asia/Shanghai, or what ``models.rules.series`` keeps."""
    next_at: datetime | None = None
    created_at: datetime
    confirmed_at: datetime | None = None
    cancelled_at: datetime | None = None


class NoticeRoom(SQLModel, table=True):
    """One room's share of one firing of a notice; the outbox row carries its state."""

    __tablename__ = "notice_room"
    __table_args__ = (UniqueConstraint("notice_id", "room_id", "firing"),)
    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id", index=True)
    room_id: int = Field(foreign_key="room.id", index=True)
    firing: str
    """The due instant, so that a repeated notice reaches a room once per firing."""
    outbox_id: int | None = Field(default=None, foreign_key="outbox.id", index=True)


class StandingSetting(SQLModel, table=True):
    """A cadre stopped a standing reminder of the preset, or gave it another moment, for an area and all below it."""

    __tablename__ = "standing_setting"
    __table_args__ = (UniqueConstraint("area_id", "code"),)
    id: int | None = Field(default=None, primary_key=True)
    area_id: int = Field(foreign_key="area.id")
    code: str
    stopped: bool = False
    when_text: str = ""
    again: str = ""
    """The series; empty: as the preset says."""
    changed_by: int | None = Field(default=None, foreign_key="person.id")
    changed_at: datetime


class LookedAfter(SQLModel, table=True):
    """Somebody with a post looks in on a household when the weather is dangerous. Why, is kept nowhere (safeguards §4)."""

    __tablename__ = "looked_after"
    __table_args__ = (UniqueConstraint("household_id", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    household_id: int = Field(foreign_key="household.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    since: datetime
