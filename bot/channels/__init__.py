"""The contract every way to WeChat keeps (design §2).

A channel turns its platform into ``ChannelEvent`` values and says ``Outgoing`` values. It never touches the database,
never decides, and declares what it can do. A new one is a module here, its settings among ``KINDS`` of bot/settings.py,
its opening in ``open_one`` of bot/app.py, and a table in config.example.toml.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from models.rules.capabilities import Capabilities
from models.rules.message import ChannelEvent, Outgoing


@dataclass(frozen=True, slots=True)
class Accepted:
    """The channel took what was to be said; ``id`` is None where the platform tells none."""

    id: str | None


class ChannelDown(Exception):  # noqa: N818
    """Nothing was sent: the way is closed for now. Safe to try again later."""


class ChannelRefused(Exception):  # noqa: N818
    """Nothing was sent and never will be: no such room, not a friend, too long."""


class AnswerLost(Exception):  # noqa: N818
    """It may or may not have been sent; never send it again blindly."""


@dataclass(frozen=True, slots=True)
class RoomCard:
    """What a channel knows about one of its rooms, without members."""

    id: str
    title: str
    owner: str | None
    size: int


class Channel(Protocol):
    """One account's way to WeChat."""

    name: str
    """Kind of channel: ``wechaty``, ``simulator``, ``relay``."""
    account: str
    """Our name for the account, from the configuration."""
    capabilities: Capabilities

    def events(self) -> AsyncIterator[ChannelEvent]:
        """Every event in the order the platform gave it; ends only when ``close`` was called."""
        ...

    async def say(self, what: Outgoing) -> Accepted:
        """Say one thing.

        Raises:
            ChannelDown: nothing was sent, try later.
            ChannelRefused: nothing was sent, give up.
            AnswerLost: unknown whether it was sent.
        """
        ...

    async def fetch(self, key: str) -> bytes:
        """The bytes of an attachment (``capabilities.fetches_files``). Raises ChannelDown or ChannelRefused."""
        ...

    async def rooms(self) -> list[RoomCard]:
        """The rooms this account sits in."""
        ...

    async def room(self, room: str) -> RoomCard:
        """One room this account sits in. Raises ChannelDown, or ChannelRefused when it does not."""
        ...

    async def member_name(self, room: str | None, contact: str) -> str:
        """Displayed name of a member (for people to read, never to authorise)."""
        ...

    async def is_friend(self, contact: str) -> bool:
        """Whether private messages can reach this contact."""
        ...

    async def accept_friend(self, request_id: str) -> None:
        """Accept a friend request."""
        ...

    async def round_trip(self) -> float:
        """Seconds a probe took through sending and hearing. Raises ChannelDown when it does not come back."""
        ...

    async def close(self) -> None:
        """Let go of the connection without logging the account out."""
        ...
