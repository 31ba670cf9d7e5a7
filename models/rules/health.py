"""What is well, what is ill and what is dead, judged from facts gathered elsewhere.

One function for the status page, ``/readyz``, the metrics and the alarms: no page is green while another path rings.
Whoever gathers the facts says at which moment they held; there is no clock here and no word, only keys of sentences.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from models.rules.message import LinkState
from models.rules.vital_facts import DueFact, OutboxFact, RoomsFact, Snapshot

HEARTBEAT_LASTS = timedelta(seconds=75)
"""An account whose process noted nothing for so long has none (as long as a proof of hearing lasts)."""
TICKS_LAST = timedelta(seconds=60)
DUE_WITHIN = timedelta(seconds=60)
URGENT_WITHIN = timedelta(seconds=45)
SAID_WITHIN = timedelta(minutes=10)
"""What waits for a policy (quiet hours, a room that heard enough) has a later moment of its own: this is only queues."""
SILENT_AFTER = timedelta(days=7)
"""A village's group may be quiet for days; one in which nothing is heard for a week is looked into."""
BACKUP_WITHIN = timedelta(hours=26)
"""A day, and time to make it."""
LITTLE_SPACE, NO_SPACE = 500 * 2**20, 100 * 2**20
"""Bytes."""
RECENT = timedelta(hours=24)
"""So long a failed job counts as trouble; then it is history."""
PATIENCE = timedelta(seconds=60)
"""Shorter troubles heal by themselves and wake nobody."""
AT_ONCE = frozenset({LinkState.LOGGED_OUT, LinkState.SCAN})
"""Nothing heals these but a telephone in somebody's hand."""


class Part(StrEnum):
    """What is looked at."""

    DATABASE = "database"
    ACCOUNT = "account"
    TICKS = "ticks"
    OUTBOX = "outbox"
    NOTICES = "notices"
    DOUBT = "doubt"
    RELAY = "relay"
    DUE = "due"
    JOBS = "jobs"
    DISK = "disk"
    BACKUP = "backup"
    ROOMS = "rooms"
    PROGRAM = "program"


class Grade(IntEnum):
    """How bad it is; from ILL on somebody is told, and only DEAD means that the program cannot do its work."""

    WELL = 0
    NOTE = 1
    ILL = 2
    DEAD = 3


@dataclass(frozen=True, slots=True)
class Sign:
    """One part's state. ``word`` names its sentence (``HEALTH_<word>``) and its next step (``HEALTH_<word>_STEP``)."""

    part: Part
    of: str
    """Which one: an account, a folder; empty where there is one only."""
    grade: Grade
    word: str
    since: datetime | None = None
    """When this began, None: whoever saw it first knows."""
    blanks: Mapping[str, str | int] = field(default_factory=dict)
    patience: timedelta = PATIENCE
    """How long it must last before anybody is told."""
    follows: bool = False
    """Another trouble that somebody is told of brought it about."""

    @property
    def subject(self) -> tuple[Part, str]:
        """What it is about: of one subject there is one sign at a time."""
        return self.part, self.of


DISK = "disk"  # a blank that no sentence has
BRINGS_ABOUT = {Part.ACCOUNT: {Part.OUTBOX, Part.NOTICES}, Part.DATABASE: {Part.TICKS}}
"""Which troubles are no news while another one is told: nothing is said without an account, nothing done without rows."""


def judge(snap: Snapshot) -> tuple[Sign, ...]:
    """One sign for each part, the worst first, otherwise in the order of the parts."""
    found = [*_database(snap), *_accounts(snap), *_ticks(snap), *_disks(snap)]
    if snap.stored is not None:
        found += [
            *_outbox(snap.stored.outbox, snap.at),
            *_due(snap.stored.due, snap),
            *_rooms(snap.stored.rooms, snap.at),
        ]
        found.append(_backup(snap.stored.backup_at, snap.at))
    for part, brought in BRINGS_ABOUT.items():
        if any(sign.part is part and sign.grade is Grade.DEAD for sign in found):
            found = [replace(sign, follows=True) if sign.part in brought else sign for sign in found]
    return tuple(sorted(found, key=lambda sign: (-sign.grade, list(Part).index(sign.part), sign.of)))


def worst(signs: Iterable[Sign]) -> Grade:
    """How the whole does."""
    return max((sign.grade for sign in signs), default=Grade.WELL)


def _database(snap: Snapshot) -> Iterator[Sign]:
    if snap.stored is None:
        yield Sign(Part.DATABASE, "", Grade.DEAD, "DATABASE_AWAY")
    else:
        yield Sign(Part.DATABASE, "", Grade.WELL, "DATABASE_WELL")


_LINKS = {
    LinkState.ONLINE: (Grade.WELL, "ACCOUNT_WELL"),
    LinkState.STARTING: (Grade.NOTE, "ACCOUNT_STARTING"),
    LinkState.SCAN: (Grade.DEAD, "ACCOUNT_SCAN"),
    LinkState.LOGGED_OUT: (Grade.DEAD, "ACCOUNT_LOGGED_OUT"),
    LinkState.DEAF: (Grade.DEAD, "ACCOUNT_DEAF"),
    LinkState.MUTE: (Grade.DEAD, "ACCOUNT_MUTE"),
    LinkState.OFFLINE: (Grade.DEAD, "ACCOUNT_OFFLINE"),
}


