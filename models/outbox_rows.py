"""One row of the outbox with all that delivery must know of its conversation; and who may speak there."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    Select,
    String,
    Table,
    and_,
    bindparam,
    false,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlmodel import SQLModel

from models import tables
from models.rules.outgoing import parts_of
from models.rules.pacing import Rank

_TABLES = SQLModel.metadata.tables
OUTBOX: Table = _TABLES[tables.OutboxMessage.__tablename__]
ROOM: Table = _TABLES[tables.Room.__tablename__]
NOTICE: Table = _TABLES[tables.Notice.__tablename__]
SEAT: Table = _TABLES[tables.RoomSeat.__tablename__]
PERSON: Table = _TABLES[tables.ChatIdentity.__tablename__]
FILE: Table = _TABLES[tables.SentFile.__tablename__]
FIRST_OF_ALL = (-1, 0, -1)
"""Before every ``Queued.turn``."""
HOME = ROOM.alias("home")
"""The room a contact was last heard in."""


@dataclass(frozen=True, slots=True)
class Queued:
    """A row and its conversation; ``channel`` and ``conversation`` are the platform's names for that."""

    id: int
    cause: str
    room_id: int | None
    identity_id: int | None
    medium: str
    key: str
    blanks: dict[str, Any]
    mentions: list[int]
    rank: int
    gathers: str
    case_id: int | None
    notice_id: int | None
    state: str
    not_before: datetime
    attempts: int
    why: str
    text: str
    account: str
    created_at: datetime
    sending_at: datetime | None
    channel_message: str | None
    channel: str
    conversation: str
    is_friend: bool
    gone: bool
    """The room was dissolved, or the contact left WeChat."""
    read_only: bool
    quiet: str | None
    hush_until: datetime | None

    @property
    def in_room(self) -> bool:
        """Whether a group hears it."""
        return self.room_id is not None

    @property
    def turn(self) -> tuple[int, int, int]:
        """Its place among what is due.

        In an emergency a group is told whom to call before a chain is told to come: of many at once, all groups first.
        """
        return self.rank, int(self.rank == Rank.EMERGENCY and self.room_id is None), self.id

    @property
    def part(self) -> int:
        """Which part of a long text is said next, from 0."""
        return int(self.blanks.get("_part", 0))

    @property
    def parts(self) -> tuple[str, ...]:
        """The kept text as it is said: whole, or in numbered parts once it proved too long."""
        return parts_of(self.text, int(self.blanks["_bytes"])) if "_bytes" in self.blanks else (self.text,)

    @property
    def words(self) -> str:
        """What is said next; nothing where a file is."""
        return self.parts[self.part] if self.part < len(self.parts) else ""

    @property
    def files(self) -> list[int]:
        """Files (``sent_file``) that follow the words, each as a part of its own."""
        return list(self.blanks.get("_files", ()))

    @property
    def file(self) -> int | None:
        """The file that is said next, once all words are said."""
        at = self.part - len(self.parts)
        return self.files[at] if 0 <= at < len(self.files) else None

    @property
    def parts_left(self) -> int:
        """How many parts follow the one being said."""
        return len(self.parts) + len(self.files) - self.part - 1

    @property
    def following(self) -> dict[str, Any]:
        """The blanks once the present part is said."""
        following = {**self.blanks, "_part": self.part + 1}
        return following | {"_said": True} if self.part + 1 >= len(self.parts) else following

    def said_as(self, echo: str) -> bool:
        """Whether an echo repeats these words; a gateway may put mentions in front and trim spaces."""
        words = _packed(self.words)
        return bool(words) and _packed(echo).endswith(words)


@dataclass(frozen=True, slots=True)
class Speakers:
    """One account and those beside it that could speak now.

    A room is spoken to by its listener; while that one is down, by the first account by name that sits there.
    A contact is spoken to by the listener of the room it was last heard in, else by the first account of its
    channel.
    """

    account: str
    kind: str
    """Kind of channel, as in ``Room.channel``."""
    up: tuple[str, ...]
    """Accounts of the same kind that can send, in any process."""

    def binds(self) -> dict[str, object]:
        """The values of ``speaks``."""
        return {"account": self.account, "kind": self.kind, "is_first": min(self.up) == self.account}


def among(column: ColumnElement[str], names: Iterable[str]) -> ColumnElement[bool]:
    """SQL: whether it is one of these; not ``IN``, which no prepared statement takes."""
    return or_(false(), *(column == name for name in names))


def speaks(up: Iterable[str]) -> ColumnElement[bool]:
    """SQL: whether an account speaks a row joined by ``rows_where``; its values are ``Speakers.binds``."""
    account, kind, first = (
        bindparam("account", type_=String),
        bindparam("kind", type_=String),
        bindparam("is_first", type_=Boolean),
    )
    up = tuple(up)
    others = SEAT.alias("others")
    seated = (others.c.room_id == ROOM.c.id, others.c.gone_at.is_(None), among(others.c.account, up))
    stand_in = select(func.min(others.c.account)).where(*seated).correlate(ROOM).scalar_subquery()
    stands_in = and_(not_(among(ROOM.c.listener, up)), stand_in == account)
    in_room = and_(ROOM.c.channel == kind, or_(ROOM.c.listener == account, stands_in))
    nobody_nearer = or_(HOME.c.id.is_(None), not_(among(HOME.c.listener, up)))
    near = or_(HOME.c.listener == account, and_(first, nobody_nearer))
    return or_(
        and_(OUTBOX.c.room_id.is_not(None), in_room),
        and_(OUTBOX.c.room_id.is_(None), PERSON.c.channel == kind, near),
    )


_OWN = tuple(f.name for f in fields(Queued) if f.name in OUTBOX.c)
_JOINED = (
    OUTBOX.outerjoin(ROOM, OUTBOX.c.room_id == ROOM.c.id)
    .outerjoin(PERSON, OUTBOX.c.identity_id == PERSON.c.id)
    .outerjoin(HOME, PERSON.c.home_room_id == HOME.c.id)
)
_GONE = or_(ROOM.c.dissolved_at.is_not(None), and_(ROOM.c.id.is_(None), PERSON.c.gone_at.is_not(None)))
_COLUMNS = (
    *(OUTBOX.c[name] for name in _OWN),
    func.coalesce(ROOM.c.channel, PERSON.c.channel, "").label("channel"),
    func.coalesce(ROOM.c.platform_id, PERSON.c.contact, "").label("conversation"),
    func.coalesce(PERSON.c.is_friend, literal(value=False)).label("is_friend"),
    func.coalesce(_GONE, literal(value=False)).label("gone"),
    ROOM.c.read_only_at.is_not(None).label("read_only"),
    ROOM.c.quiet.label("quiet"),
    ROOM.c.hush_until.label("hush_until"),
)


def rows_where(*wanted: ColumnElement[bool], limit: int | BindParameter[int]) -> Select[*tuple[Any, ...]]:
    """SQL of the rows that hold these, with their conversations, by (rank, id)."""
    found = select(*_COLUMNS).select_from(_JOINED).where(*wanted)
    return found.order_by(OUTBOX.c.rank, OUTBOX.c.id).limit(limit)


def row_values(row: Queued) -> dict[str, Any]:
    """The columns of the outbox in a row, without its id."""
    return {name: getattr(row, name) for name in _OWN if name != "id"}


def _packed(text: str) -> str:
    return "".join(text.split())
