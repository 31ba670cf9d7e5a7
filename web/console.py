"""The console's first page: what is open today. It changes nothing."""

from fastapi import APIRouter, Request, Response

from models.rules.scope import Scope
from web.doors import Doors
from web.entrance import Visitor
from web.pages import Pages


def console_routes(doors: Doors, pages: Pages) -> APIRouter:
    """The page ``/console``."""
    routes = APIRouter()

    @routes.get("/console")
    def today(request: Request) -> Response:
        who: Visitor | None = request.state.visitor
        scope = who.scope if who is not None else Scope(whole=True)  # a stage without a town has no visitors
        return pages.show(request, "console.html", {"view": doors.console(scope)})

    return routes
