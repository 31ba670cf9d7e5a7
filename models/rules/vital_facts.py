"""The facts that health is judged from, gathered elsewhere: what the accounts, the database, the queues and the disks do.

Whoever gathers them says at which moment they held.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from models.rules.message import LinkState


@dataclass(frozen=True, slots=True)
class AccountFact:
    """One account. ``state`` None: its process is another one, and ``proof`` is what that one noted last."""

    name: str
    state: LinkState | None
    since: datetime | None = None
    proof: datetime | None = None
    by_hand: bool = False
    """People say what it says; there is no line that could break."""


@dataclass(frozen=True, slots=True)
class OutboxFact:
    """What waits. The moments are those of the oldest row that may be said already; None: there is none."""

    queued: int = 0
    urgent_since: datetime | None = None
    since: datetime | None = None
    notices_since: datetime | None = None
    said_at: datetime | None = None
    """When anything was said last."""
    doubtful: int = 0
    doubtful_since: datetime | None = None
    relay: int = 0
    relay_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class DueFact:
    """The due table. ``since``: the moment of the oldest thing that is due and free; None: there is none."""

    waiting: int = 0
    since: datetime | None = None
    failed: int = 0
    """Given up within RECENT."""
    failed_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class RoomsFact:
    """Groups that are listened to, by row id, with when something was heard there last (or since when it could be)."""

    newest: Mapping[int, datetime] = field(default_factory=dict)
    doubted: int = 0


@dataclass(frozen=True, slots=True)
class StoredFacts:
    """What the database says."""

    outbox: OutboxFact = OutboxFact()
    due: DueFact = DueFact()
    rooms: RoomsFact = RoomsFact()
    backup_at: datetime | None = None
    """The last backup that was verified; None: there was never one."""
    jobs_at: datetime | None = None
    """When the process with the jobs noted that its clock ticks."""
    proofs: Mapping[str, datetime] = field(default_factory=dict)
    """Account → until when its process had heard everything."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything at one moment. ``stored`` None: the database does not answer."""

    at: datetime
    stored: StoredFacts | None
    accounts: tuple[AccountFact, ...] = ()
    ticks_at: datetime | None = None
    """When this process did last what was due; None: that is another one's work."""
    failing: Mapping[str, datetime] = field(default_factory=dict)
    """Jobs of the calendar that fail, with since when."""
    free: Mapping[str, int] = field(default_factory=dict)
    disks: Mapping[str, str] = field(default_factory=dict)
    """Bytes free, and on which disk, by what is kept there: processes on other machines have other disks."""
    tasks: int = 0
    events_waiting: int = 0
    """What the process has under way, and what it heard and has not dealt with yet."""
