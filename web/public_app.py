"""What residents reach from outside: notices, one case, boards, results, privacy, and nothing else, on a port of its own.

The pages for people with a post are another application on another port, so that no mistake in a proxy can show even
their log-in page to the public.
"""

from fastapi import FastAPI, Request, Response, status

from web.doors import Doors
from web.faults import catching_faults
from web.furnishing import furnish
from web.guard import HEADERS, Guard, Next
from web.notice_door import NoticeDoor
from web.pages import Pages
from web.public_notices import notice_routes
from web.resident_pages import resident_routes
from web.typed import refused_letters

_MOST_BODY = 4096
"""Bytes of a form that holds one token."""


def create_public_app(doors: Doors, notices: NoticeDoor) -> FastAPI:
    """The application for residents: no schema pages, no cookies, strict headers on every answer."""
    app = FastAPI(title="Linli", openapi_url=None, docs_url=None, redoc_url=None)
    pages = Pages(doors, Guard(doors.secret, doors.hosts), public=True)
    app.middleware("http")(catching_faults(pages))
    app.middleware("http")(_strict)
    furnish(app, pages)
    app.include_router(notice_routes(notices, pages, doors.secret))
    if doors.residents is not None:
        app.include_router(resident_routes(doors.residents, pages))
    return app


async def _strict(request: Request, following: Next) -> Response:
    length = request.headers.get("content-length", "0" if request.method in {"GET", "HEAD"} else "")
    if not length.isdecimal() or int(length) > _MOST_BODY:
        answer = Response("too large", status.HTTP_413_CONTENT_TOO_LARGE)
    else:
        answer = await refused_letters(request, in_path=False) or await following(request)
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer
