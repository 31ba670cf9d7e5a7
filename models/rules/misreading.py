"""What leaders corrected, and what is kept of cases, as values to learn from."""

from dataclasses import dataclass
from datetime import datetime

from models.rules.decision import Kind
from models.rules.urgency import Privacy

Words = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction. ``case`` is a row id, None for a doubtful line that became no case; ``person`` corrected it."""

    case: int | None
    person: int
    kind_before: Kind
    kind_after: Kind
    category_before: str | None
    category_after: str | None
    because: Words
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptCase:
    """A case as it stands: its category is what people left standing, ``because`` is our own reading."""

    id: int
    no: int
    category: str
    text: str
    privacy: Privacy
    because: Words

    @property
    def is_open_to_learning(self) -> bool:
        """Whether its words may be looked at: those of private matters stay with the people who handle them."""
        return bool(self.text) and self.privacy < Privacy.P3


def last_words(corrections: tuple[Correction, ...]) -> tuple[Correction, ...]:
    """One correction for each case: as we had read it, and as the last one left it. What came back is none."""
    whole: dict[int, Correction] = {}
    lines: list[Correction] = []
    for each in sorted(corrections, key=lambda c: c.at):
        if each.case is None:
            lines.append(each)
            continue
        first = whole.get(each.case, each)
        whole[each.case] = Correction(
            each.case, each.person, first.kind_before, each.kind_after, first.category_before,
            each.category_after, first.because, each.at,
        )  # fmt: skip
    changed = [
        each
        for each in whole.values()
        if (each.kind_before, each.category_before) != (each.kind_after, each.category_after)
    ]
    return (*changed, *lines)
