"""Why an intent cannot be done: a text key and blanks, never a sentence (style rule 5)."""

from enum import StrEnum
from typing import Any


class RefusalKind(StrEnum):
    """How each door turns a refusal into an answer."""

    NOT_ALLOWED = "not_allowed"  # web 403
    NOT_FOUND = "not_found"  # web 404
    NOT_NOW = "not_now"  # web 409
    NOT_CLEAR = "not_clear"  # web 422


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """The person asked for something that cannot be done; nothing was changed.

    ``key`` names the sentence in locale/, told privately to the asker; None stays silent (an impostor is not exposed).
    """

    def __init__(self, kind: RefusalKind, key: str | None, **blanks: Any) -> None:
        super().__init__(f"{kind}: {key}")
        self.kind = kind
        self.key = key
        self.blanks = blanks


class NotMeant(Exception):  # noqa: N818
    """This reading of the message does not fit what is open here; the listener tries the next one."""
