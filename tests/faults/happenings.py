"""What happens to the town in a week: somebody says something, something breaks. A week is a list of these."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from pathlib import Path


class Kind(StrEnum):
    """What can break; ``seconds`` say for how long, ``nth`` at which passage, or how often."""

    CRASH = "crash"
    """The program is gone at the nth passage of ``point`` from then on, and comes back after so many seconds."""
    KILL = "kill"
    """The same between two things it does."""
    GATEWAY_DOWN = "gateway_down"
    """What is said meanwhile is lost."""
    FREEZE = "freeze"
    """The gateway stands still: what is said arrives when it goes on, answers do not come."""
    DEAF = "deaf"
    """Nothing is heard, and nobody says so."""
    REPLAY = "replay"
    """The gateway falls over for a moment and delivers the last n lines again."""
    DUPLICATE = "duplicate"
    """What is said is delivered n times."""
    REORDER = "reorder"
    """The next line arrives after the one that follows it."""
    DELAY = "delay"
    """The next n lines are under way for so long."""
    ANSWER_LOST = "answer_lost"
    """The nth next send is said, and its answer is lost."""
    NOT_SAID = "not_said"
    """The same, and it was not said."""
    SEND_FAILS = "send_fails"
    DATABASE_AWAY = "database_away"
    LOCKED = "locked"
    """Somebody else holds the write lock: nothing can be written until then."""
    CLASH = "clash"
    """The next n transactions that write are told to try again (40001)."""
    DISK_FULL = "disk_full"
    COMMIT_LOST = "commit_lost"
    """The nth commit happens, and the connection breaks before its answer."""
    CLOCK_AHEAD = "clock_ahead"
    """Our clock jumps an hour and is put right after so many seconds."""
    CLOCK_BEHIND = "clock_behind"
    LEASE_STOLEN = "lease_stolen"
    """We stood still after claiming what is due: another process finds the lease run out and does it first."""
    SEND_STOLEN = "send_stolen"
    """The same before a send: another process puts in doubt what we then say."""
    QUEUE_STOLEN = "queue_stolen"
    """Another process says all that waits between our choice and our claim."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Somebody says something in a group, or to us (``room`` empty); ``request`` numbers what they want, 0: nothing."""

    at: datetime
    sender: str
    room: str
    text: str
    to_us: bool = False
    request: int = 0

    def __str__(self) -> str:
        return f"{self.at:%m-%d %H:%M:%S} {self.sender} in {self.room or 'private'}: {self.text}"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something breaks."""

    at: datetime
    kind: Kind
    seconds: int = 0
    nth: int = 1
    point: str = ""

    def __str__(self) -> str:
        return f"{self.at:%m-%d %H:%M:%S} FAULT {self.kind} {self.point} nth={self.nth} for {self.seconds} s"


Happening = Spoken | Fault


def write(happenings: Iterable[Happening], file: Path, *, days: int) -> None:
    """Keep a week for ``--replay``."""
    rows = [{"days": days}, *(asdict(each) for each in happenings)]
    lines = [json.dumps(row, ensure_ascii=False, default=datetime.isoformat) for row in rows]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read(file: Path) -> tuple[int, Sequence[Happening]]:
    """The days of a week that was kept, and what happened."""
    head, *rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return head["days"], [_made(row) for row in rows]


def _made(row: dict[str, object]) -> Happening:
    row["at"] = datetime.fromisoformat(str(row["at"]))
    if "kind" in row:
        row["kind"] = Kind(str(row["kind"]))
        return Fault(**{field.name: row[field.name] for field in fields(Fault)})  # type: ignore[arg-type]
    return Spoken(**row)  # type: ignore[arg-type]
