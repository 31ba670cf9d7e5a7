"""The manual relay's page: texts that wait for a person to carry them into WeChat."""

from itertools import groupby
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response

from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from web.doors import Doors
from web.entrance import Visitor, visitor_of
from web.guard import Guard
from web.pages import Pages, go_back
from web.relay_door import RelayTask


def relay_routes(doors: Doors, pages: Pages, guard: Guard) -> APIRouter:
    """The page ``/relay`` and its two buttons."""
    routes = APIRouter()
    relay = doors.relay

    @routes.get("/relay")
    def waiting(request: Request) -> Response:
        tasks = sorted(relay.waiting(_entitled(request)), key=lambda task: not task.urgent)
        return pages.show(request, "relay.html", {"groups": _by_place(tasks), "count": len(tasks)})

    @routes.post("/relay/confirm")
    def confirm(request: Request, task: Annotated[str, Form()], csrf: Annotated[str, Form()]) -> Response:
        relay.confirm(_entitled(request), task, guard.check_part(request, csrf, task))
        return go_back("/relay", "/relay")

    @routes.post("/relay/give-up")
    def give_up(request: Request, task: Annotated[str, Form()], csrf: Annotated[str, Form()]) -> Response:
        relay.give_up(_entitled(request), task, guard.check_part(request, csrf, task))
        return go_back("/relay", "/relay")

    @routes.get("/relay/{task}/files/{number}")
    def file(request: Request, task: str, number: int) -> Response:
        name, content = relay.file(_entitled(request), task, number)
        answer = Response(content, media_type="application/octet-stream")
        answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
        return answer

    return routes


def _entitled(request: Request) -> Visitor:
    """Whoever may pass words on: what waits holds private ones too.

    Raises:
        Refusal: this person may not.
    """
    who = visitor_of(request)
    if Permission.RELAY_CONFIRM not in who.actor.permissions:
        raise Refusal(RefusalKind.NOT_ALLOWED, "RELAY_NOT_YOURS")
    return who


def _by_place(tasks: list[RelayTask]) -> list[tuple[str, list[RelayTask]]]:
    """Tasks of one group together; the groups in the order of their most pressing task."""
    places = list(dict.fromkeys(task.to for task in tasks))
    ordered = sorted(tasks, key=lambda task: places.index(task.to))
    return [(to, list(those)) for to, those in groupby(ordered, key=lambda task: task.to)]
