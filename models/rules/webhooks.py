"""What other programs are told of, how it is signed, and how often it is tried (Standard Webhooks 1.0).

Codes, numbers, places and moments; never words, names or phones. Of private matters (P3, P4), complaints about post
holders and whispers nothing at all, not even that they exist (safeguards §2.4, §3).
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from models.rules.case_life import OPEN_STATES, State, Step
from models.rules.quarrels import is_quarrel
from models.rules.town import Town
from models.rules.urgency import Privacy


class Happening(StrEnum):
    """Kinds of events, as the body's ``type`` and the settings name them."""

    CASE_OPENED = "case.opened"
    CASE_CLAIMED = "case.claimed"
    CASE_ESCALATED = "case.escalated"
    CASE_RESOLVED = "case.resolved"
    CASE_REOPENED = "case.reopened"
    CASE_CLOSED = "case.closed"
    """Rated, lapsed, turned down, withdrawn or merged: ``state`` says which."""
    NOTICE_SENT = "notice.sent"


SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix of every secret of the standard
KEY_BYTES = range(24, 65)
ENDED = frozenset({State.CLOSED, State.REJECTED, State.WITHDRAWN, State.MERGED})
BY_STEP = {
    Step.CREATE: Happening.CASE_OPENED,
    Step.CLAIM: Happening.CASE_CLAIMED,
    Step.ESCALATE: Happening.CASE_ESCALATED,
    Step.AUTO_ESCALATE: Happening.CASE_ESCALATED,
    Step.RESOLVE: Happening.CASE_RESOLVED,
}
TOLD = (Privacy.P0, Privacy.P1, Privacy.P2)
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=4)
TRIED_FOR = timedelta(hours=24)
ANSWER_WITHIN = timedelta(seconds=15)
"""A whole call, from looking up the name to the last byte of the answer."""
GONE = 410
"""A receiver that answers this wants no more of it."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """One receiver. ``secrets`` sign, the newest first; ``events`` empty: all; ``area`` empty: everywhere."""

    name: str
    address: str
    secrets: tuple[str, ...] = field(repr=False)
    events: tuple[str, ...] = ()
    area: str = ""
    inside: bool = False
    """Whether it may stand at a private address."""

    def wants(self, kind: str, areas: Iterable[int], town: Town) -> bool:
        """Whether it is told of this kind in one of these areas."""
        if self.events and kind not in self.events:
            return False
        return not self.area or any(lies_in(area, self.area, town) for area in areas)


def path_told(area: int, town: Town) -> str:
    """``安全村/一片/四组``: an area with those above it, the topmost left out; nothing for one that is no more."""
    names = [node.name for node in town.upward(area)] if area in town.areas else []
    return "/".join(reversed(names[:-1] or names))


def lies_in(area: int, named: str, town: Town) -> bool:
    """Whether an area is the named one or lies below; ``安全村/一片`` where the last name alone is not enough."""
    above = town.upward(area) if area in town.areas else ()
    paths = (path_told(node.id, town) for node in above)
    return any(path == named or path.endswith(f"/{named}") for path in paths)


def is_area(named: str, town: Town) -> bool:
    """Whether there is an area of that name or path."""
    return any(lies_in(area, named, town) for area in town.areas)


def kind_of(step: str, before: str | None, after: str) -> Happening | None:
    """What a step of a case tells others; None: nothing."""
    if after in ENDED:
        return Happening.CASE_CLOSED if before != after else None
    if before in ENDED | {State.RESOLVED} and after in OPEN_STATES:
        return Happening.CASE_REOPENED
    return BY_STEP.get(Step(step))


def is_told(privacy: str, category: str, flags: Mapping[str, Any], *, in_room: bool) -> bool:
    """Whether anything at all is told of a case; programs that ask find no more (decision 0065)."""
    whispered = not in_room and bool(flags.get("anonymous"))
    return privacy in TOLD and not is_quarrel(category) and not flags.get("accused") and not whispered


def key_of(secret: str) -> bytes:
    """The bytes that sign.

    Raises:
        ValueError: it is not ``whsec_`` and Base64 of 24 to 64 bytes.
    """
    if not secret.startswith(SECRET_PREFIX):
        raise ValueError("a secret begins with whsec_")
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as cause:
        raise ValueError("what follows whsec_ is no Base64") from cause
    if len(key) not in KEY_BYTES:
        raise ValueError("it holds 24 to 64 bytes")
    return key


def signed(secrets: Iterable[str], event: str, at: datetime, body: str) -> dict[str, str]:
    """The headers that go with a body: the receiver accepts it when one of the signatures is right."""
    stamp = str(int(at.timestamp()))
    said = f"{event}.{stamp}.{body}".encode()
    marks = (hmac.new(key_of(secret), said, hashlib.sha256).digest() for secret in secrets)
    signatures = " ".join(f"v1,{base64.b64encode(mark).decode()}" for mark in marks)
    return {"webhook-id": event, "webhook-timestamp": stamp, "webhook-signature": signatures}


def next_try(attempts: int, since: datetime, now: datetime) -> datetime | None:
    """When it is tried again after so many tries since a moment; None: it is given up, a day is long enough."""
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 20), LONGEST_WAIT)
    return now + wait if now + wait <= since + TRIED_FOR else None
