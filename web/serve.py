"""Runs the web on loopback: nothing outside this machine reaches it without somebody's own proxy."""

import ipaddress

import uvicorn
from fastapi import FastAPI


class NotLoopback(ValueError):  # noqa: N818 - says what is wrong with the configuration
    """The configured address would open the pages to the network."""


def server(app: FastAPI, host: str, port: int) -> uvicorn.Server:
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
        # Open event streams never end by themselves; a stopping program does not wait for them.
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
