"""What a channel can and cannot do; the rest of the program asks, never guesses."""

from dataclasses import dataclass
from enum import StrEnum


class Media(StrEnum):
    """Kinds of content a channel can send."""

    TEXT = "text"
    IMAGE = "image"
    FILE = "file"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Declared abilities of one channel (platform facts: docs/platform.md)."""

    receives_all: bool
    """Hears every line of a room, not only mentions."""
    mention_notifies: bool
    can_dm_strangers: bool
    """May write privately to people who are not friends of the account."""
    push_group: bool
    """May speak in a room unasked."""
    push_needs_human: bool
    """A person must tap to send: the manual relay."""
    stable_ids: bool
    """Contact and room ids survive a new login."""
    quote_reference: bool
    recall_event: bool
    echoes_own: bool
    """Our own sends come back as messages: unknown deliveries can be reconciled."""
    fetches_files: bool
    """Hands out the bytes of pictures and voices that were heard."""
    media: frozenset[Media]
    max_bytes: int
    """Longest text in UTF-8 bytes."""
