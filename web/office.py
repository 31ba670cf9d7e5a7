"""What belongs to looking after the console itself: who comes in, who did what, what was opened with a reason, own views."""

from fastapi import APIRouter

from web.audit import audit_routes
from web.entrance import Entrance
from web.guard import Guard
from web.own_sessions import own_session_routes
from web.pages import Pages
from web.registers import register_routes
from web.saved_views import saved_view_routes
from web.users import user_routes


def office_routes(entrance: Entrance, pages: Pages, guard: Guard) -> APIRouter:
    """All of these pages; each leads on from ``/me``."""
    routes = APIRouter()
    for part in (audit_routes, register_routes, saved_view_routes, user_routes):
        routes.include_router(part(entrance, pages, guard))
    routes.include_router(own_session_routes(entrance, guard))
    return routes
