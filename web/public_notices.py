"""A notice on a page of its own: no log-in, no script, no cookie, and nothing counted but a tap.

Robots that look at a link before WeChat shows it only GET; a tap is a form (``POST``) with a token of that page.
"""

import hashlib
import hmac
import re
import secrets
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from models.rules.ids import IdempotencyKey
from web.doors import NotHere
from web.notice_door import NoticeDoor
from web.pages import Pages

_TOKEN = re.compile(r"[\w-]{22}", re.ASCII)
"""128 bits (``models.secrets.new_link_token``)."""
_PAGE_FOR = "private, max-age=60"
"""A stopped notice says so within a minute."""
_FILE_FOR = "private, max-age=86400"


def notice_routes(door: NoticeDoor, pages: Pages, secret: bytes) -> APIRouter:
    """``/n/<token>``, its files, and the tap."""
    routes = APIRouter(prefix="/n")

    @routes.get("/{token}")
    def notice(request: Request, token: str, seen: str = "", big: str = "") -> Response:
        try:
            view = door.notice(_known(token))
        except NotHere:
            shown = {"contact": door.contact(), "token": "", "large": bool(big)}
            return pages.show(request, "notice_gone.html", shown, 404)
        shown = {
            "notice": view, "token": token, "seen": bool(seen), "large": bool(big), "stamp": _stamp(secret, token),
        }  # fmt: skip
        return _kept(pages.show(request, "notice.html", shown), _PAGE_FOR)

    @routes.post("/{token}/seen")
    def tap(token: str, stamp: Annotated[str, Form()] = "", big: Annotated[str, Form()] = "") -> Response:
        nonce = _nonce(secret, _known(token), stamp)
        if nonce:  # an old page is simply shown again
            door.seen(token, IdempotencyKey(f"page:{nonce}"))
        asked = f"?seen=1{'&big=1' if big else ''}" if nonce else ""
        return RedirectResponse(f"/n/{token}{asked}", 303)

    @routes.get("/{token}/pictures/{number}")
    def picture(token: str, number: int) -> Response:
        return _kept(Response(door.picture(_known(token), number), media_type="image/jpeg"), _FILE_FOR)

    @routes.get("/{token}/files/{number}")
    def file(token: str, number: int) -> Response:
        name, content = door.file(_known(token), number)
        answer = Response(content, media_type="application/octet-stream")
        answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
        return _kept(answer, _FILE_FOR)

    return routes


def _known(token: str) -> str:
    """A token that may be one. Raises NotHere."""
    if not _TOKEN.fullmatch(token):
        raise NotHere("no such link")
    return token


def _kept(answer: Response, how: str) -> Response:
    answer.headers["Cache-Control"] = how
    return answer


def _stamp(secret: bytes, token: str) -> str:
    """What a page's form carries: two taps of one page are one."""
    nonce = secrets.token_urlsafe(12)
    return f"{nonce}.{_signed(secret, token, nonce)}"


def _nonce(secret: bytes, token: str, stamp: str) -> str:
    """The page that a form came from; empty: none of ours."""
    nonce, _, signature = stamp.partition(".")
    ours = hmac.compare_digest(signature.encode(), _signed(secret, token, nonce).encode())
    return nonce if nonce and ours else ""


def _signed(secret: bytes, token: str, nonce: str) -> str:
    return hmac.new(secret, f"page|{token}|{nonce}".encode(), hashlib.sha256).hexdigest()[:32]
