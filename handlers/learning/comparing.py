"""Which readings a changed lexicon changes, for better or worse."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from handlers.understanding import Understanding
from models.rules.decision import CASES, Decision
from models.rules.misreading import KeptCase

NO_REQUEST = "NEG"
"""Meaning of a sentence that must open nothing."""
ANY_REQUEST = "ANY"
"""Meaning of a sentence that must open a case, of whatever category."""


class Verdict(StrEnum):
    """What a change is worth."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    """Neither was right, or both are."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of known meaning: a category, an emergency type, or one of the two above. ``source``: where it stands."""

    meant: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Change:
    """One reading that changed; ``what`` is the case or the line."""

    what: KeptCase | Line
    before: Decision
    after: Decision
    verdict: Verdict


def is_right(meant: str, decision: Decision) -> bool:
    """Whether a line is read as it is meant: the standard of the project's own test sentences."""
    if meant == NO_REQUEST:
        return decision.kind not in CASES
    if meant == ANY_REQUEST:
        return decision.kind in CASES
    if decision.emergency == meant:
        return True
    return decision.category == meant and decision.kind in CASES


def changes(
    lines: Iterable[KeptCase | Line], before: Understanding, after: Understanding
) -> Iterator[Change]:
    """Every reading that differs."""
    for each in lines:
        old, new = before.understand(each.text), after.understand(each.text)
        if _reading(old) != _reading(new):
            yield Change(each, old, new, _verdict(_meaning(each), old, new))


def _reading(decision: Decision) -> tuple[str, str | None, str | None]:
    return decision.kind, decision.category, decision.emergency


def _meaning(each: KeptCase | Line) -> str:
    return each.category if isinstance(each, KeptCase) else each.meant


def _verdict(meant: str, old: Decision, new: Decision) -> Verdict:
    was, is_now = is_right(meant, old), is_right(meant, new)
    if was == is_now:
        return Verdict.SAME
    return Verdict.BETTER if is_now else Verdict.WORSE
