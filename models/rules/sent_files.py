"""Files that we send: how large, how many, and how they become something to say."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import NamedTuple

from models.rules.capabilities import Media
from models.rules.message import Attachment, LinkCard, MessageKind, Outgoing

LARGEST = 3_000_000
"""Bytes: what a gateway takes in one call (docs/platform.md §1)."""
LARGEST_MB = LARGEST // 1_000_000
MOST = 4
"""Files of one notice: each costs every group a post of its own."""
OFFERED_FOR = timedelta(hours=1)
"""So long a file sent to us may go along with a notice."""
KEPT = timedelta(days=90)
"""A notice's files and its page are there for so long after it was written."""
LEFT_ALONE_FOR = timedelta(days=2)
"""A file that no notice took."""
COMING, HERE, TOO_LARGE, LOST = "coming", "here", "too_large", "lost"
SENT_AS = {
    MessageKind.IMAGE: Media.IMAGE,
    MessageKind.FILE: Media.FILE,
    MessageKind.VIDEO: Media.FILE,
    MessageKind.LINK: Media.LINK,
}
"""What can be passed on, and as what."""
_PICTURES = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"GIF8": ".gif"}


class Offered(NamedTuple):
    """A file without its bytes."""

    id: int
    kind: str
    name: str
    state: str
    size: int


@dataclass(frozen=True, slots=True)
class FileToSend:
    """A file as delivery takes it out of the database."""

    id: int
    kind: str
    name: str
    content: bytes = field(repr=False)

    @property
    def file_name(self) -> str:
        """The name with the ending by which a phone knows a picture."""
        if self.kind != Media.IMAGE:
            return self.name or "file"
        ending = next((end for magic, end in _PICTURES.items() if self.content.startswith(magic)), ".jpg")
        return self.name if self.name.lower().endswith((ending, ".jpeg")) else f"{self.id}{ending}"

    def said(self, words: Outgoing) -> Outgoing:
        """The file, said where these words would be."""
        if self.kind == Media.LINK:
            return replace(words, text="", mentions=(), card=card_of(self.content))
        return replace(words, text="", mentions=(), picture=self.content, file_name=self.file_name)


def passed_on(attachments: Iterable[Attachment]) -> list[Attachment]:
    """What of these can be passed on."""
    return [each for each in attachments if each.kind in SENT_AS and each.key]


def content_of(card: LinkCard) -> bytes:
    """A card as it is kept, and as channels hand it out."""
    shape = {"title": card.title, "address": card.address, "description": card.description}
    return json.dumps(shape, ensure_ascii=False).encode()


def card_of(content: bytes) -> LinkCard:
    """The card that was kept. Raises ValueError for anything else."""
    shape = json.loads(content)
    if not isinstance(shape, dict) or not is_address(str(shape.get("address", ""))):
        raise ValueError("no link card")
    return LinkCard(*(str(shape.get(name, "")) for name in ("title", "address", "description")))


def is_address(words: str) -> bool:
    """Whether a phone may open it as a web page."""
    return words.startswith(("https://", "http://"))
