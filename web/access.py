"""The log-in page, and one's own page with password and second factor. No page before it shows anything."""

import secrets
from typing import Annotated

import pyotp
from fastapi import APIRouter, Form, Request, Response

from handlers.dispatch import Outcome
from handlers.web_access import ISSUER, EnterByCode, EnterByPassword, LeaveWeb, SetPassword
from models.rules.refusals import Refusal, RefusalKind
from models.rules.web_access import is_second_factor
from web.entrance import NOBODY, Entrance, visitor_of
from web.guard import Guard, keep_session, session_of
from web.pages import Pages, go_back
from web.status import qr_svg
from web.tries import Tries

Field = Annotated[str, Form(max_length=300)]
FRONT = "/console"


def access_routes(entrance: Entrance, pages: Pages, guard: Guard) -> APIRouter:
    """``/login``, ``/login/code``, ``/login/password``, ``/logout``, ``/me``."""
    routes, tries = APIRouter(), entrance.tries

    def enter(request: Request, csrf: str, back: str, intent: EnterByCode | EnterByPassword) -> Response:
        key = guard.check(request, csrf)
        try:
            _count(tries, request)
            _let_in(entrance.do(intent, NOBODY, key))
        except Refusal as refused:
            shown = {"back_to": back, "login": getattr(intent, "login", ""), "words": pages.sentence(refused)}
            return pages.show(request, "login.html", shown, pages.code_of(refused))
        answer = go_back(back, FRONT)
        keep_session(request, answer, intent.token)
        return answer

    @routes.get("/login")
    def login(request: Request, back: str = FRONT) -> Response:
        return pages.show(request, "login.html", {"back_to": back, "login": "", "words": ""})

    @routes.post("/login/code")
    def by_code(request: Request, csrf: Field, code: Field, back: Field = FRONT) -> Response:
        return enter(request, csrf, back, EnterByCode(code, _token()))

    @routes.post("/login/password")
    def by_password(
        request: Request, csrf: Field, login: Field, password: Field, once: Field, back: Field = FRONT
    ) -> Response:
        return enter(request, csrf, back, EnterByPassword(login, password, once, _token()))

    @routes.post("/logout")
    def logout(request: Request, csrf: Field) -> Response:
        key = guard.check(request, csrf)
        entrance.do(LeaveWeb(session_of(request)), NOBODY, key)
        answer = go_back("/login", "/login")
        keep_session(request, answer, _token())
        return answer

    routes.include_router(_own_page(entrance, pages, guard))
    return routes


def _own_page(entrance: Entrance, pages: Pages, guard: Guard) -> APIRouter:
    routes = APIRouter()

    def show(request: Request, words: str, login: str, second: str, code: int = 200) -> Response:
        who = visitor_of(request)
        person = who.actor.person
        known = entrance.sessions.login_of(person) if person is not None else ""
        address = pyotp.TOTP(second, issuer=ISSUER, name=login or known or who.called).provisioning_uri()
        shown = {
            "who": who, "known": known, "login": login or known, "second": second, "qr": qr_svg(address),
            "words": words, "mine": person is not None, "now": entrance.clock(),
            "sessions": entrance.office.access.own_sessions(person, entrance.clock()),
            "this_one": who.visit.id if who.visit else 0,
        }  # fmt: skip
        return pages.show(request, "me.html", shown, code)

    @routes.get("/me")
    def me(request: Request) -> Response:
        return show(request, "", "", pyotp.random_base32())

    @routes.post("/me/password")
    def password(
        request: Request, csrf: Field, login: Field, password: Field, second: Field, once: Field
    ) -> Response:
        key = guard.check(request, csrf)
        who = visitor_of(request)
        intent = SetPassword(login, password, second, once, session_of(request))
        try:
            outcome = entrance.do(intent, who.actor, key)
        except Refusal as refused:
            kept = second if is_second_factor(second) else pyotp.random_base32()
            return show(request, pages.sentence(refused), login, kept, pages.code_of(refused))
        return show(request, pages.reply(outcome), "", pyotp.random_base32())

    return routes


def _token() -> str:
    return secrets.token_urlsafe(32)


def _count(tries: Tries, request: Request) -> None:
    if not tries.may(request.client.host if request.client else ""):
        raise Refusal(RefusalKind.NOT_NOW, "LOGIN_TOO_OFTEN")


def _let_in(outcome: Outcome) -> None:
    """A wrong password is counted, so it is told as a reply and not as a refusal."""
    if outcome.reply is not None:
        raise Refusal(RefusalKind.NOT_ALLOWED, outcome.reply.key)
