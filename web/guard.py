"""What stands before every page: allowed hosts, strict headers, and tokens that prove a form is ours."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

import structlog
from fastapi import HTTPException, Request, Response, status
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, RedirectResponse

from handlers.web_access import RenewSession
from models.rules.ids import IdempotencyKey
from models.rules.refusals import Refusal
from models.rules.web_access import LONGEST
from web.entrance import EVERYBODY_HERE, Entrance
from web.typed import refused_letters

log = structlog.get_logger()
SESSION_COOKIE = "linli_session"
COOKIE_S = int(LONGEST.total_seconds())
_SESSION = re.compile(r"[\w-]{16,64}")
_MOST_BODY = 4 * 1024 * 1024
"""Bytes of the largest form: one picture of 3 MB and some words."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

Next = Callable[[Request], Awaitable[Response]]
FOR_MACHINES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Answered to everybody alike, also while the database is away."""
OPEN = FOR_MACHINES | {"/login", "/login/code", "/login/password", "/big-type"}
API = "/api/v1/"
OPEN_BELOW = ("/static/", "/hooks/")
"""What nobody needs to sign in for; everything else is closed, also what will be added one day."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Guards one deployment's pages with its secret. ``entrance`` None: a stage without a town, which has no doors."""

    secret: bytes
    hosts: tuple[str, ...]
    entrance: Entrance | None = None
    demo: bool = False
    """Everybody is the operator of a town that does not exist."""

    async def __call__(self, request: Request, following: Next) -> Response:
        """Let a request through, or refuse it, and put the headers on what comes back."""
        if request.url.hostname not in self.hosts:
            return self._with_headers(Response("unknown host", status.HTTP_400_BAD_REQUEST))
        if request.url.path.startswith(API):  # tokens open it, cookies do not; it looks at sizes itself
            return self._with_headers(await following(request))
        if request.method == "POST" and not _reasonable(request.headers.get("content-length", "")):
            return self._with_headers(_too_large())
        if (odd := await refused_letters(request)) is not None:
            return self._with_headers(odd)
        session = request.cookies.get(SESSION_COOKIE, "")
        known = bool(_SESSION.fullmatch(session))
        request.state.session = request.state.form_key = session if known else secrets.token_urlsafe(24)
        request.state.visitor = EVERYBODY_HERE if self.entrance is None else None
        request.state.keeps = not known
        if self.entrance is not None and not _is_for_everybody(request.url.path):
            try:
                await run_in_threadpool(self._recognise, request, self.entrance)
            except Exception as fault:  # noqa: BLE001 - without its database no page can be made
                log.error("nobody recognised", fault=type(fault).__name__)  # noqa: TRY400 - no words in a log
                return self._with_headers(_away())
        return self._with_headers(
            _to_login(request) if self._is_closed(request) else await self._open(request, following)
        )

    async def _open(self, request: Request, following: Next) -> Response:
        """What lies behind, with the session that may have been renewed on the way."""
        answer = await following(request)
        if request.state.keeps:
            keep_session(request, answer, request.state.session)
        return answer

    def _recognise(self, request: Request, entrance: Entrance) -> None:
        """Who comes; a token that is old enough is replaced on the way."""
        visitor = entrance.visitor(request.state.session)
        if visitor is None:
            request.state.visitor = entrance.operator_here() if self.demo else None
            return
        request.state.visitor = visitor
        if visitor.visit is None:
            return
        request.state.form_key = visitor.visit.form_key
        if visitor.visit.is_stale:
            new = secrets.token_urlsafe(32)
            renewal = RenewSession(request.state.session, new)
            with suppress(Refusal):  # another page of the same person was quicker
                entrance.do(renewal, visitor.actor, IdempotencyKey(f"web:renew:{secrets.token_urlsafe(16)}"))
                request.state.session, request.state.keeps = new, True

    def _is_closed(self, request: Request) -> bool:
        """Whether one must sign in first."""
        if self.demo or self.entrance is None or request.state.visitor is not None:
            return False
        return request.url.path not in OPEN and not request.url.path.startswith(OPEN_BELOW)

    def token(self, request: Request) -> str:
        """A fresh token for the forms of one page; its first part becomes the idempotency key."""
        nonce = secrets.token_urlsafe(16)
        return f"{nonce}.{self._sign(request, nonce)}"

    def check(self, request: Request, token: str) -> IdempotencyKey:
        """The idempotency key of a form's token. Raises HTTPException 403 for a token that is not ours."""
        nonce, _, signature = token.partition(".")
        if not nonce or not hmac.compare_digest(signature.encode(), self._sign(request, nonce).encode()):
            raise HTTPException(status.HTTP_403_FORBIDDEN, "页面放得太久了，请刷新后再按一次。")
        return IdempotencyKey(f"web:{nonce}")

    def check_part(self, request: Request, token: str, part: str) -> IdempotencyKey:
        """The key of one of several things that the form of a page may ask for, each once.

        Raises:
            HTTPException: 403 for a token that is not ours.
            Refusal: the token was used up by another form.
        """
        key = self.check(request, token)
        if self.entrance is not None:
            self.entrance.ensure_unsent(key)
        return IdempotencyKey(f"{key}:{part}")

    def _sign(self, request: Request, nonce: str) -> str:
        words = f"{request.state.form_key}|{nonce}".encode()
        return hmac.new(self.secret, words, hashlib.sha256).hexdigest()

    def _with_headers(self, answer: Response) -> Response:
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        if "cache-control" not in answer.headers:
            answer.headers["Cache-Control"] = "no-store"
        return answer


def session_of(request: Request) -> str:
    """The token of the session in force, which a renewal on the way may have replaced."""
    token: str = request.state.session
    return token


def keep_session(request: Request, answer: Response, token: str) -> None:
    """Give the browser this token; behind a proxy with TLS it travels over TLS only."""
    request.state.keeps = False
    secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
    answer.set_cookie(SESSION_COOKIE, token, httponly=True, samesite="lax", secure=secure, max_age=COOKIE_S)


def _to_login(request: Request) -> Response:
    """A page leads to the log-in page and comes back after it; whatever else is refused."""
    wants_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    if not wants_page:
        return JSONResponse({"error": "sign in at /login first"}, status.HTTP_401_UNAUTHORIZED)
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/login?{urlencode({'back': back})}", status.HTTP_303_SEE_OTHER)


def _is_for_everybody(path: str) -> bool:
    """Whether it matters nothing who asks."""
    return path in FOR_MACHINES or path.startswith("/static/")


def _away() -> Response:
    words = "现在连不上数据库，网页打不开。群里说过的话都留着，恢复后接着办。请过几分钟再刷新。"
    again = {"Retry-After": "60"}
    return Response(words, status.HTTP_503_SERVICE_UNAVAILABLE, again, media_type="text/plain; charset=utf-8")


def _too_large() -> Response:
    words = "文件太大了，一次最多 4 MB。请返回，去掉图片或分成几个文件再传。"
    return Response(words, status.HTTP_413_CONTENT_TOO_LARGE, media_type="text/plain")


def _reasonable(length: str) -> bool:
    """Whether a form says how long it is and is not too long; browsers always say it."""
    return length.isdecimal() and int(length) <= _MOST_BODY
