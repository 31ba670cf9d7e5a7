"""What residents reach from outside: notices, one case, boards, privacy, and nothing else, on a port of its own.

The pages for people with a post are another application on another port, so that no mistake in a proxy can show even
their log-in page to the public.
"""

from fastapi import FastAPI, Request, Response, status
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from models.rules.refusals import Refusal
from web.doors import Doors, NotHere
from web.faults import catching_faults
from web.guard import HEADERS, Guard, Next
from web.live import LiveStreams
from web.notice_door import NoticeDoor
from web.pages import HERE, Pages
from web.public_notices import notice_routes
from web.resident_pages import resident_routes

_MOST_BODY = 4096
"""Bytes of a form that holds one token."""


def create_public_app(doors: Doors, notices: NoticeDoor) -> FastAPI:
    """The application for residents: no schema pages, no cookies, strict headers on every answer."""
    app = FastAPI(title="Linli", openapi_url=None, docs_url=None, redoc_url=None)
    pages = Pages(doors, Guard(doors.secret, doors.hosts), public=True)
    app.middleware("http")(catching_faults(pages))
    app.middleware("http")(_strict)
    app.state.streams = LiveStreams()
    app.add_exception_handler(Refusal, pages.refusal)
    app.add_exception_handler(HTTPException, pages.http_error)
    app.add_exception_handler(RequestValidationError, pages.invalid)
    app.add_exception_handler(NotHere, pages.missing)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.include_router(notice_routes(notices, pages, doors.secret))
    if doors.residents is not None:
        app.include_router(resident_routes(doors.residents, pages))
    return app


async def _strict(request: Request, following: Next) -> Response:
    length = request.headers.get("content-length", "0" if request.method in {"GET", "HEAD"} else "")
    if not length.isdecimal() or int(length) > _MOST_BODY:
        answer = Response("too large", status.HTTP_413_CONTENT_TOO_LARGE)
    else:
        answer = await following(request)
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer
