"""Who is one level up, and how long that person has to answer (domain §2: "approve extend / suspend: one level up")."""

from datetime import datetime

from models.rules.sla import Clock, Timetable, later

ANSWER_WITHIN_HOURS = 24
"""Working hours after which a question goes one level higher, and once more after which the asker shall call."""
ROUNDS = 2


def answer_by(asked_at: datetime, table: Timetable) -> datetime:
    """Until when somebody who is asked now should have answered."""
    return later(asked_at, ANSWER_WITHIN_HOURS, Clock.WORKDAY, table)
