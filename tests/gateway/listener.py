"""A channel running on a loop of its own, so that a test reads as a conversation."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, Self, TypeVar

from bot.channels.wechaty import WechatyChannel, WechatySettings
from models.rules.message import ChannelEvent, LinkChange, LinkState, Message
from tests.gateway.driver import Gateway

E = TypeVar("E")
T = TypeVar("T")

PATIENCE_S = 30.0


def settings(gateway: Gateway, **more: object) -> WechatySettings:
    """How to reach a test's gateway, with times short enough for a test."""
    brisk = {"rpc_timeout_s": 2, "probe_every_s": 0.5, "probe_timeout_s": 1}
    where = {"account": "a1", "endpoint": gateway.endpoint, "token": gateway.token}
    return WechatySettings(**(where | brisk | more))


class Listener:
    """What a channel heard, waited for without sleeping."""

    def __init__(self, given: WechatySettings) -> None:
        self._given = given
        self._news = threading.Condition()
        self.events: list[ChannelEvent] = []
        self._waiting: list[Any] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.channel: WechatyChannel

    def __enter__(self) -> Self:
        self._thread.start()
        with self._news:
            assert self._news.wait_for(lambda: hasattr(self, "channel"), PATIENCE_S)
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive(), "events() did not end after close()"

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._live())

    async def _live(self) -> None:
        self._closing = asyncio.Event()
        channel = WechatyChannel(self._given, clock=lambda: datetime.now(UTC))
        reading = asyncio.create_task(self._listen(channel))
        with self._news:
            self.channel = channel
            self._news.notify_all()
        await self._closing.wait()
        await channel.close()
        await reading

    async def _listen(self, channel: WechatyChannel) -> None:
        async for event in channel.events():
            with self._news:
                self.events.append(event)
                self._waiting.append(event)
                self._news.notify_all()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something with the channel, on its loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)

    def hear(self, kind: type[E], such: Callable[[E], bool] = lambda _event: True) -> E:
        """The next event of a kind that was not read before."""
        with self._news:
            if not self._news.wait_for(lambda: self._unread(kind, such) is not None, PATIENCE_S):
                raise AssertionError(f"nothing such was heard; unread: {self._waiting[-10:]}")
            return self._waiting.pop(self._unread(kind, such))

    def _unread(self, kind: type[E], such: Callable[[E], bool]) -> int | None:
        places = enumerate(self._waiting)
        return next((n for n, event in places if isinstance(event, kind) and such(event)), None)

    def messages(self, count: int) -> list[Message]:
        """That many messages of others, in the order they came."""
        return [self.hear(Message, lambda message: not message.own) for _ in range(count)]

    def link(self, state: LinkState) -> LinkChange:
        """The next time the link is in a state."""
        return self.hear(LinkChange, lambda change: change.state is state)

    def online(self) -> Self:
        self.link(LinkState.ONLINE)
        return self
