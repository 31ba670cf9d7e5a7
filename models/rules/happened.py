"""What happened to cases, as figures see it: facts without persons and without words (models/rules/metrics.py)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from models.rules.case_life import State, Step
from models.rules.following_up import Outcome
from models.rules.rating_words import BAD_EFFECT
from models.rules.sla import Timetable

HANDED_UP = (Step.ESCALATE, Step.AUTO_ESCALATE)
_LEAVES = (Step.WITHDRAW, Step.REJECT)
_ENDS = frozenset({Step.RESOLVE, Step.WITHDRAW, Step.REJECT, Step.MERGE, Step.NOT_A_CASE})
_BEGINS_AGAIN = frozenset({Step.REOPEN, Step.UNMERGE, Step.APPEAL})
STEPS = (Step.CLAIM, Step.CONTACTED, Step.EXTEND, *HANDED_UP, *sorted(_ENDS), *sorted(_BEGINS_AGAIN))
"""The steps that figures look at."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One case as figures see it."""

    no: int
    category: str
    urgency: str
    state: str
    area: int
    place: str
    created_at: datetime
    due_claim_at: datetime | None
    """Of the first responder, as it stood at the beginning."""
    due_resolve_at: datetime | None
    """With every approved extension."""
    closed_reason: str = ""
    co_reporters: int = 0
    source: str = ""
    """How it came in; empty: nobody noted it."""
    reachable: bool = True
    """Whether there is a reporter who can be contacted."""
    hotline: str = ""
    """求助, 投诉, 建议…"""
    private: bool = False
    """Whether a report counts it without saying what it is about: P3, P4, or about somebody who holds a post."""
    steps: tuple[tuple[str, datetime], ...] = ()
    """(step, moment) in order, of those in STEPS."""

    @property
    def matter(self) -> tuple[str, int, str]:
        """Kind and place: what comes again there is the same trouble."""
        return self.category, self.area, self.place

    @property
    def counts(self) -> bool:
        """Whether it is in any denominator at all (metrics.toml exclude_common)."""
        misread = any(step == Step.NOT_A_CASE for step, _ in self.steps)
        elsewhere = self.state == State.REJECTED and self.closed_reason == "out_of_area"
        return self.state not in {State.MERGED, State.DRAFT} and not misread and not elsewhere

    def first(self, *steps: str) -> datetime | None:
        """When one of these steps was first taken."""
        return next((at for step, at in self.steps if step in steps), None)

    def left_by(self, moment: datetime) -> bool:
        """Whether it was withdrawn or rejected by then."""
        left = self.first(*_LEAVES)
        return left is not None and left <= moment

    def was_open(self, moment: datetime) -> bool:
        """Whether somebody had to act just before a moment."""
        if self.created_at >= moment:
            return False
        said = [step for step, at in self.steps if at < moment and step in _ENDS | _BEGINS_AGAIN]
        return not said or said[-1] in _BEGINS_AGAIN

    def closures(self) -> list[tuple[datetime, int]]:
        """(moment, cycle) of every result."""
        found, cycle = [], 0
        for step, at in self.steps:
            cycle += step == Step.REOPEN
            if step == Step.RESOLVE:
                found.append((at, cycle))
        return found

    @property
    def reopenings(self) -> list[datetime]:
        """When it was opened again."""
        return [at for step, at in self.steps if step == Step.REOPEN]


@dataclass(frozen=True, slots=True)
class RatingFacts:
    """One rating of one closure."""

    no: int
    cycle: int
    effect: int
    duration: int
    attitude: int
    at: datetime


@dataclass(frozen=True, slots=True)
class FollowUpFacts:
    """One follow-up of one closure."""

    no: int
    cycle: int
    outcome: str


@dataclass(frozen=True)
class Happened:
    """Everything figures are made from."""

    cases: tuple[CaseFacts, ...]
    ratings: tuple[RatingFacts, ...] = ()
    follow_ups: tuple[FollowUpFacts, ...] = ()
    timetable: Timetable = field(default_factory=Timetable)
    earlier: Mapping[tuple[str, int, str], datetime] = field(default_factory=dict)
    """When each matter last came up before these cases, where they are only a part of all."""
    counted: tuple[CaseFacts, ...] = field(init=False)
    _asked: dict[tuple[int, int], list[str]] = field(init=False, repr=False)
    _rated: dict[tuple[int, int], list[int]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "counted", tuple(c for c in self.cases if c.counts))
        asked: dict[tuple[int, int], list[str]] = {}
        rated: dict[tuple[int, int], list[int]] = {}
        for follow_up in self.follow_ups:
            asked.setdefault((follow_up.no, follow_up.cycle), []).append(follow_up.outcome)
        for rating in self.ratings:
            rated.setdefault((rating.no, rating.cycle), []).append(rating.effect)
        object.__setattr__(self, "_asked", asked)
        object.__setattr__(self, "_rated", rated)

    def verdict(self, case: CaseFacts, cycle: int) -> Outcome | None:
        """Whether a closure held, by reopening, follow-up or rating; one "no" outweighs; None: nobody said."""
        asked, rated = self._asked.get((case.no, cycle), []), self._rated.get((case.no, cycle), [])
        refuted = Outcome.UNSOLVED in asked or any(effect <= BAD_EFFECT for effect in rated)
        if refuted or len(case.reopenings) > cycle:
            return Outcome.UNSOLVED
        if Outcome.PARTLY in asked:
            return Outcome.PARTLY
        return Outcome.SOLVED if rated or Outcome.SOLVED in asked else None
