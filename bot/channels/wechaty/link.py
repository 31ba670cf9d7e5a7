"""One supervised connection to the gateway: it comes back by itself, for ever, and says how it is."""

import asyncio
import random
from collections.abc import Awaitable
from dataclasses import dataclass
from itertools import count
from typing import Protocol

import structlog
from grpclib.config import Configuration
from grpclib.const import Cardinality
from grpclib.exceptions import GRPCError, ProtocolError, StreamTerminatedError
from wechaty_grpc.wechaty import puppet

from bot.channels.wechaty.gathering import GatheringChannel
from bot.channels.wechaty.payloads import EventHeard
from bot.channels.wechaty.settings import WechatySettings, address, tls_context
from bot.channels.wechaty.wire import Declined, Gone, Wire, reason, stay
from models.rules.message import LinkState

log = structlog.get_logger(__name__)

SHORTEST_S, LONGEST_S = 0.2, 5.0
"""Between two attempts, doubled each time."""

SETTLED_S = 5.0
"""A connection that lived this long starts the doubling anew."""

FIRST_EVENT_S = 5.0
"""Gateways greet a new stream with a heartbeat; some do not, and are not waited for longer."""

LATE_PROBES = 3
"""Answers that may be missing in a row while other events still arrive."""

BREATH = 16
"""Events read before other tasks get their turn: a burst must not freeze the loop."""

WINDOW_BYTES = 1 << 16
"""HTTP/2 window of the event stream: the most that is decoded in one go (about 1,000 events)."""


class Listening(Protocol):
    """Who is told."""

    def on_event(self, kind: int, payload: str) -> None:
        """One event, raw."""

    def on_state(self, state: LinkState, why: str) -> None:
        """The connection came up or went down."""

    def on_connected(self) -> None:
        """A new stream begins: what happened before it was not heard."""

    def space(self) -> Awaitable[None]:
        """Wait while whoever listens is far behind."""

    @property
    def crowded(self) -> bool:
        """Whether ``space`` would wait."""


@dataclass(frozen=True, slots=True)
class _Broken:
    """Why a connection ended, and what that makes of us."""

    why: str
    state: LinkState = LinkState.OFFLINE
    rest: bool = False
    """Nothing will change at once: wait the longest pause."""


