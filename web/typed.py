"""What people typed into addresses and forms, read without trusting it."""

from collections.abc import Iterable

LONGEST_NUMBER = len("999999999")
"""Digits of the largest number that a row could have."""


def number_in(words: str) -> int | None:
    """A number that a row could have; None: it is none."""
    sane = words.isascii() and words.isdecimal() and len(words) <= LONGEST_NUMBER
    return int(words) if sane else None


def numbers_in(words: Iterable[str]) -> tuple[int, ...]:
    """Those of them that are numbers, each once, in their order."""
    return tuple(dict.fromkeys(no for one in words if (no := number_in(one)) is not None))
