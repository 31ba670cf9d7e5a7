"""What the database says of the program's health: ages and numbers, read by indexes, never a word of anybody."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, Table, and_, func, or_, select
from sqlmodel import SQLModel

from models import tables
from models.rules.health import RECENT
from models.rules.outliving import ERRANDS
from models.rules.pacing import Rank
from models.rules.vital_facts import DueFact, OutboxFact, RoomsFact, StoredFacts

_TABLES = SQLModel.metadata.tables
OUTBOX: Table = _TABLES[tables.OutboxMessage.__tablename__]
FIRING: Table = _TABLES[str(tables.DueFiring.__tablename__)]
ROOM: Table = _TABLES[tables.Room.__tablename__]
BEAT: Table = _TABLES[tables.Heartbeat.__tablename__]
JOBS, BACKUP, IN_ROOM = "role:jobs", "role:backup", "room:"
"""Heartbeats beside those of accounts: the clock ticks, a backup was verified, something was heard in a room."""


class VitalsReader:
    """Reads only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self, now: datetime) -> StoredFacts:
        """Everything at one moment, in one transaction."""
        with self._engine.connect() as wire:
            beats = {row.role: row.at for row in wire.execute(select(BEAT))}
            return StoredFacts(
                _outbox(wire, now), _due(wire, now), _rooms(wire, beats), beats.get(BACKUP), beats.get(JOBS),
                {role: at for role, at in beats.items() if ":" not in role},
            )  # fmt: skip


def _outbox(wire: Connection, now: datetime) -> OutboxFact:
    waits = (OUTBOX.c.state == "queued", OUTBOX.c.not_before <= now)
    depth = select(OUTBOX.c.state, func.count(), func.min(OUTBOX.c.not_before))
    depth = depth.where(OUTBOX.c.state.in_(("queued", "sending", "unknown", "relay"))).group_by(
        OUTBOX.c.state
    )
    found = {state: (int(n), oldest) for state, n, oldest in wire.execute(depth)}
    doubtful, doubtful_since = found.get("unknown", (0, None))
    relay, relay_since = found.get("relay", (0, None))

    def oldest(*wanted: ColumnElement[bool]) -> datetime | None:
        moment: datetime | None = wire.execute(
            select(func.min(OUTBOX.c.not_before)).where(*waits, *wanted)
        ).scalar_one()
        return moment

    notices_since = oldest(OUTBOX.c.rank == Rank.BROADCAST)
    said = None
    if notices_since is not None:
        # By the index of state and moment: the other groups of a notice wait from the same moment on.
        near = (OUTBOX.c.state == "sent", OUTBOX.c.not_before >= notices_since - RECENT)
        newest = select(func.max(OUTBOX.c.sent_at)).where(*near)
        said = wire.execute(newest).scalar_one()
    return OutboxFact(
        queued=found.get("queued", (0, None))[0],
        urgent_since=oldest(OUTBOX.c.rank <= Rank.URGENT),
        since=oldest(OUTBOX.c.rank > Rank.URGENT, OUTBOX.c.rank < Rank.BROADCAST),
        notices_since=notices_since,
        said_at=said,
        doubtful=doubtful,
        doubtful_since=doubtful_since,
        relay=relay,
        relay_since=relay_since,
    )


def _due(wire: Connection, now: datetime) -> DueFact:
    # Not those that are leased or wait for their next try.
    free = and_(
        FIRING.c.state == "waiting", FIRING.c.due_at <= now, FIRING.c.intent.not_in(ERRANDS),
        or_(FIRING.c.leased_until.is_(None), FIRING.c.leased_until <= now),
    )  # fmt: skip
    failed = and_(FIRING.c.state == "failed", FIRING.c.due_at > now - RECENT)
    waiting, since = wire.execute(select(func.count(), func.min(FIRING.c.due_at)).where(free)).one()
    gone, gone_since = wire.execute(select(func.count(), func.min(FIRING.c.due_at)).where(failed)).one()
    return DueFact(int(waiting), since, int(gone), gone_since)


def _rooms(wire: Connection, beats: dict[str, datetime]) -> RoomsFact:
    here = (
        ROOM.c.bound_at.is_not(None),
        ROOM.c.dissolved_at.is_(None),
        ROOM.c.listener != "",
        ROOM.c.mode != "listen_off",
    )
    newest, doubted = {}, 0
    for row in wire.execute(select(ROOM.c.id, ROOM.c.bound_at, ROOM.c.read_only_at).where(*here)):
        doubted += row.read_only_at is not None
        if row.read_only_at is None:
            newest[row.id] = max(row.bound_at, beats.get(f"{IN_ROOM}{row.id}", row.bound_at))
    return RoomsFact(newest, doubted)
