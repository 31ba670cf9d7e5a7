"""Copies of pictures and voices, noted with their case once the channel gave the bytes."""

from dataclasses import dataclass

from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant


@dataclass(frozen=True, slots=True)
class KeepAttachment(Intent):
    """The bytes of an attachment were fetched; ``stored`` names the copy."""

    case_id: int
    key: str
    stored: str
    size: int
    attempts: int


@dataclass(frozen=True, slots=True)
class MissAttachment(Intent):
    """They could not be fetched this time; the case and its words are untouched."""

    case_id: int
    key: str
    attempts: int


@handles(KeepAttachment, may=Permission.CLOCK_TICK)
def keep_attachment(ask: KeepAttachment, work: Work) -> Reply | None:
    """Note the copy. What was taken back or swept meanwhile has no place for one: the caller throws it away."""
    rows = [row for row in work.store.attachments(ask.case_id, ask.key) if not row.stored]
    if not rows:
        raise NotMeant
    for row in rows:
        row.stored, row.size, row.fetch_attempts = ask.stored, ask.size, ask.attempts
    return None


@handles(MissAttachment, may=Permission.CLOCK_TICK)
def miss_attachment(ask: MissAttachment, work: Work) -> Reply | None:
    """Count the try."""
    for row in work.store.attachments(ask.case_id, ask.key):
        row.fetch_attempts = ask.attempts
    return None