def _accounts(snap: Snapshot) -> Iterator[Sign]:
    for one in snap.accounts:
        blanks = {"account": one.name}
        if one.by_hand:
            yield Sign(Part.ACCOUNT, one.name, Grade.WELL, "ACCOUNT_BY_HAND", None, blanks)
        elif one.state is None:
            gone = one.proof is None or snap.at - one.proof >= HEARTBEAT_LASTS
            # Only its own process can say that the account is well; this one says that there is such a process.
            grade, word = (Grade.DEAD, "PROGRAM_GONE") if gone else (Grade.WELL, "PROGRAM_ELSEWHERE")
            yield Sign(Part.PROGRAM, one.name, grade, word, one.proof, blanks)
        else:
            grade, word = _LINKS[one.state]
            if one.state is LinkState.STARTING and one.since is not None and snap.at - one.since >= PATIENCE:
                grade, word = Grade.DEAD, "ACCOUNT_OFFLINE"
            patience = timedelta() if one.state in AT_ONCE else PATIENCE
            yield Sign(Part.ACCOUNT, one.name, grade, word, one.since, blanks, patience)


def _ticks(snap: Snapshot) -> Iterator[Sign]:
    at, known = snap.ticks_at, snap.ticks_at is not None
    if at is None and snap.stored is not None:
        at = snap.stored.jobs_at
    if at is None:
        return
    stands = snap.at - at >= (TICKS_LAST if known else HEARTBEAT_LASTS)
    grade, word = (Grade.DEAD, "TICKS_STAND") if stands else (Grade.WELL, "TICKS_WELL")
    yield Sign(Part.TICKS, "", grade, word, at if stands else None)


def _outbox(box: OutboxFact, at: datetime) -> Iterator[Sign]:
    # Since when is asked of whoever looks: rows that waited for a gateway are late at the moment it is back.
    blanks = {"n": box.queued}
    if _older(box.urgent_since, URGENT_WITHIN, at):
        yield Sign(Part.OUTBOX, "", Grade.DEAD, "OUTBOX_URGENT_LATE", None, blanks)
    elif _older(box.since, SAID_WITHIN, at):
        yield Sign(Part.OUTBOX, "", Grade.ILL, "OUTBOX_LATE", None, blanks)
    else:
        yield Sign(Part.OUTBOX, "", Grade.WELL, "OUTBOX_WELL", None, blanks)
    # A notice to a county takes hours: it is late when nothing moves.
    stuck = _older(box.notices_since, SAID_WITHIN, at) and (
        box.said_at is None or _older(box.said_at, SAID_WITHIN, at)
    )
    grade, word = (Grade.ILL, "NOTICES_STAND") if stuck else (Grade.WELL, "NOTICES_WELL")
    yield Sign(Part.NOTICES, "", grade, word)
    doubt = (Grade.NOTE, "DOUBT") if box.doubtful else (Grade.WELL, "DOUBT_NONE")
    yield Sign(Part.DOUBT, "", *doubt, box.doubtful_since, {"n": box.doubtful})
    relay = (Grade.NOTE, "RELAY_WAITS") if box.relay else (Grade.WELL, "RELAY_NONE")
    yield Sign(Part.RELAY, "", *relay, box.relay_since, {"n": box.relay})


def _due(due: DueFact, snap: Snapshot) -> Iterator[Sign]:
    late = _older(due.since, DUE_WITHIN, snap.at)
    grade, word = (Grade.DEAD, "DUE_LATE") if late else (Grade.WELL, "DUE_WELL")
    yield Sign(Part.DUE, "", grade, word, due.since if late else None, {"n": due.waiting})
    if due.failed or snap.failing:
        since = min((m for m in (due.failed_since, *snap.failing.values()) if m is not None), default=None)
        n = due.failed + len(snap.failing)
        # A failed job has been tried for long already: nobody waits once more.
        yield Sign(Part.JOBS, "", Grade.ILL, "JOBS_FAILED", since, {"n": n}, timedelta())
    elif snap.ticks_at is not None:  # whether they do well, only a process that does them can say
        yield Sign(Part.JOBS, "", Grade.WELL, "JOBS_WELL")


def _rooms(rooms: RoomsFact, at: datetime) -> Iterator[Sign]:
    silent = [moment for moment in rooms.newest.values() if _older(moment, SILENT_AFTER, at)]
    blanks = {"n": len(rooms.newest)}
    if rooms.doubted:
        yield Sign(Part.ROOMS, "", Grade.NOTE, "ROOMS_DOUBTED", None, {"n": rooms.doubted})
    elif silent:
        yield Sign(Part.ROOMS, "", Grade.NOTE, "ROOMS_SILENT", min(silent), {"n": len(silent)})
    else:
        yield Sign(Part.ROOMS, "", Grade.WELL, "ROOMS_WELL", None, blanks)


def _disks(snap: Snapshot) -> Iterator[Sign]:
    for what, free in snap.free.items():
        blanks: dict[str, str | int] = {"what": what, "free": free // 2**20, DISK: snap.disks.get(what, "")}
        little = (Grade.DEAD, "DISK_FULL") if free < NO_SPACE else (Grade.ILL, "DISK_LITTLE")
        grade, word = little if free < LITTLE_SPACE else (Grade.WELL, "DISK_WELL")
        yield Sign(Part.DISK, what, grade, word, None, blanks)


def _backup(last: datetime | None, at: datetime) -> Sign:
    if last is None:
        return Sign(Part.BACKUP, "", Grade.NOTE, "BACKUP_NONE")
    if abs(at - last) >= BACKUP_WITHIN:  # one of a day yet to come was noted by a wrong clock
        return Sign(Part.BACKUP, "", Grade.ILL, "BACKUP_LATE", last)
    return Sign(Part.BACKUP, "", Grade.WELL, "BACKUP_WELL", last)


def _older(moment: datetime | None, than: timedelta, at: datetime) -> bool:
    return moment is not None and at - moment >= than
