"""What goes wrong, in one shape everywhere: problem details (RFC 9457) with the key of the sentence and the field."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from fastapi import FastAPI, Request, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from models.rules.refusals import Refusal
from web.api_door import ApiDoor
from web.pages import STATUS_OF_REFUSAL

MEDIA = "application/problem+json"
TITLES = {
    status.HTTP_400_BAD_REQUEST: "看不懂",
    status.HTTP_401_UNAUTHORIZED: "没有带有效的令牌",
    status.HTTP_403_FORBIDDEN: "不能办",
    status.HTTP_404_NOT_FOUND: "没有这一项",
    status.HTTP_405_METHOD_NOT_ALLOWED: "方法不对",
    status.HTTP_409_CONFLICT: "现在不行",
    status.HTTP_413_CONTENT_TOO_LARGE: "太大",
    status.HTTP_422_UNPROCESSABLE_CONTENT: "没有填对",
    status.HTTP_429_TOO_MANY_REQUESTS: "太密",
    status.HTTP_500_INTERNAL_SERVER_ERROR: "程序出了问题",
}
KEYS = {
    status.HTTP_404_NOT_FOUND: "API_NOT_HERE",
    status.HTTP_405_METHOD_NOT_ALLOWED: "API_NO_SUCH_METHOD",
}
UNSAID = {
    status.HTTP_403_FORBIDDEN: "API_NOT_ALLOWED",
    status.HTTP_404_NOT_FOUND: "API_NOT_HERE",
    status.HTTP_409_CONFLICT: "API_NOT_NOW",
    status.HTTP_422_UNPROCESSABLE_CONTENT: "API_BAD_REQUEST",
}
"""What is said of a refusal that in chat is silence."""


class Problem(BaseModel):
    """What went wrong. ``key`` is for programs, ``detail`` for people."""

    type: Literal["about:blank"] = "about:blank"
    title: str = Field(description="这一类错误的名字")
    status: int = Field(description="HTTP 状态码")
    detail: str = Field(description="给人看的一句话：哪里不对、怎么办")
    key: str = Field(description="给程序看的错误代号，不会变")
    field: str | None = Field(None, description="哪一项没有填对，如 body.words；和哪一项无关时没有")


class Trouble(Exception):  # noqa: N818 - an answer
    """The request cannot be answered as asked. ``field`` names the part of it that is wrong."""

    def __init__(self, code: int, key: str, *, field: str | None = None, **blanks: object) -> None:
        super().__init__(key)
        self.code, self.key, self.field, self.blanks = code, key, field, blanks
        self.headers: dict[str, str] = {}


def not_here() -> Trouble:
    """Nothing of that name that this token can see."""
    return Trouble(status.HTTP_404_NOT_FOUND, "API_NOT_HERE")


def unclear(field: str) -> Trouble:
    """A part of the request is wrong."""
    code = status.HTTP_422_UNPROCESSABLE_CONTENT
    trouble = Trouble(code, "API_UNCLEAR", field=field)
    trouble.blanks = {"field": field}
    return trouble


def problems(*codes: int) -> dict[int | str, dict[str, Any]]:
    """The answers of an operation that are no success, for its schema."""
    always = (400, 401, 413, 422, 429, 500)
    shape = {"$ref": "#/components/schemas/Problem"}
    return {
        code: {"description": TITLES[code], "content": {MEDIA: {"schema": shape}}}
        for code in sorted({*always, *codes})
    }


def told(
    code: int, key: str, sentence: str, field: str | None = None, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """A problem as an answer."""
    body = Problem(title=TITLES.get(code, TITLES[400]), status=code, detail=sentence, key=key, field=field)
    return JSONResponse(body.model_dump(exclude_none=True), code, dict(headers or {}), MEDIA)


def told_of(door: ApiDoor, trouble: Trouble) -> JSONResponse:
    """A trouble as an answer."""
    sentence = door.render(trouble.key, **trouble.blanks)
    return told(trouble.code, trouble.key, sentence, trouble.field, trouble.headers)


def told_as_refused(door: ApiDoor, kind: str, key: str, sentence: str) -> JSONResponse:
    """A refusal of the application as an answer."""
    code = STATUS_OF_REFUSAL[next(known for known in STATUS_OF_REFUSAL if known == kind)]
    return told(code, key or UNSAID[code], sentence or door.render(UNSAID[code]))


def fault(door: ApiDoor, number: str) -> JSONResponse:
    """The fault is ours; ``number`` finds it in the log."""
    return told(500, "API_FAULT", door.render("API_FAULT", number=number))


def answer_problems(api: FastAPI, door: ApiDoor) -> None:
    """Let the application answer every problem in the one shape."""

    def trouble(_: Request, error: Exception) -> Response:
        return told_of(door, error) if isinstance(error, Trouble) else _unknown(error)

    def refusal(_: Request, error: Exception) -> Response:
        if not isinstance(error, Refusal):
            return _unknown(error)
        sentence = door.render(error.key, **error.blanks) if error.key else ""
        return told_as_refused(door, error.kind, error.key or "", sentence)

    def http(_: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            return _unknown(error)
        key = KEYS.get(error.status_code, "API_BAD_REQUEST")
        return told(error.status_code, key, door.render(key), headers=error.headers)

    def invalid(_: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            return _unknown(error)
        return told_of(door, unclear(_field(error.errors())))

    for kind, answer in (
        (Trouble, trouble), (Refusal, refusal), (HTTPException, http), (RequestValidationError, invalid)
    ):  # fmt: skip
        api.add_exception_handler(kind, answer)


def _unknown(error: Exception) -> Response:
    raise error


def _field(errors: Sequence[Any]) -> str:
    """``body.words``: the first part that is wrong; of a body that is no JSON ``body``."""
    place = errors[0]["loc"] if errors else ()
    return ".".join(str(part) for part in place if not isinstance(part, int)) or "body"
