"""What people typed into addresses and forms, read without trusting it."""

import re
from collections.abc import Iterable
from datetime import date

LONGEST_NUMBER = len("999999999")
"""Digits of the largest number that a row could have."""


_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)


def day_in(words: str) -> date | None:
    """A calendar day, as browsers send it or as people type it (``2025年7月16日``); None: it is none."""
    found = _DAY.fullmatch(words.strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def number_in(words: str) -> int | None:
    """A number that a row could have; None: it is none."""
    sane = words.isascii() and words.isdecimal() and len(words) <= LONGEST_NUMBER
    return int(words) if sane else None


def numbers_in(words: Iterable[str]) -> tuple[int, ...]:
    """Those of them that are numbers, each once, in their order."""
    return tuple(dict.fromkeys(no for one in words if (no := number_in(one)) is not None))
