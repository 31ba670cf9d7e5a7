"""The simulator as a channel: the same contract as a real gateway, sharing nothing but events."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

from bot.channels import Accepted, ChannelRefused, RoomCard
from models.rules.capabilities import Capabilities, Media
from models.rules.message import ChannelEvent, Outgoing

if TYPE_CHECKING:
    from bot.channels.simulator.wechat import SimulatedWeChat

CAPABILITIES = Capabilities(
    receives_all=True,
    mention_notifies=True,
    can_dm_strangers=False,
    push_group=True,
    push_needs_human=False,
    stable_ids=True,
    quote_reference=False,  # like the real one: a quote arrives as text
    recall_event=True,
    echoes_own=True,
    fetches_files=True,
    media=frozenset(Media),
    max_bytes=2000,
)


class SimulatorChannel:
    """One account's way into a ``SimulatedWeChat``; made by ``SimulatedWeChat.connect``.

    ``events``, ``say`` and the other coroutines keep the ``Channel`` contract. ``take`` and ``say_now`` do
    the same without an event loop, for a replay on one thread. Events may be put in from any thread.
    """

    name = "simulator"

    def __init__(self, wechat: "SimulatedWeChat", account: str, capabilities: Capabilities) -> None:
        self.account = account
        self.capabilities = capabilities
        self._wechat = wechat
        self._waiting: deque[ChannelEvent] = deque()
        self._ring: Callable[[], object] | None = None
        self._closed = False

    def put(self, event: ChannelEvent) -> None:
        """Let the channel hear one event (called by the simulated WeChat)."""
        self._waiting.append(event)
        self._wake()

    def take(self) -> list[ChannelEvent]:
        """Everything heard and not yet taken, in order."""
        taken = []
        while self._waiting:
            taken.append(self._waiting.popleft())
        return taken

    def say_now(self, what: Outgoing) -> Accepted:
        """``say`` without an event loop; the same exceptions."""
        return self._wechat.speak(self.account, what)

    def stop(self) -> None:
        """``close`` without an event loop."""
        self._closed = True
        self._wechat.disconnect(self)
        self._wake()

    async def events(self) -> AsyncIterator[ChannelEvent]:
        """Every event in the order it happened; ends when the channel is closed."""
        loop, bell = asyncio.get_running_loop(), asyncio.Event()
        self._ring = lambda: None if loop.is_closed() else loop.call_soon_threadsafe(bell.set)
        try:
            while not self._closed:
                while self._waiting and not self._closed:
                    yield self._waiting.popleft()
                bell.clear()
                if not self._waiting and not self._closed:
                    await bell.wait()
        finally:
            self._ring = None

    async def say(self, what: Outgoing) -> Accepted:
        """Say one thing; see ``Channel.say`` for what it raises."""
        return self.say_now(what)

    async def fetch(self, key: str) -> bytes:
        """The bytes of a picture or file, a link card as JSON. Raises ChannelDown, or ChannelRefused when there is none."""
        return self._wechat.picture_for(self.account, key)

    async def rooms(self) -> list[RoomCard]:
        """The rooms this account sits in, by id."""
        return self._wechat.rooms_of(self.account)

    async def room(self, room: str) -> RoomCard:
        """One room this account sits in. Raises ChannelRefused when it does not."""
        for card in await self.rooms():
            if card.id == room:
                return card
        raise ChannelRefused(f"not in room {room}")

    async def member_name(self, room: str | None, contact: str) -> str:
        """Displayed name of a member; an unknown contact has the empty name."""
        return self._wechat.name_of(contact, room)

    async def is_friend(self, contact: str) -> bool:
        """Whether private messages can reach this contact."""
        return self._wechat.is_friend(contact)

    async def accept_friend(self, request_id: str) -> None:
        """Accept a friend request; raises ChannelRefused when there is no such request."""
        self._wechat.accept_friend(self.account, request_id)

    async def round_trip(self) -> float:
        """Seconds a probe took: none, in a simulation. Raises ChannelDown when it does not come back."""
        self._wechat.faults(self.account).probe()
        return 0.0

    async def close(self) -> None:
        """Let go of the connection; what is said afterwards is not heard."""
        self.stop()

    def _wake(self) -> None:
        ring = self._ring
        if ring is not None:
            ring()
