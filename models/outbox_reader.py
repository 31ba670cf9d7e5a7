"""What may be said, by whom, and what was said lately: the outbox read, never changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Engine, func, select

from models.outbox_rows import FILE, FIRST_OF_ALL, OUTBOX, Queued, Speakers, rows_where
from models.outbox_statements import (
    BUSY,
    CALLS,
    CONTACT,
    FIRST_SENDING,
    GLANCE,
    HEARD,
    KIN_IN_ROOM,
    KIN_OF_PERSON,
    NEXT_MOMENT,
    due_for,
    orphans_of,
)
from models.prepared import Prepared
from models.rules.sent_files import FileToSend
from models.rules.tally import Spoken
from models.wires import looking

IN_FLIGHT_FOR = timedelta(minutes=2)
"""A row still ``sending`` after this belongs to a dead process; its conversation waits no longer for it."""


class Glance(NamedTuple):
    """All that waits, at one moment, for whichever account."""

    sending_since: datetime | None
    """Since when the first of what is being said is being said; None: nothing is."""
    first: datetime | None
    """When the first of what waits may be said, long past perhaps; None: nothing waits."""
    next: datetime | None
    """When something not due yet falls due."""
    rank: int | None
    """The rank of what goes first among all that is due; None: nothing is."""
    call: int | None
    """A row that shall ring somebody now."""


class OutboxReader:
    """Every query that decides something has a total order."""

    def __init__(self, engine: Engine) -> None:
        self._reading = engine

    def due(
        self,
        who: Speakers,
        now: datetime,
        *,
        emergencies_only: bool,
        after: tuple[int, int, int] = FIRST_OF_ALL,
        limit: int = 50,
    ) -> list[Queued]:
        """Rows this account could say now, by their turn, from behind ``after``."""
        rank, later, row = after
        binds = {"now": now, "rank": rank, "later": later, "row": row, "limit": limit, **who.binds()}
        return self._queued(due_for(tuple(sorted(who.up)), emergencies_only=emergencies_only), binds)

    def glance(self, now: datetime) -> Glance:
        """Whether anything is to be done at all."""
        with looking(self._reading) as wire:
            return Glance(*GLANCE.rows(wire, {"now": now})[0])

    def first_sending(self) -> datetime | None:
        """Since when the first of what is being said is being said; None: nothing is."""
        moment: datetime | None = self._one(FIRST_SENDING)
        return moment

    def calls(self, now: datetime, limit: int = 50) -> list[Queued]:
        """Rows that ring a person through the alarm path."""
        return self._queued(CALLS, {"now": now, "limit": limit})

    def orphans(self, living: Mapping[str, str], now: datetime, limit: int = 200) -> list[Queued]:
        """Rows that none of the ``living`` accounts (account → kind of channel) can say."""
        lost = orphans_of(tuple(sorted(living)), tuple(sorted(set(living.values()))))
        return self._queued(lost, {"now": now, "limit": limit})

    def siblings(self, row: Queued, until: datetime) -> list[Queued]:
        """Rows that may be said together with this one and are due by ``until``, itself among them, by id."""
        alike, whose = (KIN_IN_ROOM, row.room_id) if row.in_room else (KIN_OF_PERSON, row.identity_id)
        binds = {
            "medium": row.medium, "gathers": row.gathers, "until": until, "whose": whose, "limit": 200,
        }  # fmt: skip
        return sorted(self._queued(alike, binds), key=lambda r: r.id)

    def _queued(self, wanted: Prepared, binds: Mapping[str, Any]) -> list[Queued]:
        with looking(self._reading) as wire:
            return [Queued(*row) for row in wanted.rows(wire, binds)]

    def _one(self, statement: Prepared, **binds: object) -> Any:
        """The only value that a statement finds."""
        with looking(self._reading) as wire:
            return statement.rows(wire, binds)[0][0]

    def _read(self, wanted: Sequence[ColumnElement[bool]], limit: int) -> list[Queued]:
        with self._reading.connect() as connection:
            return [Queued(**row) for row in connection.execute(rows_where(*wanted, limit=limit)).mappings()]

    def busy(self, account: str, now: datetime) -> set[tuple[int | None, int | None]]:
        """Conversations (room, identity) in which another account is speaking at this moment."""
        with looking(self._reading) as wire:
            return set(BUSY.rows(wire, {"account": account, "since": now - IN_FLIGHT_FOR}))

    def said_in(self, room: int, since: datetime) -> list[Spoken]:
        """What a room heard, or may have heard, since a moment."""
        with looking(self._reading) as wire:
            heard = HEARD.rows(wire, {"room": room, "since": since})
        return [Spoken(at, rank, notice is not None) for at, rank, notice in heard]

    def said_by(self, account: str, since: datetime) -> list[Spoken]:
        """What an account said, or may have said, since a moment, oldest first. Read once at start."""
        at = func.coalesce(OUTBOX.c.sent_at, OUTBOX.c.sending_at, type_=OUTBOX.c.sent_at.type)
        found = select(at, OUTBOX.c.rank, OUTBOX.c.notice_id).where(
            OUTBOX.c.account == account,
            OUTBOX.c.state.in_(("sent", "unknown", "sending")),
            # The index is on not_before; nothing waits longer than this before it is said.
            OUTBOX.c.not_before >= since - timedelta(days=7),
            at >= since,
        )
        with self._reading.connect() as connection:
            rows = connection.execute(found.order_by(at, OUTBOX.c.id)).all()
        return [Spoken(moment, rank, notice is not None) for moment, rank, notice in rows]

    def next_due(self, now: datetime) -> datetime | None:
        """When something not due yet falls due; None when nothing of that kind waits."""
        moment: datetime | None = self._one(NEXT_MOMENT, now=now)
        return moment

    def file(self, file: int) -> FileToSend | None:
        """A file that follows words; None: its bytes are gone."""
        wanted = select(FILE.c.id, FILE.c.kind, FILE.c.name, FILE.c.content).where(FILE.c.id == file)
        with self._reading.connect() as connection:
            row = connection.execute(wanted).first()
        return FileToSend(*row) if row is not None and row.content else None

    def kinds_of(self, files: Sequence[int]) -> dict[int, str]:
        """File → what it is sent as."""
        with self._reading.connect() as connection:
            found = connection.execute(select(FILE.c.id, FILE.c.kind).where(FILE.c.id.in_(files)))
            return {row.id: row.kind for row in found}

    def contacts(self, identities: Sequence[int]) -> tuple[str, ...]:
        """Channel ids of contacts to mention, in the order given."""
        if not identities:
            return ()
        with looking(self._reading) as wire:
            return tuple(row[0] for who in identities for row in CONTACT.rows(wire, {"who": who}))
