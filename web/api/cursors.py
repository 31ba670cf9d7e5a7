"""Where the next page of a list begins, as a word that means nothing to whoever passes it back."""

import base64
import binascii

from fastapi import status

from web.api.problems import Trouble
from web.api_door import ApiDoor

LONGEST = 80
_SIGNED = 12


def cursor(door: ApiDoor, listed: str, after: int | None) -> str | None:
    """The word for going on after a row of a list; None: there is no more."""
    if after is None:
        return None
    words = f"{listed}:{after}:{_sign(door, listed, after)}"
    return base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")


def row_after(door: ApiDoor, listed: str, word: str | None) -> int | None:
    """The row a word stands for; None: the first page.

    Raises:
        Trouble: it is none of our words, or one of another list.
    """
    if word is None:
        return None
    try:
        spelled = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode()
        kind, number, signed = spelled.split(":")
        row = int(number)
    except (binascii.Error, ValueError) as cause:
        raise _wrong() from cause
    if kind != listed or signed != _sign(door, listed, row):
        raise _wrong()
    return row


def _sign(door: ApiDoor, listed: str, row: int) -> str:
    return door.tokens.digest("cursor", listed, str(row))[:_SIGNED]


def _wrong() -> Trouble:
    return Trouble(status.HTTP_422_UNPROCESSABLE_CONTENT, "API_CURSOR", field="query.after")
