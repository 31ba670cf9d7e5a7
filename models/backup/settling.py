"""A database that wakes in another life: what it believed of its surroundings, and what was said since, is not so any more.

What was heard after the backup is lost. The heartbeats of accounts stay as they were: at the next start they make an
outage window from the backup on, and leaders are asked to look through what was said in their groups.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    delete,
    func,
    insert,
    inspect,
    or_,
    select,
    text,
    update,
)
from sqlmodel import SQLModel

from models import tables
from models.vitals import BACKUP, JOBS

PERHAPS_SAID = "restored: perhaps it was said after the backup"
GATHERED = timedelta(minutes=5)
"""So long before its moment a message may be said together with others of its kind."""
NUMBERS_A_DAY, NUMBERS_AT_LEAST = 100, 100
"""Numbers of cases, notices and activities that nobody can know any more are left out: they were said aloud."""
COUNTERS = ("last_case_no", "last_notice_no", "last_activity_no")
CONNECTED = text("""
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL
""")

_ALL = SQLModel.metadata.tables


def _table(kind: Any) -> Any:
    return _ALL[str(kind.__tablename__)]


OUTBOX, BEAT, AUDIT, PLACE = (
    _table(kind) for kind in (tables.OutboxMessage, tables.Heartbeat, tables.AuditLine, tables.Deployment)
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A database before something takes its place."""

    is_there: bool = False
    newer: int = 0
    """Things that were done there after a moment …"""
    newest: datetime | None = None
    """… and when the last one was."""
    others: int = 0
    """Who else is connected to it, as far as it can tell (PostgreSQL)."""
    numbers: tuple[int, ...] = ()
    """The last ones given (COUNTERS)."""


def standing_of(wire: Connection, taken_at: datetime) -> Standing:
    """What stands there, and what of it is newer than a backup; any revision that has these tables."""
    seen = inspect(wire)
    others = int(wire.execute(CONNECTED).scalar_one()) if wire.dialect.name == "postgresql" else 0
    if not all(seen.has_table(table.name) for table in (AUDIT, PLACE)):
        return Standing(others=others)
    newer, newest = wire.execute(
        select(func.count(), func.max(AUDIT.c.at)).where(AUDIT.c.at > taken_at)
    ).one()
    known = [
        column for column in COUNTERS if column in {each["name"] for each in seen.get_columns(PLACE.name)}
    ]
    row = wire.execute(select(*(PLACE.c[column] for column in known))).first()
    return Standing(True, int(newer), newest, others, tuple(row) if row else ())


@dataclass(frozen=True, slots=True)
class Settled:
    """What was changed so that the old life is not taken up again."""

    doubtful: int = 0
    """Messages of which nobody knows whether they were said."""
    sessions: int = 0
    """People who must sign in again."""
    skipped: int = 0
    """Numbers of cases that are left out."""


def settle(wire: Connection, taken_at: datetime, now: datetime, before: Standing, *, moved: bool) -> Settled:
    """In one transaction of the caller's.

    ``moved``: the program was stopped before the backup was taken, so nothing was said since; what waits is said, and
    numbers go on.
    """
    wire.execute(delete(BEAT).where(BEAT.c.role.in_((JOBS, BACKUP))))
    wire.execute(insert(BEAT).values(role=BACKUP, at=taken_at))  # it was proven just now
    wire.execute(delete(_table(tables.PendingConfirmation)))
    for leased in (_table(tables.DueFiring), _table(tables.AlarmRow)):
        wire.execute(update(leased).values(leased_until=None).where(leased.c.leased_until.is_not(None)))
    doubtful = wire.execute(
        update(OUTBOX)
        .where(_perhaps_said(now, moved=moved))
        .values(state="unknown", why=PERHAPS_SAID, sending_at=func.coalesce(OUTBOX.c.sending_at, taken_at))
    ).rowcount
    return Settled(
        doubtful, _sign_everybody_out(wire, now), 0 if moved else _leave_out(wire, taken_at, now, before)
    )


def _perhaps_said(now: datetime, *, moved: bool) -> ColumnElement[bool]:
    """What was being said, and what the old program may have said since; what was not due yet was not."""
    was_due = and_(OUTBOX.c.state == "queued", OUTBOX.c.not_before <= now + GATHERED)
    saying = OUTBOX.c.state == "sending"
    return saying if moved else or_(saying, was_due)


def _sign_everybody_out(wire: Connection, now: datetime) -> int:
    """Whoever signed out, or used a code, after the backup has done so for good."""
    for kind in (tables.LoginCode, tables.BindingCode):
        codes = _table(kind)
        wire.execute(
            update(codes).where(codes.c.used_at.is_(None), codes.c.expires_at > now).values(expires_at=now)
        )
    visits = _table(tables.WebSession)
    return wire.execute(update(visits).where(visits.c.ended_at.is_(None)).values(ended_at=now)).rowcount


def _leave_out(wire: Connection, taken_at: datetime, now: datetime, before: Standing) -> int:
    """No number is given twice: go on behind the last one known, or behind what may have been given since."""
    row = wire.execute(select(*(PLACE.c[name] for name in COUNTERS))).first()
    if row is None:
        return 0
    days = max(0, (now - taken_at).days)
    unknown = max(NUMBERS_AT_LEAST, NUMBERS_A_DAY * (days + 1))
    given = dict(zip(COUNTERS, before.numbers, strict=False))
    reached = {
        name: max(last, given[name]) if name in given else last + unknown
        for name, last in zip(COUNTERS, row, strict=True)
    }
    wire.execute(update(PLACE).values(reached))
    return int(reached[COUNTERS[0]] - row[0])
