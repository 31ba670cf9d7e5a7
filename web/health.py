"""``/healthz``, ``/readyz`` and ``/metrics``: the same judgement that the status page shows, for machines."""

import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response, status
from fastapi.responses import JSONResponse

from models.rules.loopback import is_loopback
from models.rules.vital_facts import Snapshot
from web.doors import LOOPBACK_NAMES
from web.health_view import HealthView
from web.metrics import TEXT, written

MOST_ROOMS = 20
"""Groups that ``/readyz`` names by number: those that have been silent for longest."""
OF_A_PROXY = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def health_routes(health: Callable[[], HealthView], metrics_token: str) -> APIRouter:
    """What machines ask; nothing in the answers is about a person."""
    routes = APIRouter()

    @routes.get("/healthz")
    async def alive() -> JSONResponse:
        return JSONResponse({"ok": True})  # whoever is dead says nothing

    @routes.get("/readyz")
    def ready() -> JSONResponse:
        view = health()
        code = status.HTTP_200_OK if view.is_ready else status.HTTP_503_SERVICE_UNAVAILABLE
        return JSONResponse(_told(view), code)

    @routes.get("/metrics")
    def metrics(request: Request) -> Response:
        if not _may_read(request, metrics_token):
            return JSONResponse({"error": "needs the token of [metrics]"}, status.HTTP_403_FORBIDDEN)
        return Response(written(health()), media_type=TEXT)

    return routes


def _may_read(request: Request, token: str) -> bool:
    """With a token: whoever brings it. Without: whoever asks on this machine, past every proxy."""
    if token:
        brought = request.headers.get("authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(brought.encode(), token.encode())
    from_here = request.client is not None and is_loopback(request.client.host)
    here = request.url.hostname in LOOPBACK_NAMES and from_here  # the name alone is what whoever asks says
    return here and not any(name in request.headers for name in OF_A_PROXY)


def _told(view: HealthView) -> dict[str, Any]:
    parts = [
        {
            "part": sign.part.value, "of": sign.of, "state": sign.grade.name.lower(), "since": _iso(sign.since),
            "what": sign.what, "next": sign.step,
        }
        for sign in view.signs
    ]  # fmt: skip
    return {"ready": view.is_ready, "at": _iso(view.snap.at), "parts": parts, **_facts(view.snap)}


def _facts(snap: Snapshot) -> dict[str, Any]:
    accounts = {
        one.name: {
            "state": "elsewhere" if one.state is None else one.state.value,
            "proof_age_s": _age(one.proof, snap.at),
        }
        for one in snap.accounts
    }
    facts: dict[str, Any] = {"accounts": accounts, "free_bytes": dict(snap.free)}
    if snap.stored is None:
        return facts
    box, due, rooms = snap.stored.outbox, snap.stored.due, snap.stored.rooms
    silent = sorted(rooms.newest.items(), key=lambda room: (room[1], room[0]))[:MOST_ROOMS]
    oldest = min((m for m in (box.urgent_since, box.since, box.notices_since) if m), default=None)
    return facts | {
        "outbox": {
            "queued": box.queued, "oldest_age_s": _age(oldest, snap.at), "in_doubt": box.doubtful, "relay": box.relay,
        },
        "due": {"waiting": due.waiting, "lag_s": _age(due.since, snap.at) or 0.0, "failed_24h": due.failed},
        "rooms": {"heard": len(rooms.newest), "newest": [{"room": no, "at": _iso(at)} for no, at in silent]},
        "backup": "none" if snap.stored.backup_at is None else _iso(snap.stored.backup_at),
    }  # fmt: skip


def _age(since: datetime | None, at: datetime) -> float | None:
    return None if since is None else round((at - since).total_seconds(), 1)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
