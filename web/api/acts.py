"""Opening a case and moving it, in the name of the post that lent the token: the same intents as on the pages."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, status
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from handlers.claims import ClaimCase, ContactCase
from handlers.corrections import CorrectCase
from handlers.escalation import EscalateCase, ReturnCase, TransferCase
from handlers.intake import RecordOffline
from handlers.intents import Intent
from handlers.merging import MergeCase
from handlers.results import ReopenCase, ResolveCase
from models.rules.api_tokens import Caller
from models.rules.ids import CaseNo
from web.api.cases import No, Who, below
from web.api.once import Key, Once
from web.api.problems import problems
from web.api.reading import CaseReading
from web.api.shapes import ROW, ActShape
from web.api_door import ApiDoor

LONGEST_WORDS = 1000
REFUSED = problems(403, 404, 409)
Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
"""What a database can keep."""


class Asked(BaseModel):
    """What comes with a request: nothing that is not known."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class NewCase(Asked):
    """A request that came in elsewhere."""

    area: int = Field(ge=1, le=ROW, description="哪个区域的事（/areas 里的 id）")
    words: Text = Field(
        min_length=2, max_length=LONGEST_WORDS, description="诉求内容；里面的手机号只给责任人看"
    )
    channel: Text = Field(min_length=1, max_length=20, description="从哪里来的，如 县12345")
    name: Text = Field("", max_length=20, description="谁提的，只给责任人看；可以不填")


class Result(Asked):
    """What was done."""

    words: Text = Field(max_length=LONGEST_WORDS, description="怎么办好的，至少四个字")


class Reason(Asked):
    """Why, or what is needed."""

    words: Text = Field(max_length=LONGEST_WORDS, description="为什么，或者需要什么")


class ToWhom(Asked):
    """Who should do it."""

    to: Text = Field(max_length=60, description="转给谁：岗位加姓，如 组长刘")
    words: Text = Field("", max_length=LONGEST_WORDS, description="要交代的话，可以不填")


class Upwards(Reason):
    """What the level above should do."""

    whistle: bool = Field(True, description="吹哨，几个小时内要到；false 是一般上报")


class Category(Asked):
    """What it is really about."""

    to: Text = Field(min_length=1, max_length=40, description="应该是什么类，如 路灯")


class Head(Asked):
    """The case that goes on."""

    into: int = Field(ge=1, le=ROW, description="并到几号")


def case_acts(door: ApiDoor) -> APIRouter:
    """Everything that changes a case; each takes what the token was made for."""
    routes, once, read = APIRouter(tags=["acts"], responses=REFUSED), Once(door), CaseReading(door)

    def move(who: Caller, key: str, act: str, no: int, body: Asked | None, intent: Intent) -> JSONResponse:
        def seen() -> Intent:
            read.file_of(who, no)
            if isinstance(intent, MergeCase) and intent.into is not None:
                read.file_of(who, intent.into)
            return intent

        return once(who, key, (f"/cases/{no}/{act}", body), seen)

    @routes.post("/cases", status_code=201, response_model=ActShape, summary="替人登记一件诉求")
    def open_case(who: Who, key: Key, body: NewCase) -> JSONResponse:
        def make() -> Intent:
            below(door, who, body.area)
            return RecordOffline(body.words, body.channel, body.name, body.area)

        return once(who, key, ("/cases", body), make, status.HTTP_201_CREATED)

    _first_acts(routes, move)
    _further_acts(routes, move)
    return routes


Move = Callable[[Caller, str, str, int, Asked | None, Intent], JSONResponse]


def _first_acts(routes: APIRouter, move: Move) -> None:
    @routes.post("/cases/{no}/claim", response_model=ActShape, summary="接单")
    def claim(who: Who, key: Key, no: No) -> JSONResponse:
        return move(who, key, "claim", no, None, ClaimCase(CaseNo(no)))

    @routes.post("/cases/{no}/contact", response_model=ActShape, summary="已联系居民")
    def contact(who: Who, key: Key, no: No) -> JSONResponse:
        return move(who, key, "contact", no, None, ContactCase(CaseNo(no)))

    @routes.post("/cases/{no}/resolve", response_model=ActShape, summary="办结")
    def resolve(who: Who, key: Key, no: No, body: Result) -> JSONResponse:
        return move(who, key, "resolve", no, body, ResolveCase(CaseNo(no), body.words))

    @routes.post("/cases/{no}/reopen", response_model=ActShape, summary="没解决，重办")
    def reopen(who: Who, key: Key, no: No, body: Reason) -> JSONResponse:
        return move(who, key, "reopen", no, body, ReopenCase(CaseNo(no), body.words))


def _further_acts(routes: APIRouter, move: Move) -> None:
    @routes.post("/cases/{no}/transfer", response_model=ActShape, summary="转派")
    def transfer(who: Who, key: Key, no: No, body: ToWhom) -> JSONResponse:
        return move(who, key, "transfer", no, body, TransferCase(CaseNo(no), body.to, body.words))

    @routes.post("/cases/{no}/escalate", response_model=ActShape, summary="吹哨、上报")
    def escalate(who: Who, key: Key, no: No, body: Upwards) -> JSONResponse:
        asked = EscalateCase(CaseNo(no), body.words, whistle="1" if body.whistle else "")
        return move(who, key, "escalate", no, body, asked)

    @routes.post("/cases/{no}/return", response_model=ActShape, summary="退回派单的人")
    def give_back(who: Who, key: Key, no: No, body: Reason) -> JSONResponse:
        return move(who, key, "return", no, body, ReturnCase(CaseNo(no), body.words))

    @routes.post("/cases/{no}/correct", response_model=ActShape, summary="改类别")
    def correct(who: Who, key: Key, no: No, body: Category) -> JSONResponse:
        return move(who, key, "correct", no, body, CorrectCase(CaseNo(no), body.to))

    @routes.post("/cases/{no}/merge", response_model=ActShape, summary="并到另一件")
    def merge(who: Who, key: Key, no: No, body: Head) -> JSONResponse:
        return move(who, key, "merge", no, body, MergeCase(CaseNo(no), CaseNo(body.into)))
