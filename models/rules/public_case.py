"""What whoever has the link of a case may read of it: never more than its group heard (safeguards §2.4, §2.7, §3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from models.rules.case_life import HANDLED_STATES, OPEN_STATES, UNFINISHED_STATES, State
from models.rules.quarrels import is_quarrel
from models.rules.town import Seat, Town
from models.rules.urgency import Privacy

OPEN_FOR = timedelta(days=90)
"""So long after its end the page of a case can be opened."""
RESULT_LETTERS = 60
"""Letters of a result that its group hears."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How a case stands. ``flags`` are the case's own; ``in_room``: it was said in a group."""

    no: int
    category: str
    privacy: str
    state: State
    area: int
    place: str
    result: str
    in_room: bool
    created_at: datetime
    claimed_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    due_resolve_at: datetime | None = None
    waiting_until: datetime | None = None
    assignee: int | None = None
    claimed_by: int | None = None
    flags: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_public(self) -> bool:
        """Whether more may be said than how it stands."""
        mine = self.state is not State.WITHDRAWN  # taken back, or never a request: it is not repeated
        return mine and tells_more(self.privacy, self.category, self.flags, in_room=self.in_room)

    @property
    def is_solved(self) -> bool:
        """Whether there is a result."""
        return self.state in HANDLED_STATES

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state in OPEN_STATES

    def can_be_read(self, now: datetime) -> bool:
        """Whether its link still leads anywhere."""
        ended = self.closed_at if self.state not in UNFINISHED_STATES else None
        return ended is None or now - ended <= OPEN_FOR

    def handler(self, town: Town, on: date) -> Seat | None:
        """Whoever handles it on that date: who claimed it, else whom it was given to, else their stand-in."""
        for given in (self.claimed_by, self.assignee):
            seat = town.seats.get(given) if given is not None else None
            if seat is not None:
                return town.filled(seat, on)
        return None


def tells_more(privacy: str, category: str, flags: Mapping[str, Any], *, in_room: bool) -> bool:
    """Whether a page without log-in says more of a case than its number and how it stands.

    Not of what is private, between people, about somebody who holds a post, or whispered.
    """
    whispered = not in_room and bool(flags.get("anonymous"))
    return (
        privacy in {Privacy.P0, Privacy.P1}
        and not is_quarrel(category)
        and not flags.get("accused")
        and not whispered
    )
