"""What the console's first page shows."""

from dataclasses import dataclass
from datetime import datetime

from models.rules.ids import CaseNo


@dataclass(frozen=True, slots=True)
class CaseView:
    """One open case as the list shows it: no names, no phone numbers, masked words only."""

    no: CaseNo
    title: str
    place: str
    area: str
    state: str
    """The state's public wording, such as 有人接了."""
    assignee: str
    """Post and surname, empty where nobody answers yet."""
    opened: datetime
    due: datetime | None = None
    overdue: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class LoadView:
    """How much lies in one area."""

    area: int
    name: str
    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class DayView:
    """One day, ``7/12``."""

    day: str
    opened: int
    closed: int


@dataclass(frozen=True, slots=True)
class RateView:
    """One rate of this month. ``percent`` None: too few to say it in per cent."""

    name: str
    says: str
    """What is counted over what."""
    numerator: float
    denominator: int
    percent: float | None


@dataclass(frozen=True, slots=True)
class Around:
    """What stands beside the counts: where it presses, how the days went, what people asked for, the three rates."""

    unhappy: int
    unassigned: int
    loads: tuple[LoadView, ...]
    days: tuple[DayView, ...]
    kinds: tuple[tuple[str, str, int], ...]
    """Category, how it is said, how many in the last thirty days."""
    rates: tuple[RateView, ...]


@dataclass(frozen=True, slots=True)
class ConsoleView:
    """Counts of today and the open cases, most pressing first."""

    now: datetime
    cases: tuple[CaseView, ...]
    open: int
    """All open cases; ``cases`` may be the first of them."""
    overdue: int = 0
    unclaimed: int = 0
    opened_today: int = 0
    closed_today: int = 0
    around: Around | None = None
