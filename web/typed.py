"""What people typed into addresses and forms, read without trusting it."""

from collections.abc import Iterable

from fastapi import Request, Response, status

LONGEST_NUMBER = len("999999999")
"""Digits of the largest number that a row could have."""


def number_in(words: str) -> int | None:
    """A number that a row could have; None: it is none."""
    sane = words.isascii() and words.isdecimal() and len(words) <= LONGEST_NUMBER
    return int(words) if sane else None


def numbers_in(words: Iterable[str]) -> tuple[int, ...]:
    """Those of them that are numbers, each once, in their order."""
    return tuple(dict.fromkeys(no for one in words if (no := number_in(one)) is not None))


async def refused_letters(request: Request) -> Response | None:
    """An answer to what holds the letter NUL, which no person types and PostgreSQL does not keep; None: nothing does."""
    query: bytes = request.scope["query_string"]
    found = b"%00" in query or "\0" in request.scope["path"]
    form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    if not found and request.method == "POST" and form:
        body = await request.body()
        found = b"%00" in body or b"\0" in body
    if not found:
        return None
    words = "里面有一个看不见的字符，请重新打一遍再交。"
    return Response(words, status.HTTP_422_UNPROCESSABLE_CONTENT, media_type="text/plain; charset=utf-8")
