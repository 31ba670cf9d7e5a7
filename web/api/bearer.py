"""What stands before every address of the interface: the size of what comes, the token, and how often it asks."""

import re
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from fastapi import Request, Response, status
from fastapi.concurrency import run_in_threadpool

from handlers.api_tokens import NoteTokenUse
from models.rules.actor import Actor, Door, Origin
from models.rules.api_tokens import NOTED_EVERY, PREFIX, Caller, Token, caller_of
from models.rules.ids import IdempotencyKey
from models.rules.pacing import shanghai_date
from web.api.problems import Trouble, fault, told_of
from web.api_door import ApiDoor
from web.tries import Tries

log = structlog.get_logger()
MOST_BODY = 64 * 1024
MINUTE = timedelta(minutes=1)
OPEN = "/openapi.json"
"""What the interface looks like is no secret; everything else takes a token."""
NOBODY = Actor()
_BEARER = re.compile(rf"(?i:bearer) +({PREFIX}[\w-]{{16,64}})")
Next = Callable[[Request], Awaitable[Response]]


class Bearer:
    """Lets in whoever holds a token, and puts the caller on the request."""

    def __init__(self, door: ApiDoor) -> None:
        self._door = door
        self._asked = Tries(door.clock, door.per_minute, MINUTE)
        self._wrong = Tries(door.clock, door.most_wrong)

    async def __call__(self, request: Request, following: Next) -> Response:
        """Answer a request, or say what is wrong with it; a fault of ours is told in the same shape."""
        try:
            _must_be_small(request)
            if _path(request) != OPEN:
                request.state.caller = await run_in_threadpool(self._caller, request)
            return await following(request)
        except Trouble as trouble:
            return told_of(self._door, trouble)
        except Exception:  # left alone it would be an empty answer of another shape
            number = secrets.token_hex(3)
            log.exception("api failed", number=number, route=_route(request))
            return fault(self._door, number)

    def _caller(self, request: Request) -> Caller:
        """Who asks.

        Raises:
            Trouble: nobody who may, or too often. Only wrong tokens of an address are counted together.
        """
        found = _BEARER.fullmatch(request.headers.get("authorization", ""))
        token = self._door.tokens.find(found[1]) if found else None
        caller = self._known(token) if token is not None else None
        if caller is None:
            if not self._wrong.may(request.client.host if request.client else ""):
                raise too_often(self._wrong.within)
            refused = Trouble(status.HTTP_401_UNAUTHORIZED, "API_NO_TOKEN")
            refused.headers["WWW-Authenticate"] = "Bearer"
            raise refused
        if not self._asked.may(str(caller.token.id)):
            raise too_often(MINUTE)
        self._note(caller.token)
        return caller

    def _known(self, token: Token) -> Caller | None:
        now = self._door.clock()
        return caller_of(token, self._door.dispatch.current_town(), now, shanghai_date(now))

    def _note(self, token: Token) -> None:
        """Write down that it is in use, once in ten minutes."""
        now = self._door.clock()
        if token.used_at is None or now - token.used_at >= NOTED_EVERY:
            key = IdempotencyKey(f"api:use:{token.id}:{int(now.timestamp())}")
            self._door.dispatch(NoteTokenUse(token.id), NOBODY, Origin(Door.API, key, now))


def too_often(within: timedelta) -> Trouble:
    """Ask less often."""
    trouble = Trouble(status.HTTP_429_TOO_MANY_REQUESTS, "API_TOO_OFTEN", seconds=int(within.total_seconds()))
    trouble.headers["Retry-After"] = str(int(within.total_seconds()))
    return trouble


def caller_here(request: Request) -> Caller:
    """Who asks."""
    caller: Caller = request.state.caller
    return caller


def _route(request: Request) -> str:
    """The address's pattern: what stands in it may be a case."""
    return str(getattr(request.scope.get("route"), "path", ""))


def _path(request: Request) -> str:
    path: str = request.scope["path"]
    return path.removeprefix(request.scope.get("root_path", ""))


def _must_be_small(request: Request) -> None:
    """Raises Trouble: what comes is too large, or does not say how large it is."""
    length = request.headers.get("content-length", "" if "transfer-encoding" in request.headers else "0")
    if not length.isdecimal() or int(length) > MOST_BODY:
        raise Trouble(status.HTTP_413_CONTENT_TOO_LARGE, "API_TOO_LARGE")
