"""Addresses at which open pages hear that something is new: those who may see the page, and nobody else."""

from fastapi import APIRouter, Request, Response

from web.doors import NotHere
from web.entrance import Entrance, visitor_of
from web.guard import session_of
from web.live import LiveStreams
from web.notice_visitor import sender
from web.pulse import CasePulse, watching
from web.typed import number_in


def stream_routes(entrance: Entrance, pulse: CasePulse, streams: LiveStreams) -> APIRouter:
    """``/live/cases`` and ``/live/notices/3``."""
    routes = APIRouter()

    def signed_in(request: Request) -> bool:
        return visitor_of(request).visit is None or entrance.visitor(session_of(request)) is not None

    @routes.get("/live/cases")
    def cases(request: Request) -> Response:
        mine = pulse.heard_by(visitor_of(request).scope)
        return streams.stream(mine, whose=session_of(request), still=lambda: signed_in(request))

    @routes.get("/live/notices/{no}")
    def notice(request: Request, no: str) -> Response:
        who, _ = sender(request, entrance)
        number = number_in(no)

        def stands() -> object:
            found = entrance.notices.one(who.scope, number) if number is not None else None
            return found and (found.line.state, sorted(found.line.shares.items()))

        if stands() is None:
            raise NotHere("no such notice")
        return streams.stream(watching(stands), whose=session_of(request), still=lambda: signed_in(request))

    return routes
