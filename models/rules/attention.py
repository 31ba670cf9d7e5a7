"""Sparing the people with posts: what reaches them at once, what waits for the morning's one message.

Every private word to a post holder passes here, whoever writes it: by its rank and by the one table of sentences below.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from models.rules.pacing import Rank
from models.rules.urgency import Urgency

DIGEST, SNOOZED, NUDGE, CARD = "digest", "snoozed", "nudge", "card"
"""What gathers: for the morning, for the end of a delay, nothing (said alone, but counted), new cases of the night."""
COUNTED = (NUDGE, CARD, "hint")
"""What counts towards a person's day."""
ANYWAY = timedelta(minutes=5)
"""So long after its moment what gathers is said alone: nothing is lost when no digest was written."""
PRESSING = frozenset({Urgency.U0, Urgency.U1})


@dataclass(frozen=True, slots=True)
class Line:
    """How a sentence about a case reads in the digest, and when it goes there."""

    label: str
    """A few words behind the number: a sentence of the locale."""
    by_day: bool = False
    """Also in the daytime; else only what came at night, or beyond a person's day."""
    nudge: bool = False
    """It only reminds: it can be put off, and whoever spoke of the case a moment ago does not hear it."""
    wakes: bool = True
    """When URGENT: whether it may disturb at night."""
    ahead: bool = False
    """It speaks of an end that is still to come: after that end it would say nothing."""


DIGESTED: dict[str, Line] = {
    "ADDED_DM": Line("WHY_ADDED"),
    "BAD_RATING_DM": Line("WHY_RATED", by_day=True),
    "CARD_CC_DM": Line("WHY_NEW"),
    "CARD_DM": Line("WHY_NEW"),
    "CLIMBED_CC_DM": Line("WHY_CLIMBED", by_day=True),
    "CLIMBED_DM": Line("WHY_HANDED"),
    "FOLLOW_UP_CLIMBED_DM": Line("WHY_FOLLOW_UP", by_day=True),
    "FOLLOW_UP_DOOR_DM": Line("WHY_FOLLOW_UP"),
    "FOLLOW_UP_PHONE_DM": Line("WHY_FOLLOW_UP"),
    "FOLLOW_UP_REMINDER_DM": Line("WHY_FOLLOW_UP", by_day=True),
    "HANDED_DM": Line("WHY_HANDED"),
    "LATE_CC_DM": Line("WHY_LATE", by_day=True),
    "LATE_DM": Line("WHY_OVERDUE"),
    "LATE_HIGHER_DM": Line("WHY_LATE", by_day=True),
    "LATE_TOP_DM": Line("WHY_OVERDUE"),
    "NOT_A_CASE_CC_DM": Line("WHY_NO_CASE"),
    "OVERDUE_DM": Line("WHY_CLIMBED", by_day=True, nudge=True),
    "RECATEGORISED_DM": Line("WHY_HANDED"),
    "REMIND_CLAIM_DM": Line("WHY_CLAIM", by_day=True, nudge=True, ahead=True),
    "REMIND_HALF_DM": Line("WHY_HALF", by_day=True, nudge=True, ahead=True),
    "REMIND_SOON_DM": Line("WHY_SOON", by_day=True, nudge=True, ahead=True),
    "REOPENED_CC_DM": Line("WHY_REOPENED", by_day=True),
    "REOPENED_LEADER_DM": Line("WHY_REOPENED", wakes=False),
    "RETURNED_LEADER_DM": Line("WHY_RETURNED"),
    "SOLVED_HINT_DM": Line("WHY_SOLVED", by_day=True, nudge=True),
    "URGE_CC_DM": Line("WHY_URGED", wakes=False),
    "URGE_LEADER_DM": Line("WHY_URGED", nudge=True, wakes=False),
    "WITHDRAWN_LEADER_DM": Line("WHY_WITHDRAWN"),
    "WITHDRAWN_SAFETY_DM": Line("WHY_LOOK"),
}
"""Which sentences about a case gather into the digest."""
REMINDER = Line("WHY_REMINDER", by_day=True, nudge=True, ahead=True)
"""Any other sentence about a case that is written with rank ROUTINE, a clock's warning for example."""


class Heard(StrEnum):
    """How a private word reaches a post holder."""

    AT_ONCE = "at_once"
    MORNING = "morning"
    """By itself, when the quiet hours are over."""
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Word:
    """A private word to a post holder. ``urgency`` is the case's, None: it is about none."""

    key: str
    rank: Rank
    urgency: str | None = None
    call: bool = False
    gathers: str = ""

    @property
    def line(self) -> Line | None:
        """How it reads in the digest; None: it has no place there."""
        if self.urgency is None:
            return None
        return DIGESTED.get(self.key) or (REMINDER if self.rank >= Rank.ROUTINE else None)

    @property
    def is_pressing(self) -> bool:
        """Whether it counts towards no budget: danger, calls, what cannot wait, and everything about an urgent case."""
        return self.call or self.rank <= Rank.URGENT or self.urgency in PRESSING

    @property
    def wakes(self) -> bool:
        """Whether it may disturb at night (conversation §3: emergencies, and what was decided beforehand to be one)."""
        if self.rank is Rank.EMERGENCY or self.call or self.urgency == Urgency.U0:
            return self.rank <= Rank.URGENT
        return self.rank is Rank.URGENT and (self.line is None or self.line.wakes)

    @property
    def is_nudge(self) -> bool:
        """Whether it only reminds of a case; never where there is danger."""
        if self.line is None or self.call or self.rank is Rank.EMERGENCY or self.urgency == Urgency.U0:
            return False
        return self.line.nudge


def how_heard(word: Word, *, at_night: bool, is_full: bool, ends_before: bool = False) -> Heard:
    """How a word reaches its hearer.

    ``is_full``: that person's day has no room for another one that can wait; ``ends_before``: what the word speaks of
    ends before the next digest.
    """
    if at_night and not word.wakes:
        return Heard.DIGEST if word.line and not word.gathers else Heard.MORNING
    if word.is_pressing:
        return Heard.AT_ONCE
    if word.line and word.line.by_day and not (word.line.ahead and ends_before):
        return Heard.DIGEST
    if is_full:
        return Heard.DIGEST if word.line else Heard.MORNING
    return Heard.AT_ONCE
