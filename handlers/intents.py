"""What somebody can want. Each intent is a frozen dataclass; its handler stands in the topic module of the same meaning.

Intents that one topic alone needs are declared beside their handler; those that several doors or topics make are here.
"""

from dataclasses import dataclass, fields
from typing import Any, Self

from models.rules.ids import CaseNo


@dataclass(frozen=True, slots=True)
class Intent:
    """Something that somebody wants."""

    @classmethod
    def from_phrase(cls, groups: dict[str, str]) -> Self:
        """Build from the named groups of a command phrase; groups the intent does not know are ignored.

        ``no`` and ``into`` become case numbers, other fields stay text.
        """
        known: dict[str, Any] = {}
        for field in fields(cls):
            raw = groups.get(field.name)
            if raw is None:
                continue
            known[field.name] = CaseNo(int(raw)) if field.name in {"no", "into"} else raw.strip()
        return cls(**known)
