"""What must be said, what has been heard, what is due, and what went wrong on the way."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel

from models.tables.indexes import index_where_known

BY_PEOPLE = text("person_id IS NOT NULL OR door IN ('shell', 'web')")
"""Lines of the audit that speak of people with a name and of the operator: what residents say has neither."""


class OutboxMessage(SQLModel, table=True):
    """One thing to say. States: queued, sending, sent, unknown, relay, dead, cancelled, merged."""

    __tablename__ = "outbox"
    __table_args__ = (
        index_where_known("ix_outbox_person_day", "identity_id", "created_at"),
        Index("ix_outbox_due", "state", "not_before"),
        index_where_known("ix_outbox_room", "room_id", "state"),
        index_where_known("ix_outbox_identity", "identity_id", "state"),
        index_where_known("ix_outbox_case", "case_id", "state"),
        index_where_known("ix_outbox_notice", "notice_id", "state"),
        index_where_known("ix_outbox_sent", "room_id", "sent_at", known="sent_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    cause: str
    """Idempotency key of what made us speak."""
    room_id: int | None = Field(default=None, foreign_key="room.id")
    identity_id: int | None = Field(default=None, foreign_key="chat_identity.id")
    medium: str = "chat"
    """chat, or call: the alarm path rings a person."""
    key: str
    blanks: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    mentions: list[int] = Field(default_factory=list, sa_type=JSON)
    rank: int
    """models.rules.pacing.Rank: 0 emergency … 4 broadcast."""
    gathers: str = ""
    """Rows of one kind that may be said as one sentence, e.g. ``receipt``."""
    case_id: int | None = Field(default=None, foreign_key="case_file.id")
    notice_id: int | None = Field(default=None, foreign_key="notice.id")
    state: str = "queued"
    not_before: datetime
    attempts: int = 0
    why: str = ""
    text: str = ""
    """The exact sentence, kept once it was tried."""
    account: str = ""
    channel_message: str | None = None
    created_at: datetime
    sending_at: datetime | None = None
    sent_at: datetime | None = None


class ConsumedKey(SQLModel, table=True):
    """An idempotency key that was used: what it caused never happens twice. Kept for 30 days."""

    __tablename__ = "consumed_key"
    key: str = Field(primary_key=True)
    content_digest: str | None = Field(default=None, index=True)
    at: datetime = Field(index=True)


class DueFiring(SQLModel, table=True):
    """Something that is to happen at an instant, once: claimed under a lease, survives restarts."""

    __tablename__ = "due_firing"
    __table_args__ = (
        Index("ix_due_open", "state", "due_at"),
        index_where_known("ix_due_firing_case_id", "case_id"),
        index_where_known("ix_due_firing_notice_id", "notice_id"),
        index_where_known("ix_due_leased", "state", "leased_until", known="leased_until"),
    )
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    intent: str
    fields: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    due_at: datetime
    state: str = "waiting"
    """waiting, done, cancelled, failed."""
    leased_until: datetime | None = None
    attempts: int = 0
    case_id: int | None = None
    notice_id: int | None = None
    why: str = ""


class OutageWindow(SQLModel, table=True):
    """A time in which an account may have heard nothing; nobody can tell what was said."""

    __tablename__ = "outage_window"
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    account: str
    began_at: datetime = Field(index=True)
    ended_at: datetime | None = None
    why: str = ""
    told_at: datetime | None = None


class Heartbeat(SQLModel, table=True):
    """When a process last stood on its feet, by role and account; a gap at start becomes an outage window."""

    __tablename__ = "heartbeat"
    role: str = Field(primary_key=True)
    at: datetime


class AuditLine(SQLModel, table=True):
    """Who asked for what and what came of it; ids only. Lines stand in the order of their moments: a day is found by ``id``."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_people", "at", sqlite_where=BY_PEOPLE, postgresql_where=BY_PEOPLE),
        Index("ix_audit_kind", "intent", "at", sqlite_where=BY_PEOPLE, postgresql_where=BY_PEOPLE),
    )
    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    door: str
    key: str
    intent: str
    identity_id: int | None = None
    person_id: int | None = None
    token_id: int | None = None
    """The program that asked; None: none did."""
    outcome: str
    case_id: int | None = Field(default=None, index=True)
    number: int | None = None
    """The number that was asked about, of a case or of a notice, as the intent knows."""


class PendingConfirmation(SQLModel, table=True):
    """Something a person was shown and may confirm within five minutes; one per person."""

    __tablename__ = "pending_confirmation"
    identity_id: int = Field(foreign_key="chat_identity.id", primary_key=True)
    intent: str
    fields: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    expires_at: datetime
