"""The console's first page: what is open today. It changes nothing."""

from fastapi import APIRouter, Request, Response

from web.doors import Doors
from web.entrance import visitor_of
from web.pages import Pages


def console_routes(doors: Doors, pages: Pages) -> APIRouter:
    """The page ``/console``."""
    routes = APIRouter()

    @routes.get("/console")
    def today(request: Request) -> Response:
        return pages.show(request, "console.html", {"view": doors.console(visitor_of(request).scope)})

    return routes
