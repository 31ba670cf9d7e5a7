"""What stands before every page: allowed hosts, strict headers, and tokens that prove a form is ours."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import HTTPException, Request, Response, status

from models.rules.ids import IdempotencyKey

SESSION_COOKIE = "linli_session"
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


@dataclass(frozen=True, slots=True)
class Guard:
    """Guards one deployment's pages with its secret."""

    secret: bytes
    hosts: tuple[str, ...]

    async def __call__(self, request: Request, following: Next) -> Response:
        """Let a request through, or refuse it, and put the headers on what comes back."""
        if request.url.hostname not in self.hosts:
            return self._with_headers(Response("unknown host", status.HTTP_400_BAD_REQUEST))
        if request.method == "POST" and not _reasonable(request.headers.get("content-length", "")):
            return self._with_headers(Response("too large", status.HTTP_413_CONTENT_TOO_LARGE))
        session = request.cookies.get(SESSION_COOKIE, "")
        known = bool(_SESSION.fullmatch(session))
        request.state.session = session if known else secrets.token_urlsafe(24)
        answer = await following(request)
        if not known:
            answer.set_cookie(SESSION_COOKIE, request.state.session, httponly=True, samesite="strict")
        return self._with_headers(answer)

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

    def _sign(self, request: Request, nonce: str) -> str:
        words = f"{request.state.session}|{nonce}".encode()
        return hmac.new(self.secret, words, hashlib.sha256).hexdigest()

    def _with_headers(self, answer: Response) -> Response:
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        if "cache-control" not in answer.headers:
            answer.headers["Cache-Control"] = "no-store"
        return answer


def _reasonable(length: str) -> bool:
    """Whether a form says how long it is and is not too long; browsers always say it."""
    return length.isdecimal() and int(length) <= _MOST_BODY
