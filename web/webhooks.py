"""接口推送: what other programs were told and whether they have it; for the operator of the server alone."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, Response, status
from fastapi.responses import RedirectResponse

from handlers.webhooks import PushAgain
from models.rules.pacing import SHANGHAI
from models.rules.refusals import Refusal
from models.rules.webhooks import Happening
from models.webhooks import PushLine, WebhookLog
from web.doors import NotHere
from web.entrance import Entrance, Visitor, visitor_of
from web.guard import Guard
from web.pages import Pages
from web.typed import day_in, number_in

STATE_WORDS = {"waiting": "等着推", "sent": "已收到", "failed": "推不到，已放弃"}
TAGS = {"waiting": "wait", "sent": "good", "failed": "bad"}
KIND_WORDS = {
    Happening.CASE_OPENED: "新诉求", Happening.CASE_CLAIMED: "接单", Happening.CASE_ESCALATED: "上呼",
    Happening.CASE_RESOLVED: "办好", Happening.CASE_REOPENED: "重办", Happening.CASE_CLOSED: "结束",
    Happening.NOTICE_SENT: "发通知",
}  # fmt: skip
WHY_WORDS = {
    "timeout": "对方没有按时回答", "refused": "连不上对方", "name": "找不到这个网址", "tls": "对方的证书不可信",
    "private": "这个网址指向内网，设置里没有允许", "broken": "对方答的不是网页协议",
}  # fmt: skip


@dataclass(frozen=True)
class HookPages:
    """Draws the log."""

    entrance: Entrance
    log: WebhookLog
    pages: Pages

    def listed(
        self, request: Request, hook: str, state: str, before: str = "", words: str = "", code: int = 200
    ) -> Response:
        """The receivers with their counts, and the log from its newest line on."""
        operator_of(request)
        receivers, counts = self.entrance.dispatch.standing.webhooks, self.log.counts()
        hook, state = hook if hook in counts else "", state if state in STATE_WORDS else ""
        start = number_in(before)
        page = self.log.page(hook, state, before=start)
        link = {name: value for name, value in {"hook": hook, "state": state}.items() if value}
        gone = sorted(counts.keys() - {one.name for one in receivers})
        shown = {
            "receivers": receivers, "counts": counts, "gone": gone, "page": page, "hook": hook, "state": state,
            "states": STATE_WORDS, "tags": TAGS, "kinds": KIND_WORDS, "why": why_said, "now": self.entrance.clock(),
            "words": words, "first": start is None,
            "today": f"{self.entrance.clock().astimezone(SHANGHAI):%Y-%m-%d}",
            "older": urlencode({**link, "before": str(page.older)}) if page.older else "",
        }  # fmt: skip
        return self.pages.show(request, "webhooks.html", shown, code)


def webhook_routes(entrance: Entrance, log: WebhookLog, pages: Pages, guard: Guard) -> APIRouter:
    """``/webhooks`` and its buttons."""
    routes, draw = APIRouter(), HookPages(entrance, log, pages)

    def push(request: Request, csrf: str, hook: str, ask: PushAgain) -> Response:
        key, who = guard.check(request, csrf), operator_of(request)
        try:
            entrance.do(ask, who.actor, key)
        except Refusal as refused:
            return draw.listed(request, hook, "", "", pages.sentence(refused), pages.code_of(refused))
        return RedirectResponse(f"/webhooks?{urlencode({'hook': hook})}", status.HTTP_303_SEE_OTHER)

    @routes.get("/webhooks")
    def listed(request: Request, hook: str = "", state: str = "", before: str = "") -> Response:
        return draw.listed(request, hook, state, before)

    @routes.post("/webhooks/span")
    def span(
        request: Request, csrf: Annotated[str, Form()], hook: Annotated[str, Form(max_length=100)] = "",
        since: Annotated[str, Form(max_length=20)] = "", until: Annotated[str, Form(max_length=20)] = "",
    ) -> Response:  # fmt: skip
        days = span_in(since, until) or ("", "")
        return push(request, csrf, hook, PushAgain(hook=hook, since=days[0], until=days[1]))

    @routes.post("/webhooks/{number}/again")
    def again(
        request: Request, number: str, csrf: Annotated[str, Form()], hook: Annotated[str, Form(max_length=100)] = ""
    ) -> Response:  # fmt: skip
        return push(request, csrf, hook, PushAgain(row=number_in(number) or 0))

    return routes


def operator_of(request: Request) -> Visitor:
    """The operator of the server, at this request. Raises NotHere: it is somebody else."""
    who = visitor_of(request)
    if not who.scope.whole:
        raise NotHere("for the operator alone")
    return who


def span_in(since: str, until: str) -> tuple[str, str] | None:
    """Whole days in Shanghai, both counted, as ISO moments (from, up to); None: these are no such days."""
    first, last = day_in(since), day_in(until)
    if first is None or last is None:
        return None
    begin = datetime.combine(first, time(), SHANGHAI)
    end = datetime.combine(last, time(), SHANGHAI) + timedelta(days=1)
    return (begin.isoformat(), end.isoformat()) if begin < end else None


def why_said(line: PushLine) -> str:
    """What came back last, in words; empty: nothing was tried."""
    if line.status:
        return f"对方答 {line.status}"
    return WHY_WORDS.get(line.why, line.why)
