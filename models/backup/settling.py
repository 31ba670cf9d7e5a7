"""A database that wakes in another life: what it believed of its surroundings, and what was said since, is not so any more.

What was heard after the backup is lost. The heartbeats of accounts stay as they were: at the next start they make an
outage window from the backup on, and leaders are asked to look through what was said in their groups.
"""

from dataclasses import dataclass, field
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
TERMS_LEFT_OUT = 1000
"""More than accounts changed hands since any backup: a process of the old life never holds the token that counts."""
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


ENDED: tuple[tuple[Any, str, str], ...] = tuple(
    (_table(kind), key, ended)
    for kind, key, ended in (
        (tables.OpenResults, "token", "withdrawn_at"),
        (tables.BoardLink, "token", "stopped_at"),
        (tables.ApiToken, "digest", "stopped_at"),
    )
)
"""What somebody ended for good: table, what it is known by, since when. Nothing of it opens again by a backup."""


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
    ended: dict[str, list[str]] = field(default_factory=dict)
    """Table → what was ended in it (ENDED)."""


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
    ended = {
        table.name: list(wire.execute(select(table.c[key]).where(table.c[column].is_not(None))).scalars())
        for table, key, column in ENDED
        if seen.has_table(table.name)
    }
    return Standing(True, int(newer), newest, others, tuple(row) if row else (), ended)


@dataclass(frozen=True, slots=True)
class Settled:
    """What was changed so that the old life is not taken up again."""

    doubtful: int = 0
    """Messages of which nobody knows whether they were said."""
    sessions: int = 0
    """People who must sign in again."""
    skipped: int = 0
    """Numbers of cases that are left out."""
    ended: int = 0
    """Addresses and tokens that stay ended."""
    published: int = 0
    """Results that are open to everybody, and nobody knows whether they were taken down since."""


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
    lease = _table(tables.Lease)
    wire.execute(update(lease).values(until=taken_at, token=lease.c.token + TERMS_LEFT_OUT))
    doubtful = wire.execute(
        update(OUTBOX)
        .where(_perhaps_said(now, moved=moved))
        .values(state="unknown", why=PERHAPS_SAID, sending_at=func.coalesce(OUTBOX.c.sending_at, taken_at))
    ).rowcount
    return Settled(
        doubtful,
        _sign_everybody_out(wire, now),
        0 if moved else _leave_out(wire, taken_at, now, before),
        _keep_ended(wire, now, before),
        0 if moved or before.is_there else _published(wire),
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


def _keep_ended(wire: Connection, now: datetime, before: Standing) -> int:
    """What was taken down or stopped after the backup stays so, as far as the database that stood there tells."""
    count = 0
    for table, key, column in ENDED:
        for one in before.ended.get(table.name, ()):
            still_open = (table.c[key] == one, table.c[column].is_(None))
            count += wire.execute(update(table).where(*still_open).values({column: now})).rowcount
    return count


def _published(wire: Connection) -> int:
    results = _table(tables.OpenResults)
    up = select(func.count()).select_from(results).where(results.c.withdrawn_at.is_(None))
    return int(wire.execute(up).scalar_one())


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
