"""What a person may decide about words that were not said, or of which nobody knows (decisions 0004, 0058). Pure."""

from enum import StrEnum

from models.rules.pacing import Rank


class Act(StrEnum):
    """What somebody says of a row of the outbox."""

    ARRIVED = "arrived"
    """It was said: I looked."""
    AGAIN = "again"
    """It was not heard: say it."""
    DROP = "drop"
    """It need not be said any more."""


ACTS: dict[str, tuple[Act, ...]] = {
    "unknown": (Act.ARRIVED, Act.AGAIN, Act.DROP),
    "dead": (Act.AGAIN,),
    "queued": (Act.DROP,),
}
"""State of a row → what may be decided about it."""


def acts_for(state: str, rank: int, *, in_room: bool, may_drop: bool, everywhere: bool) -> tuple[Act, ...]:
    """What somebody may decide.

    Private words may tell a superior what his subordinate left undone: whoever they speak of decides nothing about
    them, so nobody does but the operator (``everywhere``). What warns of danger is never left out.
    """
    if not (in_room or everywhere):
        return ()
    able = may_drop and not (state == "queued" and rank == Rank.EMERGENCY)
    return tuple(act for act in ACTS.get(state, ()) if act is not Act.DROP or able)
