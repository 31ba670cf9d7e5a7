"""``POST /hooks/weather``: a weather service tells of danger, signed; without a secret there is no such address."""

from collections.abc import Callable
from enum import Enum

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse


class HookAnswer(Enum):
    """What came of something a machine posted."""

    DONE = "done"
    KNOWN = "known"
    """It was posted before."""
    NOT_OURS = "not_ours"
    STALE = "stale"
    UNCLEAR = "unclear"


Hook = Callable[[bytes, str, str], HookAnswer]
"""Body, timestamp and signature of what a machine posted."""

MOST_BODY = 4096
SAYS = {
    HookAnswer.DONE: (202, "accepted"),
    HookAnswer.KNOWN: (200, "known already"),
    HookAnswer.NOT_OURS: (403, "wrong signature"),
    HookAnswer.STALE: (403, "older than five minutes: look at the clocks"),
    HookAnswer.UNCLEAR: (422, "needs id, kind (heat, flood or frost) and the name of an area"),
}


def hook_routes(hook: Hook) -> APIRouter:
    """The one address a machine may post to."""
    routes = APIRouter()

    @routes.post("/hooks/weather")
    async def weather(request: Request) -> JSONResponse:
        body = await request.body()
        if len(body) > MOST_BODY:
            return JSONResponse({"ok": False, "error": "too large"}, 413)
        stamp, signature = (request.headers.get(f"x-linli-{name}", "") for name in ("timestamp", "signature"))
        status, word = SAYS[await run_in_threadpool(hook, body, stamp, signature)]
        ok = {"ok": True} if status < 300 else {"ok": False, "error": word}  # noqa: PLR2004 - HTTP's own classes
        return JSONResponse(ok, status)

    return routes
