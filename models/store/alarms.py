"""Emergencies of the last hours, and what a group heard of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from models.rules.urgency import Urgency
from models.store.rows import Rows
from models.tables import Case, OutboxMessage


class AlarmStore(Rows):
    """Everything about emergencies that no other case needs."""

    def emergencies(self, since: datetime, states: Iterable[str]) -> list[Case]:
        """Emergencies opened since a moment that stand like this, newest first."""
        found = select(Case).where(
            col(Case.created_at) >= since, col(Case.urgency) == Urgency.U0, col(Case.state).in_(list(states))
        )
        return list(self.session.execute(found.order_by(col(Case.id).desc()).limit(20)).scalars())

    def was_said(self, room: int, key: str, blanks: dict[str, Any], since: datetime) -> bool:
        """Whether exactly this was said, or is queued, in a room since a moment."""
        found = select(col(OutboxMessage.blanks)).where(
            col(OutboxMessage.room_id) == room,
            col(OutboxMessage.key) == key,
            col(OutboxMessage.state) != "cancelled",
            col(OutboxMessage.created_at) >= since,
        )
        return blanks in self.session.execute(found).scalars()
