"""What the test box of the lexicon asks for and shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from web.entrance import Visitor


@dataclass(frozen=True, slots=True)
class Trial:
    """A line to try. ``speaker``: ``resident``, or ``leader`` for whoever answers first where the group is."""

    room: int
    words: str
    speaker: str = "resident"
    called: bool = False
    """Whether our account is mentioned."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case that would be opened, or that the line would belong to."""

    no: int
    fresh: bool
    category: str
    urgency: str
    private: bool
    place: str
    area: str
    assignee: str
    claim_by: datetime | None
    resolve_by: datetime | None


@dataclass(frozen=True, slots=True)
class SaidLine:
    """One sentence that would be said. ``text`` empty: not for whoever tries."""

    to: str
    text: str
    private: bool
    rings: bool
    later: datetime | None
    """When it would be said, where that is not at once."""


@dataclass(frozen=True, slots=True)
class TrialView:
    """The decision, its reasons, and what would follow."""

    headline: str
    """``case``, ``joined``, ``emergency``, ``answered``, ``suspected``, ``command``, ``spoken`` or ``silent``."""
    kind: str
    category: str
    """What the line is about, empty: nothing known."""
    because: tuple[tuple[str, float], ...]
    others: tuple[tuple[str, float], ...]
    """The next best categories with their points."""
    emergency: str
    cases: tuple[CaseLine, ...]
    said: tuple[SaidLine, ...]
    refused: bool
    """Whether it would be refused."""
    now: datetime


class TrialDoor(Protocol):
    """Tries lines; nothing is kept, said or logged."""

    def leader_of(self, room: int) -> str:
        """Post and surname of whoever answers first where that group is, and is bound; empty: nobody."""
        ...

    def hear(self, who: Visitor, trial: Trial) -> TrialView:
        """What would follow if it were said now, in a quiet group. Raises NotHere for another's group."""
        ...
