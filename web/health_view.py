"""How the program does, as pages and machines are told it."""

from dataclasses import dataclass
from datetime import datetime

from models.rules.health import Grade, Part
from models.rules.vital_facts import Snapshot


@dataclass(frozen=True, slots=True)
class SignView:
    """One part's state in words; ``step`` says what to do next, empty: nothing."""

    part: Part
    of: str
    grade: Grade
    what: str
    step: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class HealthView:
    """Everything that is judged, the worst first, and the facts behind it."""

    snap: Snapshot
    signs: tuple[SignView, ...]

    @property
    def is_ready(self) -> bool:
        """Whether the program can do its work: nothing is dead."""
        return all(sign.grade < Grade.DEAD for sign in self.signs)
