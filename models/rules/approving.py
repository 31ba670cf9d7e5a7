"""Who is one level up, and how long that person has to answer (domain §2: "approve extend / suspend: one level up")."""

from datetime import datetime

from models.rules.preset import Preset
from models.rules.sla import Clock, Timetable, later

ANSWER_WITHIN_HOURS = 24
"""Working hours after which a question goes one level higher, and once more after which the asker shall call."""
ROUNDS = 2


def approving_rung(preset: Preset, post: str) -> int:
    """Where the ladder goes on above a post; for one that is not on it, at the first post of a higher level.

    A post beside the ladder is not asked of its own level: what oversight handles may speak of them.
    """
    if post in preset.ladder:
        return preset.ladder.index(post) + 1
    rank = preset.rank_of_post(post)
    higher = (step for step, rung in enumerate(preset.ladder) if preset.rank_of_post(rung) < rank)
    return next(higher, len(preset.ladder))


def answer_by(asked_at: datetime, table: Timetable) -> datetime:
    """Until when somebody who is asked now should have answered."""
    return later(asked_at, ANSWER_WITHIN_HOURS, Clock.WORKDAY, table)
