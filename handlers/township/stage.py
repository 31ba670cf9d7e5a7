"""What a small town is made of, before it is written down (``handlers.township.staging``)."""

from dataclasses import dataclass
from datetime import datetime

from models.rules.knowledge import PolicyEntry


@dataclass(frozen=True, slots=True)
class StagedPerson:
    """One of the cast. ``area`` names where the post is held, or where a resident lives."""

    contact: str
    name: str = ""
    surname: str = ""
    title: str = ""
    post: str | None = None
    area: str | None = None
    verified: bool = False
    friend: bool = False


@dataclass(frozen=True, slots=True)
class StagedRoom:
    """A group bound to the area of this name."""

    platform_id: str
    title: str
    area: str
    kind: str = "resident"
    tier: int = 1
    owner: str | None = None
    account: str = ""


@dataclass(frozen=True, slots=True)
class StagedCase:
    """A case that stands already."""

    no: int
    category: str
    reporter: str
    room: str
    state: str
    urgency: str
    privacy: str
    hotline: str
    assignee_post: str
    created_at: datetime
    due_at: datetime | None = None
    resolved_at: datetime | None = None


@dataclass(frozen=True)
class Stage:
    """Everything of the town. ``paths`` are area paths like "安全村/一片/四组/三邻"."""

    preset: str
    channel: str
    paths: tuple[str, ...]
    people: tuple[StagedPerson, ...]
    rooms: tuple[StagedRoom, ...]
    cases: tuple[StagedCase, ...] = ()
    covers: tuple[tuple[str, str, str], ...] = ()
    name: str = ""
    contact: str = ""
    quiet: str | None = None
    vacant: tuple[str, ...] = ()
    """Posts that stay empty instead of getting an unnamed holder."""
    policies: tuple[PolicyEntry, ...] = ()
    """Approved texts; those of area 0 hold for the whole place."""
    homes: tuple[tuple[str, str], ...] = ()
    """Households: what they are called, and the name of their area."""
