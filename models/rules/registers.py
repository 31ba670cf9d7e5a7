"""What is not for everybody of an area, and who may open it with a reason (safeguards §1.3, §3; PIPL 51, 55)."""

from datetime import timedelta
from enum import StrEnum

from models.rules.urgency import Privacy


class Register(StrEnum):
    """What is opened one at a time, each time with a reason."""

    CASE_PHONE = "case_phone"
    """The telephone number of whoever reported a case."""
    CASE_HOME = "case_home"
    """Which household reported a case, and its address."""
    CASE_WORDS = "case_words"
    """The words of a private case."""


MOST_AN_HOUR, HOUR = 20, timedelta(hours=1)
"""Nobody calls more people than that; whoever opens more is not working, and those above hear of it."""
SHORTEST_REASON, LONGEST_REASON = 4, 60
PRIVATE = (Privacy.P3, Privacy.P4)


def may_open(register: Register, privacy: str, *, lies_with: bool, above: bool, shut_out: bool) -> bool:
    """Whether somebody may open something of a case.

    Args:
        register: what of it.
        privacy: of the case.
        lies_with: it lies on this person's desk.
        above: a post of theirs has the right of its own, for an area that the case lies in.
        shut_out: the case complains of this person or of a colleague: nothing of it is ever theirs.

    >>> may_open(Register.CASE_WORDS, "P3", lies_with=False, above=True, shut_out=False)
    True
    >>> may_open(Register.CASE_WORDS, "P4", lies_with=False, above=True, shut_out=False)
    False
    """
    if shut_out:
        return False
    if register is Register.CASE_WORDS:
        return above and privacy == Privacy.P3
    return lies_with or (above and privacy != Privacy.P4)


def is_reason(words: str) -> bool:
    """Whether a reason says something: four characters that are not all the same, and not too many."""
    return SHORTEST_REASON <= len(words) <= LONGEST_REASON and len(set(words)) > 1
