"""Where a case was handed over last, and how it stands there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.tables import HandedOver, HandoverPackage


@dataclass(frozen=True, slots=True)
class HandedView:
    """That a case was handed over: to whom, when, its number there, and how it stands there in their words."""

    receiver: str
    sent_at: datetime
    their_no: str
    their_state: str
    answered_at: datetime | None


def handed_to(session: Session, case: int) -> HandedView | None:
    """The last time a case (its row id) was handed over; None: never. Whoever asks may see the case."""
    columns: list[Any] = [
        HandoverPackage.receiver, HandedOver.sent_at, HandedOver.their_no, HandedOver.their_state,
        HandedOver.answered_at,
    ]  # fmt: skip
    found = (
        select(*columns)
        .join(HandoverPackage, col(HandoverPackage.id) == col(HandedOver.package_id))
        .where(col(HandedOver.case_id) == case)
        .order_by(col(HandedOver.id).desc())
        .limit(1)
    )
    row = session.execute(found).first()
    return HandedView(*row) if row is not None else None
