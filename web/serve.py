"""Runs the web on loopback: nothing outside this machine reaches it without somebody's own proxy."""

import errno
import os
import socket

import uvicorn
from fastapi import FastAPI

from models.rules.loopback import is_loopback


class NotLoopback(ValueError):  # noqa: N818 - says what is wrong with the configuration
    """The configured address would open the pages to the network."""


class AddressNotFree(OSError):  # noqa: N818 - says what is the matter
    """The pages cannot be served at the configured address."""


class Server(uvicorn.Server):
    """Ends the open event streams before it waits for the pages being answered."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving."""
        self._app.state.streams.close()
        await super().shutdown(sockets)


def take_address(host: str, port: int) -> socket.socket:
    """Listen at an address before anything else begins; ``Server.serve`` answers there.

    Raises:
        NotLoopback: it would open the pages to the network.
        AddressNotFree: another program has it, or this machine does not give it.
    """
    _ensure_loopback(host)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as fault:
        taken = fault.errno == errno.EADDRINUSE
        why = "is used by another program" if taken else f"cannot be used ({os.strerror(fault.errno or 0)})"
        first = "stop that program or " if taken else ""
        raise AddressNotFree(
            f"{host}:{port} {why}: {first}choose another port ([web] port in config.toml, --port for the demo)"
        ) from fault


def server(app: FastAPI, host: str, port: int) -> Server:
    """A server ready to run on ``host``, which must be a loopback address. Raises NotLoopback."""
    _ensure_loopback(host)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,  # its lines go where all lines go
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    return Server(config, app)


def _ensure_loopback(host: str) -> None:
    if not is_loopback(host):
        raise NotLoopback(
            f"{host}: the pages speak no TLS and may only be served on this machine: put a proxy in front of them"
        )
