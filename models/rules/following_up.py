"""Who is asked again after the end, when, by what way, and the index of the monthly calls (seeds B17, D13, E16).

Draws are reproducible: a lot is a hash of the place's public name, the case number and its cycle (how often the case was
reopened before this closure). Nothing secret and nothing random goes in, so anybody can draw the same cases again.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import ceil
from typing import Any

from models.rules.quarrels import is_quarrel
from models.rules.urgency import Privacy, Urgency

REMINDED_AFTER = timedelta(days=7)
"""After the closure: whoever has not asked yet is reminded once (B17)."""
CLIMBS_AFTER = timedelta(days=2)
"""After the reminder: one level up takes it over."""
LISTED_AFTER = timedelta(days=12)
"""After the closure: what nobody asked is listed as not done."""
RATING_ASKED_AFTER = timedelta(days=3)
"""After the closure: whoever has not rated is reminded once, privately (D26)."""
LAPSES_AFTER = timedelta(days=7)
"""After the closure: silence archives the case."""
_DUE_DAYS = (3, 7)
_ALWAYS = frozenset({"G01", "G02", "G03", "G07"})
_LOTS = 2**64


class Outcome(StrEnum):
    """What came of asking."""

    SOLVED = "solved"
    PARTLY = "partly"
    UNSOLVED = "unsolved"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    MOOT = "moot"
    """The case was reopened before anybody asked."""


REACHED = (Outcome.SOLVED, Outcome.PARTLY, Outcome.UNSOLVED)
"""Somebody was reached and answered."""


class Way(StrEnum):
    """How somebody is asked."""

    DOOR = "door"
    PHONE = "phone"


class Why(StrEnum):
    """Why this closure is followed up; a monthly draw adds its month ("sample 2025-07")."""

    RULE = "rule"
    SAMPLE = "sample"
    UNRATED = "unrated"
    """No rating came, not even after the reminder (D26)."""
    OWN = "own"
    """Somebody asked of his own accord."""


@dataclass(frozen=True, slots=True)
class Habits:
    """A preset's ``[follow_up]``."""

    due_days: int = 3
    share: float = 0.2
    monthly: bool = True
    monthly_share: float = 0.1
    monthly_least: int = 3


def habits_of(extras: Mapping[str, Any]) -> Habits:
    """What a preset says; due days stay between 3 and 7 (B17)."""
    said = extras.get("follow_up", {})
    plain = Habits()
    least, most = _DUE_DAYS
    return Habits(
        due_days=min(max(int(said.get("due_days", plain.due_days)), least), most),
        share=float(said.get("share", plain.share)),
        monthly=bool(said.get("monthly", True)),
    )


def lot(seed: str, no: int, cycle: int) -> float:
    """A number in [0, 1) that is the same for everybody who draws it."""
    digest = hashlib.sha256(f"{seed}:{no}:{cycle}".encode()).digest()
    return int.from_bytes(digest[:8]) / _LOTS


def reason_to_ask(category: str, urgency: Urgency, cycle: int, drawn: float, habits: Habits) -> Why | None:
    """Why a closure is followed up (state_machine.toml [follow_up]); None: it is not."""
    always = is_quarrel(category) or category in _ALWAYS or cycle > 0
    if always or urgency in {Urgency.U0, Urgency.U1}:
        return Why.RULE
    return Why.SAMPLE if drawn < habits.share else None


def way_to_ask(privacy: Privacy, *, first_line: bool) -> Way:
    """At the door where the area has a first-line post; private matters only by phone: a visit is seen."""
    private = privacy in {Privacy.P3, Privacy.P4}
    return Way.DOOR if first_line and not private else Way.PHONE


def monthly_sample(closed: Iterable[tuple[int, int]], seed: str, habits: Habits) -> list[int]:
    """Numbers of the cases to call, in order: a tenth of all (no, cycle), at least three, all when there are fewer."""
    by_lot = sorted((lot(seed, no, cycle), no) for no, cycle in closed)
    # 0.1 * 30 is a little more than 3 in binary: rounded before it is rounded up.
    wanted = max(ceil(round(len(by_lot) * habits.monthly_share, 6)), habits.monthly_least)
    return sorted(no for _, no in by_lot[:wanted])


@dataclass(frozen=True, slots=True)
class Index:
    """The index of a sample: (solved + partly / 2) / reached; who refused or was not reached counts on neither side."""

    sampled: int
    solved: int
    partly: int
    unsolved: int
    refused: int
    unreachable: int

    @property
    def reached(self) -> int:
        """The denominator."""
        return self.solved + self.partly + self.unsolved

    @property
    def percent(self) -> float | None:
        """To one decimal; None when nobody was reached."""
        return round(100 * (self.solved + self.partly / 2) / self.reached, 1) if self.reached else None

    @property
    def is_complete(self) -> bool:
        """Whether every case of the sample has its answer."""
        return self.reached + self.refused + self.unreachable >= self.sampled


def index_of(outcomes: Iterable[str]) -> Index:
    """The index of a month's outcomes, empty ones (not asked yet) included."""
    said = list(outcomes)
    return Index(
        len(said),
        *(said.count(o) for o in (*REACHED, Outcome.REFUSED, Outcome.UNREACHABLE)),
    )
