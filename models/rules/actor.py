"""Who asks, through which door, because of what."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.rules.ids import IdempotencyKey
from models.rules.message import Message
from models.rules.permissions import EVERYBODY, Permission


class Door(StrEnum):
    """The three ways in, the operator's command line, and the interface for programs."""

    CHAT = "chat"
    WEB = "web"
    CLOCK = "clock"
    SHELL = "shell"
    API = "api"

    @property
    def answers_itself(self) -> bool:
        """Whether who asks there reads the answer there, so that none is sent after them."""
        return self in {Door.WEB, Door.API}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. ``identity`` is our row for the chat contact (None until something must be remembered of them).

    ``person`` is set only through a verified binding; ``seats`` are that person's appointments in force. A displayed
    name never gets here (safeguards §2, dialogue d08).
    """

    contact: str | None = None
    identity: int | None = None
    person: int | None = None
    seats: tuple[int, ...] = ()
    permissions: frozenset[Permission] = EVERYBODY
    is_friend: bool = False
    opted_out: bool = False
    stands_for: tuple[int, ...] = ()
    """Appointments of people who are away and whose cases come to this person today."""
    token: int | None = None
    """The program that asks in this person's name."""

    @property
    def desk(self) -> tuple[int, ...]:
        """Appointments whose cases lie before this person today: the own ones first."""
        return (*self.seats, *self.stands_for)


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody heard under a chat contact; who stands behind it is looked up where the work is done."""

    channel: str
    contact: str
    private: bool = False
    """Spoke in a private chat, so that private answers reach."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Why this is asked now: the door, the idempotency key, and for chat the message itself."""

    door: Door
    key: IdempotencyKey
    at: datetime
    room: int | None = None
    message: Message | None = None
    late: bool = False
    """History replayed after a new login: recorded, never answered in the group."""
    content_digest: str | None = None
    """Keyed digest of room, moment and words, so that history replayed under new ids is known again."""
    account: str = ""
    """Through which of our accounts it was heard or seen: the process must still act for it when this is written."""

    def numbered(self, ordinal: int) -> "Origin":
        """The same cause for its ``ordinal``-th intent (``…#2``)."""
        if ordinal == 1:
            return self
        return Origin(
            self.door,
            IdempotencyKey(f"{self.key}#{ordinal}"),
            self.at,
            self.room,
            self.message,
            self.late,
            None,
            self.account,
        )
