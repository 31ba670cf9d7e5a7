"""Read-only: what came of asking a reporter again after the end (seed E16)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from models.tables import Appointment, FollowUp, Person, PostTypeRow


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """Who asked, as what, when, by what way, and what the answer was."""

    post: str
    surname: str
    at: datetime
    way: str
    outcome: str
    note: str


def followed_up(session: Session, case: int) -> FollowedUp | None:
    """The newest answer of a case; None: nobody asked yet."""
    found = (
        select(FollowUp, col(PostTypeRow.code), col(Person.surname))
        .join(Appointment, col(Appointment.id) == col(FollowUp.asked_by))
        .join(PostTypeRow, col(PostTypeRow.id) == col(Appointment.post_id))
        .join(Person, col(Person.id) == col(Appointment.person_id))
        .where(col(FollowUp.case_id) == case)
        .order_by(col(FollowUp.cycle).desc())
        .limit(1)
    )
    row = session.execute(found).first()
    if row is None or row[0].asked_at is None:
        return None
    asked, post, surname = row
    return FollowedUp(post, surname, asked.asked_at, asked.way, asked.outcome, asked.note)
