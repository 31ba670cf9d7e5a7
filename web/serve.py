"""Runs the web on loopback: nothing outside this machine reaches it without somebody's own proxy."""

import ipaddress
import socket

import uvicorn
from fastapi import FastAPI


class NotLoopback(ValueError):  # noqa: N818 - says what is wrong with the configuration
    """The configured address would open the pages to the network."""


class Server(uvicorn.Server):
    """Ends the open event streams before it waits for the pages being answered."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving."""
        self._app.state.streams.close()
        await super().shutdown(sockets)


def server(app: FastAPI, host: str, port: int) -> Server:
    """A server ready to run on ``host``, which must be a loopback address. Raises NotLoopback."""
    if not _is_loopback(host):
        raise NotLoopback(f"{host}: the pages have no log-in and may only be served on this machine")
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    return Server(config, app)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
