"""A grpclib channel that writes once per turn of the event loop.

grpclib hands the socket every HTTP/2 frame by itself, two system calls for each unary call; in a burst they cost more
than everything else together. Frames of the same turn are gathered and leave in one write.
"""

import asyncio
from typing import Any

from grpclib.client import Channel, Handler
from grpclib.protocol import H2Protocol
from h2.connection import H2Connection

H2Connection.MAX_CLOSED_STREAMS = 4096
"""How each of so many calls ended is kept for frames that come late; h2's own 65,536 grow for half an hour, to 10 MB."""
ENOUGH_BYTES = 1 << 16
"""Written at once when that much waits: a large file must not be kept twice."""


class GatheringChannel(Channel):  # type: ignore[misc]
    """A channel whose connections gather what they write."""

    def _protocol_factory(self) -> H2Protocol:
        return _Protocol(Handler(), self._config, self._h2_config)


class _Protocol(H2Protocol):  # type: ignore[misc]
    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(_Gathered(transport))


class _Gathered:
    """The part of a transport that grpclib uses, around a real one."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._waiting = bytearray()

    def write(self, data: bytes) -> None:
        """Send soon: before the loop waits for anything."""
        if not self._waiting:
            self._loop.call_soon(self._flush)
        self._waiting += data
        if len(self._waiting) >= ENOUGH_BYTES:
            self._flush()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        """Send what waits and close."""
        self._flush()
        self._transport.close()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._transport.get_extra_info(name, default)

    def _flush(self) -> None:
        if self._waiting and not self._transport.is_closing():
            self._transport.write(bytes(self._waiting))
        self._waiting.clear()
