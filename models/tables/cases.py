"""Cases: how things stand (the row) and how they came to be (the events, append-only)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from models.tables.indexes import index_where_known

_REMEMBERED = text("closed_at IS NOT NULL AND forgotten_at IS NULL")
"""What has ended and still holds words: the broom looks for the oldest of it, each kind of privacy by itself."""
_PLACED = text("place != ''")
"""Only the places said in a room are looked for by this index: its open cases are few, and have one of their own."""

OPEN_ROW = text("state IN ('claimed', 'draft', 'in_progress', 'new', 'waiting')")
"""``OPEN_STATES`` as the index of what is open spells them: a database uses it where it reads these very words."""
HURRIED_ROW = text("urgency IN ('U0', 'U1')")
"""``HURRIED`` in the same way."""
_WHOSE = ("area_id", "assignee_id", "keeper_id", "claimed_by")
"""What tells whose a case is."""
SEEN_INDEX = "ix_case_seen"
"""Whose a case is, by its number, without reading the case: asked of each number that SQLite's search finds."""


class Case(SQLModel, table=True):
    """A request. ``no`` is said aloud; texts are masked; phones are boxed for the handler alone."""

    __tablename__ = "case_file"
    __table_args__ = (
        Index("ix_case_room_state", "room_id", "state"),
        Index("ix_case_room_place", "room_id", "id", sqlite_where=_PLACED, postgresql_where=_PLACED),
        Index("ix_case_reporter_state", "reporter_id", "state"),
        Index("ix_case_assignee_state", "assignee_id", "state"),
        index_where_known("ix_case_claimed_by", "claimed_by", "state"),
        index_where_known("ix_case_keeper", "keeper_id", "state"),
        Index("ix_case_area_category", "area_id", "category", "state"),
        Index("ix_case_area", "area_id", "no"),
        Index("ix_case_area_kind", "area_id", "category", "no"),
        Index("ix_case_open", "no", sqlite_where=OPEN_ROW, postgresql_where=OPEN_ROW),
        Index(
            "ix_case_urgent",
            "no",
            *_WHOSE,
            "category",
            "privacy",
            sqlite_where=HURRIED_ROW,
            postgresql_where=HURRIED_ROW,
        ),
        Index(SEEN_INDEX, "no", *_WHOSE).ddl_if(dialect="sqlite"),
        Index("ix_case_closed", "closed_at"),
        index_where_known("ix_case_resolved", "resolved_at"),
        index_where_known("ix_case_due", "due_resolve_at"),
        Index(
            "ix_case_remembered",
            "privacy",
            "closed_at",
            sqlite_where=_REMEMBERED,
            postgresql_where=_REMEMBERED,
        ),
        index_where_known("ix_case_file_merged_into_id", "merged_into_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    no: int = Field(unique=True)
    token: str = Field(unique=True)
    category: str
    hotline: str
    urgency: str
    privacy: str
    state: str
    area_id: int = Field(foreign_key="area.id")
    room_id: int | None = Field(default=None, foreign_key="room.id")
    place: str = ""
    text: str = ""
    result: str = ""
    source: str = "group"
    reporter_id: int | None = Field(default=None, foreign_key="chat_identity.id")
    co_reporters: int = 0
    assignee_id: int | None = Field(default=None, foreign_key="appointment.id")
    keeper_id: int | None = Field(default=None, foreign_key="appointment.id")
    claimed_by: int | None = Field(default=None, foreign_key="appointment.id")
    rung: int = 0
    score: float = 0.0
    because: list[Any] = Field(default_factory=list, sa_type=JSON)
    flags: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """Small facts: consent, life_support, risk, anonymous, service_mode, appeal…"""
    phone_box: bytes | None = None
    said_at: datetime
    created_at: datetime = Field(index=True)
    heard_last_at: datetime
    """When a line last joined it: the burst window counts from here."""
    claimed_at: datetime | None = None
    first_contact_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    due_claim_at: datetime | None = None
    due_resolve_at: datetime | None = None
    waiting_until: datetime | None = None
    """When a suspended case comes back by itself."""
    hours_left: float | None = None
    """Hours its resolve clock had left when it was stopped, in that clock's own time."""
    reopen_count: int = 0
    transfer_count: int = 0
    return_count: int = 0
    extend_count: int = 0
    root_id: int | None = Field(default=None, foreign_key="case_file.id")
    """The older case that this one continues."""
    merged_into_id: int | None = None
    """Id of the case that speaks for this one (no foreign key: adding one would rewrite the whole table on SQLite)."""
    closed_reason: str = ""
    event_count: int = 0
    forgotten_at: datetime | None = None
    """When who reported it and all words went, long after its end (models.rules.retention)."""


class CaseEvent(SQLModel, table=True):
    """One step of a case; never deleted, and changed only when its case forgets whose it was."""

    __tablename__ = "case_event"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case_file.id")
    seq: int
    step: str
    from_state: str | None = None
    to_state: str
    identity_id: int | None = None
    seat_id: int | None = None
    token_id: int | None = None
    """The program that asked for it in the name of this seat; None: a person did."""
    reason: str = ""
    changes: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """The fields of the row this step set: the row can be rebuilt from its events."""
    at: datetime


class CaseLine(SQLModel, table=True):
    """A line that belongs to a case, masked; quotes are recognised against these."""

    __tablename__ = "case_line"
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case_file.id", index=True)
    identity_id: int | None = None
    text: str
    message_key: str
    said_at: datetime


class CoReporter(SQLModel, table=True):
    """Somebody who reported the same thing: keeps notice, rating and reopening."""

    __tablename__ = "co_reporter"
    case_id: int = Field(foreign_key="case_file.id", primary_key=True)
    identity_id: int = Field(foreign_key="chat_identity.id", primary_key=True, index=True)
    at: datetime
    left_at: datetime | None = None


class Attachment(SQLModel, table=True):
    """A picture, voice or place that belongs to a case. ``key`` finds its bytes, which stay with the channel."""

    __tablename__ = "attachment"
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case_file.id", index=True)
    kind: str
    channel: str
    account: str
    key: str
    caption: str = ""
    phase: str = "before"
    seconds: int = 0
    at: datetime
    stored: str = ""
    """Name of the copy in the attachment folder; nothing until it was fetched."""
    size: int = 0
    """Bytes of the copy."""
    fetch_attempts: int = 0


class Rating(SQLModel, table=True):
    """Effect, duration, attitude, 1-5 each; one per rater and closure: said again, it takes the place of the first."""

    __tablename__ = "rating"
    __table_args__ = (UniqueConstraint("case_id", "identity_id", "cycle"),)
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case_file.id", index=True)
    identity_id: int | None = Field(default=None, foreign_key="chat_identity.id")
    """None: forgotten."""
    cycle: int
    effect: int
    duration: int
    attitude: int
    words: str = ""
    at: datetime


class Draft(SQLModel, table=True):
    """A suspected request: the sender's own lines, encrypted, kept for 24 hours at most."""

    __tablename__ = "draft"
    id: int | None = Field(default=None, primary_key=True)
    room_id: int | None = Field(default=None, foreign_key="room.id", index=True)
    identity_id: int | None = Field(default=None, foreign_key="chat_identity.id", index=True)
    box: bytes
    """The words, and which of them made us doubt."""
    category: str | None = None
    urgency: str | None = None
    why: str = "suspected"
    cause: str = ""
    """Idempotency key of the message."""
    at: datetime
    expires_at: datetime = Field(index=True)
    hinted_at: datetime | None = None
