"""What other programs are told, on its way to them."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel, UniqueConstraint


class WebhookDelivery(SQLModel, table=True):
    """One event for one receiver. States: waiting, sent, failed (given up). Kept for 30 days."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (UniqueConstraint("hook", "event"), Index("ix_webhook_due", "hook", "state", "next_at"))
    id: int | None = Field(default=None, primary_key=True)
    hook: str
    """Name of the receiver in the settings."""
    event: str
    """``webhook-id``: the same at every try and every replay; the same for all receivers of one event."""
    kind: str
    """models.rules.webhooks.Happening."""
    body: str
    """JSON, exactly as it is signed: codes, numbers and moments."""
    state: str = "waiting"
    attempts: int = 0
    """Tries since it was written, or pushed again."""
    since: datetime
    """From when the day counts after which it is given up."""
    next_at: datetime
    """Not before this; while it is being sent, until when nobody else sends it."""
    status: int = 0
    """What the receiver answered last; 0: nothing."""
    why: str = ""
    at: datetime = Field(index=True)
    done_at: datetime | None = None
