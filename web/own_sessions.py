"""我登录着的地方: one's own sessions, ended one by one or all others at once."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, status
from fastapi.responses import RedirectResponse

from handlers.web_accounts import EndMySession
from web.entrance import Entrance, visitor_of
from web.guard import Guard, session_of
from web.typed import number_in


def own_session_routes(entrance: Entrance, guard: Guard) -> APIRouter:
    """``/me/sessions/end``: one (``session``), or all others."""
    routes = APIRouter()

    @routes.post("/me/sessions/end")
    def end(request: Request, csrf: Annotated[str, Form()], session: Annotated[str, Form()] = "") -> Response:
        key = guard.check(request, csrf)
        intent = EndMySession(number_in(session) or 0, session_of(request))
        entrance.do(intent, visitor_of(request).actor, key)
        return RedirectResponse("/me", status.HTTP_303_SEE_OTHER)

    return routes
