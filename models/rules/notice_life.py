"""What became of a notice, from what became of it in each room."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

WAITING = ("queued", "sending", "relay")
"""States of a room's share that are not its last."""
LOOKS = 170
"""A week of them; what a person did not pass on by then is not waited for."""
DOUBTS_LAST = timedelta(minutes=30)
"""So long an echo may still tell that what is in doubt was said."""


class NoticeEnd(StrEnum):
    """How a notice that is sent once ends, unless it is cancelled."""

    SENT = "sent"
    PARTLY_FAILED = "partly_failed"
    FAILED = "failed"


def end_of(rooms: Mapping[str, int]) -> NoticeEnd:
    """The end by number of rooms in each state, once none of them is waited for.

    >>> end_of({"sent": 2, "dead": 1})
    <NoticeEnd.PARTLY_FAILED: 'partly_failed'>
    """
    states = {state for state, number in rooms.items() if number}
    if "sent" not in states:
        return NoticeEnd.FAILED
    return NoticeEnd.SENT if states == {"sent"} else NoticeEnd.PARTLY_FAILED


def look_after(number: int) -> timedelta:
    """How long after a look the next one follows: 2, 4, 8 minutes, at most an hour."""
    return timedelta(minutes=min(2 ** min(number, 6), 60))
