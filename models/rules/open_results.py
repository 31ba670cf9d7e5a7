"""办理公开: which ended cases may stand on a page for everybody, and in which words (safeguards §2.4, §3). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Self

from models.rules.masking import mask
from models.rules.outgoing import Blocked, guard
from models.rules.places import without_homes
from models.rules.seats import Seat, without_full_names

FORM = 1
"""Form of what is kept; results of votes will be another part beside the matters."""
MOST_MATTERS = 80
LONGEST_WORDS = 80
"""Letters of what is said of one case: so many of so many stay below 50 kB, marks of the page included."""


@dataclass(frozen=True, slots=True)
class Matter:
    """One ended case: what kind it was, and what was done."""

    no: int
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Cases of a month that may be spoken of: what came in, what has a result, what was still open at its end."""

    received: int = 0
    ended: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Published:
    """What somebody approved. ``until``: up to when it was counted; ``by``: the post of whoever approved it."""

    counts: Counts
    matters: tuple[Matter, ...]
    until: datetime
    by: str

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "form": FORM, "counts": asdict(self.counts), "until": self.until.isoformat(), "by": self.by,
            "matters": [[each.no, each.kind, each.words] for each in self.matters],
        }  # fmt: skip

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """What ``kept`` made."""
        matters = tuple(Matter(*each) for each in kept["matters"])
        return cls(Counts(**kept["counts"]), matters, datetime.fromisoformat(kept["until"]), kept["by"])

    def by_kind(self) -> list[tuple[str, list[str]]]:
        """What was done, by kind, the kind with the most first."""
        ordered = sorted(self.matters, key=lambda each: (each.kind, each.no))
        found = [
            (kind, [each.words for each in those]) for kind, those in groupby(ordered, lambda each: each.kind)
        ]
        return sorted(found, key=lambda pair: (-len(pair[1]), pair[0]))


def fit_for_all(words: str, seats: Iterable[Seat]) -> str:
    """The words as everybody may read them: no full name of a post holder, no number, no door; empty when they shame."""
    plain = " ".join(words.split())
    if isinstance(guard(plain, in_group=True), Blocked):
        return ""
    return without_homes(mask(without_full_names(plain, seats)))[:LONGEST_WORDS]


def unfit(matters: Sequence[Matter], seats: Iterable[Seat]) -> Matter | None:
    """The first whose words tell more than everybody may read, or nothing; None: all are fit."""
    holders = tuple(seats)
    return next((m for m in matters if not m.words or fit_for_all(m.words, holders) != m.words), None)
