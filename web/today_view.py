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
