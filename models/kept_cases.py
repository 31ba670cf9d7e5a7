"""Cases that still have their words, as values to read again."""

from typing import Any

from models.rules.case_life import State
from models.rules.misreading import KeptCase, Words
from models.rules.urgency import Privacy
from models.tables import Case

READ_AGAIN = tuple(sorted(set(State) - {State.WITHDRAWN, State.MERGED}))
"""What somebody took back, or was no case, is not read again."""
CASE_COLUMNS = tuple(getattr(Case, name) for name in ("id", "no", "category", "text", "privacy", "because"))


def kept_case(row: Any) -> KeptCase:
    """A row of ``CASE_COLUMNS``."""
    return KeptCase(row.id, row.no, row.category, row.text, Privacy(row.privacy), as_words(row.because))


def as_words(kept: list[Any]) -> Words:
    """Words and weights as they are kept."""
    return tuple((str(word), float(weight)) for word, weight in kept)
