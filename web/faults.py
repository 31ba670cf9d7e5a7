"""A fault of ours while a page is made: the person is told what to do, the log which fault it was, nobody whose words."""

import secrets
from collections.abc import Awaitable, Callable

import structlog
from fastapi import Request, Response

from web.pages import Pages

log = structlog.get_logger()
Next = Callable[[Request], Awaitable[Response]]


def catching_faults(pages: Pages) -> Callable[[Request, Next], Awaitable[Response]]:
    """A middleware that answers a fault with a page; its number stands in the log too."""

    async def catch(request: Request, following: Next) -> Response:
        try:
            return await following(request)
        except (
            Exception
        ):  # left alone it would be a blank page, and its words would stand in the server's log
            number = secrets.token_hex(3)
            log.exception("page failed", number=number, route=_route(request))
            return pages.fault(request, number)

    return catch


def _route(request: Request) -> str:
    """The page's pattern: its address may name a person."""
    return str(getattr(request.scope.get("route"), "path", ""))
