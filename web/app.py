"""Builds the web application from its doors."""

from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import RedirectResponse, Response

from web.access import access_routes
from web.api.app import AT, create_api
from web.api_page import api_page_routes
from web.areas import area_routes
from web.boards import board_desk_routes
from web.cases import case_routes
from web.console import console_routes
from web.desks import desk_routes
from web.doors import Doors
from web.entrance import Entrance, visitor_of
from web.faults import catching_faults
from web.furnishing import furnish
from web.guard import Guard
from web.handover import handover_routes
from web.health import health_routes
from web.hooks import hook_routes
from web.letters import letter_routes
from web.menu import groups_for
from web.notice_changes import change_routes
from web.notice_composer import composer_routes
from web.notices import notice_desk_routes
from web.office import office_routes
from web.open_results import open_result_routes
from web.pages import BIG_TYPE_COOKIE, Pages, go_back
from web.people import people_routes
from web.public_notices import notice_routes
from web.pulse import CasePulse
from web.relay import relay_routes
from web.reports import report_routes
from web.resident_pages import resident_routes
from web.roster import roster_routes
from web.simulator import simulator_routes
from web.status import status_routes
from web.streams import stream_routes
from web.webhooks import webhook_routes

A_YEAR_S = 365 * 24 * 3600


def create_app(doors: Doors) -> FastAPI:
    """The web application: no schema pages, no third-party assets, strict headers on every answer."""
    app = FastAPI(title="Linli", openapi_url=None, docs_url=None, redoc_url=None)
    guard = Guard(doors.secret, doors.hosts, doors.entrance, demo=doors.simulator is not None)
    pages = Pages(doors, guard)
    app.middleware("http")(catching_faults(pages))
    app.middleware("http")(guard)  # outside: its headers stand on every answer
    furnish(app, pages)
    if doors.entrance is not None:
        _console(app, doors, doors.entrance, pages, guard)
    app.include_router(console_routes(doors, pages))
    app.include_router(status_routes(doors, pages))
    app.include_router(letter_routes(doors, pages))
    app.include_router(relay_routes(doors, pages, guard))
    _machines(app, doors, pages)
    if doors.simulator is not None:
        app.include_router(simulator_routes(doors.simulator, pages, guard, app.state.streams))
    _frame_routes(app, pages, guard, has_simulator=doors.simulator is not None)
    return app


def _console(app: FastAPI, doors: Doors, entrance: Entrance, pages: Pages, guard: Guard) -> None:
    """What only somebody who signed in reaches."""
    app.include_router(access_routes(entrance, pages, guard))
    app.include_router(case_routes(entrance, doors.album, pages, guard))
    app.include_router(office_routes(entrance, pages, guard))
    app.include_router(composer_routes(entrance, pages, guard))
    app.include_router(change_routes(entrance, pages, guard))
    app.include_router(notice_desk_routes(entrance, pages, guard))
    app.include_router(report_routes(entrance, pages, guard))
    app.include_router(stream_routes(entrance, CasePulse(entrance.news), app.state.streams))
    app.include_router(area_routes(entrance, pages, guard))
    app.include_router(people_routes(entrance, pages, guard))
    if doors.rosters is not None:
        app.include_router(roster_routes(entrance, doors.rosters, pages, guard))
    if doors.desks is not None:
        app.include_router(desk_routes(entrance, doors.desks, pages, guard))
    if doors.residents is not None:
        app.include_router(board_desk_routes(entrance, doors.residents.boards, pages, guard))
        app.include_router(open_result_routes(entrance, pages, guard))
    if doors.api is not None:
        app.include_router(api_page_routes(entrance, doors.api, pages, guard))
    if doors.outward is not None:
        app.include_router(webhook_routes(entrance, doors.outward.webhooks, pages, guard))
        app.include_router(handover_routes(entrance, doors.outward.handover, pages, guard))


def _machines(app: FastAPI, doors: Doors, pages: Pages) -> None:
    """What programs ask, and in the demo, which has one port for everybody, residents."""
    if doors.notices is not None:
        app.include_router(notice_routes(doors.notices, pages, doors.secret))
        if doors.residents is not None:
            app.include_router(resident_routes(doors.residents, pages))
    if doors.health is not None:
        app.include_router(health_routes(doors.health, doors.metrics_token))
    if doors.api is not None:
        app.mount(AT, create_api(doors.api))
    if doors.weather is not None:
        app.include_router(hook_routes(doors.weather))


def _frame_routes(app: FastAPI, pages: Pages, guard: Guard, *, has_simulator: bool) -> None:
    @app.post("/big-type")
    def big_type(
        request: Request,
        csrf: Annotated[str, Form()],
        on: Annotated[bool, Form()],
        back: Annotated[str, Form()] = "/",
    ) -> Response:
        guard.check(request, csrf)
        answer = go_back(back, "/")
        answer.set_cookie(
            BIG_TYPE_COOKIE, "1" if on else "0", max_age=A_YEAR_S, samesite="lax", httponly=True
        )
        return answer

    @app.get("/more")
    def more(request: Request) -> Response:
        groups = groups_for(visitor_of(request).actor, demo=has_simulator)
        return pages.show(request, "more.html", {"groups": groups})

    if not has_simulator:

        @app.get("/")
        def front() -> Response:
            return RedirectResponse("/console")