class Link:
    """Keeps one event stream open and lends its connection to calls."""

    def __init__(self, settings: WechatySettings, listening: Listening) -> None:
        self._settings = settings
        self._host, self._port = address(settings.endpoint)
        self._tls = tls_context(settings)
        self._listening = listening
        self._metadata = {"authorization": f"Wechaty {settings.token}"}
        self._wire: Wire | None = None
        self._up = asyncio.Event()
        self._was_up = False
        self._events = 0
        self._first_event = asyncio.Event()
        self._dongs: dict[str, asyncio.Future[None]] = {}
        self._numbers = count(1)
        # Two accounts on one gateway machine must not come back in step.
        self._jitter = random.Random(settings.account)  # noqa: S311 - jitter, not a secret
        self._taken = 0

    @property
    def wire(self) -> Wire | None:
        """The calls of the present connection; None while there is none."""
        return self._wire

    async def wait_up(self) -> Wire:
        """The calls, as soon as there is a connection."""
        while self._wire is None:
            await self._up.wait()
        return self._wire

    async def supervise(self) -> None:
        """Connect, and connect again; ends only by cancellation."""
        attempt, said = 0, ""
        loop = asyncio.get_running_loop()
        self._listening.on_state(LinkState.STARTING, "connecting")
        while True:
            began, self._was_up = loop.time(), False
            # A task of its own: grpclib cancels the task that reads a stream when its socket drops.
            broken = await asyncio.create_task(self._until_broken())
            if self._was_up and loop.time() - began > SETTLED_S:
                attempt, said = 0, ""
            self._listening.on_state(broken.state, broken.why)
            if broken.why != said:
                # Once per reason: a gateway may be away for a night, and is dialled every few seconds.
                log.warning("gateway connection ended", account=self._settings.account, why=broken.why)
                said = broken.why
            pause = LONGEST_S if broken.rest else min(LONGEST_S, SHORTEST_S * 2**attempt)
            attempt = min(attempt + 1, 10)
            await asyncio.sleep(pause * self._jitter.uniform(0.5, 1.0))

    async def round_trip(self) -> float:
        """Seconds a ding took to come back as a dong through the event stream.

        Raises:
            Gone: no connection, or the call or its dong did not come back in time.
            Declined: the gateway refused the ding.
        """
        wire = self._wire
        if wire is None:
            raise Gone("offline", left=False)
        loop = asyncio.get_running_loop()
        word = f"linli-{next(self._numbers)}"
        began = loop.time()
        dong = self._dongs[word] = loop.create_future()
        try:
            async with asyncio.timeout(self._settings.probe_timeout_s):
                await wire.ding(data=word)
                await dong
        except TimeoutError:
            raise Gone("no dong came back", left=True) from None
        finally:
            self._dongs.pop(word, None)
        return loop.time() - began

    def on_dong(self, word: str) -> None:
        """A dong was heard; some puppets do not repeat the ding's word, and then it answers the oldest."""
        waiting = self._dongs.get(word) or next(iter(self._dongs.values()), None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    async def _until_broken(self) -> _Broken:
        """Live through one connection; why it ended is its result."""
        channel = GatheringChannel(self._host, self._port, ssl=self._tls, config=self._configuration())
        wire = Wire(channel, timeout=self._settings.rpc_timeout_s, metadata=self._metadata)
        self._first_event.clear()
        tasks = (asyncio.create_task(self._read(channel)), asyncio.create_task(self._keep(wire)))
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return _result(next(task for task in tasks if task in done))
        finally:
            self._wire = None
            self._up.clear()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            channel.close()

    def _configuration(self) -> Configuration:
        name = self._settings.server_name if self._tls else None
        return Configuration(ssl_target_name_override=name, http2_stream_window_size=WINDOW_BYTES)

    async def _read(self, channel: GatheringChannel) -> _Broken:
        """Read the event stream until it ends."""
        try:
            async with (
                asyncio.timeout(self._settings.rpc_timeout_s) as opening,
                channel.request(
                    "/wechaty.Puppet/Event",
                    Cardinality.UNARY_STREAM,
                    puppet.EventRequest,
                    EventHeard,
                    metadata=self._metadata,
                ) as stream,
            ):
                await stream.send_message(puppet.EventRequest(), end=True)
                opening.reschedule(None)
                self._listening.on_connected()
                async for event in stream:
                    await self._hear(event)
            return _Broken("the gateway ended the event stream: it was stopped, restarted or taken over")
        except GRPCError as error:
            return self._refused(error.status.name)
        except (StreamTerminatedError, ProtocolError, OSError) as error:
            stay()
            return _Broken(reason(error))

    async def _hear(self, event: EventHeard) -> None:
        self._events += 1
        self._taken = 0
        self._first_event.set()
        self._listening.on_event(event.type, event.payload)
        if self._listening.crowded:
            await self._listening.space()
        elif self._events % BREATH == 0:
            await asyncio.sleep(0)

    def _refused(self, status: str) -> _Broken:
        """What the gateway's answer means. Its own words hold the token and are not repeated."""
        if status == "UNAUTHENTICATED":
            return _Broken("the gateway does not accept our token", rest=True)
        if status == "ALREADY_EXISTS":
            # Once may be our own last stream, not yet forgotten by the gateway.
            self._taken += 1
            if self._taken == 1:
                return _Broken("the event stream is still taken")
            return _Broken("another client holds the gateway's only event stream", rest=True)
        return _Broken(f"the gateway refused the event stream: {status}")

    async def _keep(self, wire: Wire) -> _Broken:
        """Start the puppet once the stream stands, then see again and again that the way is whole."""
        try:
            async with asyncio.timeout(FIRST_EVENT_S + self._settings.rpc_timeout_s):
                await self._greeted()
                # Never Stop, whatever goes wrong: it ends the account's session and costs a new QR scan.
                await wire.start()
            self._wire = wire
            self._up.set()
            self._was_up = True
            self._listening.on_state(LinkState.ONLINE, "")
            return await self._probe()
        except Gone as gone:
            return _Broken(str(gone))
        except Declined as declined:
            return _Broken(f"the gateway cannot start its puppet: {declined.status}")
        except TimeoutError:
            return _Broken("no answer in time")

    async def _greeted(self) -> None:
        try:
            async with asyncio.timeout(FIRST_EVENT_S):
                await self._first_event.wait()
        except TimeoutError:
            return

    async def _probe(self) -> _Broken:
        late = 0
        while True:
            await asyncio.sleep(self._settings.probe_every_s)
            if self._listening.crowded:
                continue
            before = self._events
            try:
                await self.round_trip()
                late = 0
            except (Gone, Declined) as failure:
                late += 1
                if self._events == before or late >= LATE_PROBES:
                    return _Broken(f"deaf: {failure}", LinkState.DEAF)


def _result(task: "asyncio.Task[_Broken]") -> _Broken:
    if task.cancelled():
        return _Broken("connection lost")
    fault = task.exception()
    if fault is not None:
        # Ours, not the gateway's; a new connection is still the best that can be done.
        log.error("connection failed by a fault of our own", exc_info=fault)
        return _Broken(f"a fault of our own: {type(fault).__name__}")
    return task.result()
