"""Cases for a platform of the county (12345, grid): which of our fields it reads under which name, and what it answers.

A private case (P3, P4) goes with the fields that ``private`` names and no others. Names and telephone numbers never go:
nobody has agreed to that.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from models.rules.pacing import SHANGHAI
from models.rules.periods import SANE_YEARS
from models.rules.preset import Preset
from models.rules.urgency import Privacy

Pairs = tuple[tuple[str, str], ...]

FIELDS = (
    "no", "hotline", "category", "urgency", "state", "area", "place", "words", "opened_at", "due_at", "reports",
    "result",
)  # fmt: skip
"""What may go: our names."""
ANSWER_FIELDS = ("no", "their_no", "state", "words", "at")
NEEDED = ("no", "state")
"""An answer without these says nothing."""
MOST_ROWS = 500
"""Rows of one file of answers."""
LONGEST_ANSWER = 500
"""Letters of one answer."""
LONGEST_THEIR_NO = 40
MOST_CASES = 500
"""Cases of one package."""


class TheirState(StrEnum):
    """What an answer means for us."""

    DONE = "done"
    """They have ended it: with words it is the result, and residents are asked whether it is."""
    UNDER_WAY = "under_way"
    """They say something, and go on."""
    BACK = "back"
    """They do not take it: it stays with us."""


@dataclass(frozen=True, slots=True)
class HandoverMap:
    """The table ``[handover]``. Pairs: our name, theirs; ``states`` and ``categories`` not listed go in our words."""

    to: str = "县12345热线"
    date: str = "%Y-%m-%d %H:%M"
    fields: Pairs = (
        ("no", "来源编号"), ("hotline", "诉求类型"), ("category", "事项类别"), ("urgency", "紧急程度"), ("state", "当前状态"),
        ("area", "所属区域"), ("place", "事发地点"), ("words", "诉求内容"), ("opened_at", "受理时间"), ("due_at", "办理时限"),
        ("reports", "反映人数"),
    )  # fmt: skip
    private: tuple[str, ...] = ("no", "hotline", "opened_at")
    categories: Pairs = ()
    states: Pairs = ()
    answers: Pairs = (
        ("no", "来源编号"), ("their_no", "工单编号"), ("state", "办理状态"), ("words", "答复内容"), ("at", "答复时间"),
    )  # fmt: skip
    answer_states: Pairs = (
        ("已办结", "done"), ("办结", "done"), ("办理中", "under_way"), ("已受理", "under_way"), ("退回", "back"),
        ("不予受理", "back"),
    )  # fmt: skip

    def columns(self, *, private: bool) -> Pairs:
        """Our fields and their columns, as far as a case of that kind may go."""
        return tuple(pair for pair in self.fields if not private or pair[0] in self.private)

    def moment(self, at: datetime | None) -> str:
        """As they write moments; Shanghai."""
        return at.astimezone(SHANGHAI).strftime(self.date) if at is not None else ""

    def read_moment(self, said: Any) -> datetime | None:
        """A moment they wrote: a date of the spreadsheet, their format, or ISO; None: none of these. Aware."""
        at = self._spelled(said)
        return at if at is not None and at.year in SANE_YEARS else None

    def _spelled(self, said: Any) -> datetime | None:
        if isinstance(said, datetime):
            return said if said.tzinfo else said.replace(tzinfo=SHANGHAI)
        if isinstance(said, date):
            return datetime.combine(said, time(), SHANGHAI)
        words = str(said).strip()
        with suppress(ValueError):
            return datetime.strptime(words, self.date).replace(tzinfo=SHANGHAI)
        with suppress(ValueError):
            at = datetime.fromisoformat(words)
            return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)
        return None


def wrong_with(told: HandoverMap) -> str:
    """What is wrong with a map, in a sentence; empty: nothing."""
    fields = [ours for ours, _ in told.fields]
    theirs = [column for _, column in told.fields]
    answers = [ours for ours, _ in told.answers]
    checks: Sequence[tuple[bool, str]] = (
        (set(fields) <= set(FIELDS), f"fields: known are {', '.join(FIELDS)}"),
        ("no" in fields, "fields: no must be among them, or no answer finds its case"),
        (len(set(theirs)) == len(theirs) and all(theirs), "fields: each column has a name of its own"),
        (
            set(told.private) <= set(fields) and "no" in told.private,
            "private: choose from the fields, with no",
        ),
        (set(answers) <= set(ANSWER_FIELDS), f"answers: known are {', '.join(ANSWER_FIELDS)}"),
        (set(NEEDED) <= set(answers), "answers: no and state are needed"),
        (
            {means for _, means in told.answer_states} <= set(TheirState),
            f"answer_states: each means one of {', '.join(TheirState)}",
        ),
        ("%" in told.date, 'date: write it as "%Y-%m-%d %H:%M"'),
    )
    return next((words for good, words in checks if not good), "")


def is_private(privacy: str) -> bool:
    """Whether a case needs a reason to go, and goes with few fields."""
    return privacy in {Privacy.P3, Privacy.P4}


def top_rungs(preset: Preset) -> range:
    """The steps of the ladder that belong to its uppermost level (the township)."""
    top = preset.rank_of_post(preset.ladder[-1])
    first = next(step for step, post in enumerate(preset.ladder) if preset.rank_of_post(post) <= top)
    return range(first, len(preset.ladder))


@dataclass(frozen=True, slots=True)
class TheirAnswer:
    """One row of a file of answers, as it stands there; ``at`` aware, None: it says no moment."""

    row: int
    no: str
    their_no: str
    state: str
    words: str
    at: datetime | None

    @property
    def parts(self) -> tuple[str, ...]:
        """What tells this answer from others; its row does not count."""
        return (self.no, self.their_no, self.state, self.words, self.at.isoformat() if self.at else "")


class Effect(StrEnum):
    """What an answer brings about."""

    RESOLVES = "resolves"
    ANSWERS = "answers"
    COMES_BACK = "comes_back"
    NOTED = "noted"
    """Only its number and state over there."""
    KNOWN = "known"
    """It was taken before."""
    SKIPPED = "skipped"
    """It cannot be used."""


def effect_of(meaning: TheirState | None, *, words: bool, is_open: bool, may_end: bool) -> Effect:
    """What an answer of that meaning brings about; ``may_end``: the case may be ended without another word with anybody."""
    if meaning is None or not is_open:
        return Effect.SKIPPED if meaning is None else Effect.NOTED
    if meaning is TheirState.BACK:
        return Effect.COMES_BACK
    if meaning is TheirState.DONE and words:
        return Effect.RESOLVES if may_end else Effect.ANSWERS
    return Effect.ANSWERS if words else Effect.NOTED
