"""Renders templates: one environment, what every page gets, and how errors look."""

from collections.abc import Mapping
from pathlib import Path

import jinja2
from fastapi import Request, status
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from handlers.dispatch import Outcome
from models.rules.refusals import Refusal, RefusalKind
from web import wording
from web.doors import Doors
from web.guard import Guard
from web.menu import links_for

HERE = Path(__file__).parent
BIG_TYPE_COOKIE = "linli_big"

STATUS_OF_REFUSAL = {
    RefusalKind.NOT_ALLOWED: status.HTTP_403_FORBIDDEN,
    RefusalKind.NOT_FOUND: status.HTTP_404_NOT_FOUND,
    RefusalKind.NOT_NOW: status.HTTP_409_CONFLICT,
    RefusalKind.NOT_CLEAR: status.HTTP_422_UNPROCESSABLE_CONTENT,
}

ERROR_WORDS = {
    403: "这一步没有做成",
    404: "没有找到",
    409: "现在还不行",
    413: "太大了",
    422: "没看明白",
    500: "程序出了问题",
}


class Pages:
    """Turns a template's name and values into an answer, with the same frame around every page."""

    def __init__(self, doors: Doors, guard: Guard, *, public: bool = False) -> None:
        """``public``: for residents, without menu, session and forms of ours."""
        self._public = public
        self._doors = doors
        self._guard = guard
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(
            clock_time=wording.clock_time,
            full_clock=wording.full_clock,
            day_time=wording.day_time,
            day_said=wording.day_said,
            lasted=wording.lasted,
        )

    def show(
        self, request: Request, template: str, values: Mapping[str, object], code: int = 200
    ) -> Response:
        """Render one page."""
        frame = self._frame(request)
        return HTMLResponse(self._templates.get_template(template).render({**frame, **values}), code)

    def _frame(self, request: Request) -> dict[str, object]:
        if self._public:
            return {"large": False, "token": "", "here": ""}
        demo, who = self._doors.simulator is not None, request.state.visitor
        menu = links_for(request.url.path, who.actor, demo=demo) if who is not None else ()
        return {
            "here": "",
            "menu": list(menu),
            "back": path_and_query(request),
            "csrf": self._guard.token(request),
            "big": request.cookies.get(BIG_TYPE_COOKIE) == "1",
            "demo": demo,
            "desks": self._doors.desks is not None,
            "visitor": who if self._doors.entrance is not None else None,
        }

    def refusal(self, request: Request, refused: Exception) -> Response:
        """Say a refusal of the application as a page."""
        if not isinstance(refused, Refusal):
            raise TypeError("not a refusal")
        return self._error(request, self.code_of(refused), self.sentence(refused))

    def sentence(self, refused: Refusal) -> str:
        """A refusal in words."""
        return self._doors.sentence(refused)

    def render(self, key: str, **blanks: object) -> str:
        """A sentence of ours."""
        return self._doors.sentence(Refusal(RefusalKind.NOT_NOW, key, **blanks))

    def code_of(self, refused: Refusal) -> int:
        """The status of a refusal."""
        return STATUS_OF_REFUSAL[refused.kind]

    def reply(self, outcome: Outcome) -> str:
        """What was answered, in words; empty: nothing."""
        said = outcome.reply
        return (
            ""
            if said is None
            else self._doors.sentence(Refusal(RefusalKind.NOT_NOW, said.key, **said.blanks))
        )

    def http_error(self, request: Request, error: Exception) -> Response:
        """Say an HTTP error as a page."""
        if not isinstance(error, HTTPException):
            raise TypeError("not an HTTP error")
        way_back = "请回到群里重新点一次。" if self._public else "请从上面的菜单重新进。"
        known = {status.HTTP_404_NOT_FOUND: f"没有这个页面，{way_back}"}
        detail = str(error.detail)
        words = known.get(error.status_code, detail) if detail.isascii() else detail
        return self._error(request, error.status_code, words)

    def missing(self, request: Request, _: Exception) -> Response:
        """Say that something asked for by name is not there."""
        return self._error(request, status.HTTP_404_NOT_FOUND, "要找的人、群或消息不在了，请刷新页面。")

    def invalid(self, request: Request, _: Exception) -> Response:
        """Say that a form came incomplete."""
        return self._error(request, status.HTTP_422_UNPROCESSABLE_CONTENT, "表单没有填全，请返回再试。")

    def fault(self, request: Request, number: str) -> Response:
        """Say that the fault is ours; ``number`` finds it in the log."""
        words = f"不是您的错。请刷新看看刚才那一步做成没有，过一分钟再试；还不行，把编号 {number} 告诉管服务器的人。"
        return self._error(request, status.HTTP_500_INTERNAL_SERVER_ERROR, words)

    def _error(self, request: Request, code: int, words: str) -> Response:
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse({"error": words}, code)
        title = ERROR_WORDS.get(code, "没有做成")
        template = "public_error.html" if self._public else "error.html"
        return self.show(request, template, {"title": title, "words": words}, code)


def path_and_query(request: Request) -> str:
    """The page's own address without the host."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def go_back(back: str, otherwise: str) -> Response:
    """Send the browser back to one of our own pages after a form; never to another host."""
    ours = (
        back.startswith("/") and not back.startswith(("//", "/\\")) and "\n" not in back and "\r" not in back
    )
    return RedirectResponse(back if ours else otherwise, status.HTTP_303_SEE_OTHER)
