"""What people typed into addresses and forms, read without trusting it."""

import re
from collections.abc import Iterable
from datetime import date

from fastapi import Request, Response, status

from models.rules.periods import SANE_YEARS

LONGEST_NUMBER = len("999999999")
"""Digits of the largest number that a row could have."""
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)


def day_in(words: str) -> date | None:
    """A calendar day, as browsers send it or as people type it (``2025年7月16日``); None: it is none.

    >>> day_in("2025年7月16日"), day_in("0001-01-01")
    (datetime.date(2025, 7, 16), None)
    """
    found = _DAY.fullmatch(words.strip())
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
    return day if day and day.year in SANE_YEARS else None


def number_in(words: str) -> int | None:
    """A number that a row could have; None: it is none."""
    sane = words.isascii() and words.isdecimal() and len(words) <= LONGEST_NUMBER
    return int(words) if sane else None


def numbers_in(words: Iterable[str]) -> tuple[int, ...]:
    """Those of them that are numbers, each once, in their order."""
    return tuple(dict.fromkeys(no for one in words if (no := number_in(one)) is not None))


async def refused_letters(request: Request, *, in_path: bool = True) -> Response | None:
    """An answer to what holds the letter NUL, which no person types and PostgreSQL does not keep; None: nothing does.

    ``in_path`` False: addresses are links of ours, and a wrong one has a page that says so.
    """
    query: bytes = request.scope["query_string"]
    found = b"%00" in query or (in_path and "\0" in request.scope["path"])
    form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    if not found and request.method == "POST" and form:
        body = await request.body()
        found = b"%00" in body or b"\0" in body
    if not found:
        return None
    words = "里面有一个看不见的字符，请重新打一遍再交。"
    return Response(words, status.HTTP_422_UNPROCESSABLE_CONTENT, media_type="text/plain; charset=utf-8")
