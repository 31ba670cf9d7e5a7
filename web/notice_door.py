"""What the web shows of a notice to whoever has its link; nothing of anybody who reads it."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from models.rules.ids import IdempotencyKey


@dataclass(frozen=True, slots=True)
class NoticeFile:
    """What goes along with a notice: a picture, a file, or (``address``) a web page."""

    number: int
    name: str
    picture: bool = False
    address: str = ""


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice as residents read it."""

    title: str
    lines: tuple[str, ...]
    signed: str
    """The place that writes."""
    source: str
    contact: str
    whom: str
    """Whose post it is to know more; empty where nobody holds one any more."""
    on: date
    files: tuple[NoticeFile, ...] = ()
    stopped: bool = False
    asks: bool = False
    """Whether it may be answered with a tap."""
    household: bool = False
    """Whether the link is one household's, so that a tap answers for it."""


class NoticeDoor(Protocol):
    """Notices by the token of a link. An unknown or expired one raises NotHere."""

    def contact(self) -> str:
        """Whom residents ask."""
        ...

    def notice(self, token: str) -> NoticeView:
        """The notice behind a link."""
        ...

    def picture(self, token: str, number: int) -> bytes:
        """One of its pictures as JPEG, without what a camera wrote into it."""
        ...

    def file(self, token: str, number: int) -> tuple[str, bytes]:
        """Name and bytes of one of its files."""
        ...

    def seen(self, token: str, key: IdempotencyKey) -> None:
        """Somebody tapped that it was read."""
        ...
