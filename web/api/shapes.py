"""What the interface answers: names of codes beside the codes, moments in UTC, no telephone numbers and no full names."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, Field

from web.api.cursors import LONGEST

ROW = 2**31 - 1
"""The largest number a row can have."""
After = Annotated[
    str | None, Query(max_length=LONGEST, description="上一页给的 next，原样填；第一页不填", examples=[None])
]
Limit = Annotated[int, Query(ge=1, le=100, description="一页几条")]
Group = Literal["open", "overdue", "unclaimed", "unhappy", "done", "all"]


class Listed(BaseModel):
    """One page of a list."""

    next: str | None = Field(description="取下一页时填进 after；没有下一页时是 null")


class Code(BaseModel):
    """A code and how it is said."""

    code: str
    name: str


class CaseShape(BaseModel):
    """A case as it stands."""

    no: int = Field(description="编号，如 23")
    category: Code
    urgency: str = Field(description="U0 危及人身，U1 急，U2、U3 一般，Q 咨询，S 建议")
    privacy: str = Field(description="P0 到 P2；P3、P4 的不给程序")
    state: Code
    area: str = Field(description="所在区域的名字")
    place: str = Field(description="说到的地点")
    words: str = Field(description="诉求内容，号码已隐去")
    result: str = Field(description="办理结果；还没办完是空的")
    source: str = Field(description="group 群里，dm 私聊；其余是线下渠道的名字")
    assignee: str = Field(description="派给了谁：岗位加姓；没有人是空的")
    co_reporters: int = Field(description="还有几个人报过同一件")
    reopened: int = Field(description="重办过几次")
    said_at: datetime
    opened_at: datetime
    due_claim_at: datetime | None
    due_resolve_at: datetime | None


class CaseList(Listed):
    """Cases, the newest first."""

    cases: list[CaseShape]


class WholeCase(CaseShape):
    """One case with what came of it and what this token may do with it now."""

    area_id: int
    claimed_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    steps_open: list[str] = Field(description="这个令牌现在能走的步骤")


class StepShape(BaseModel):
    """One thing that happened to a case."""

    seq: int
    step: Code
    state: Code
    reason: str
    by: str = Field(description="谁做的：岗位加姓；居民和系统是空的")
    token: str = Field(description="哪个程序以他的名义做的；人做的是空的")
    at: datetime


class StepList(BaseModel):
    """Everything that happened to a case, oldest first."""

    no: int
    steps: list[StepShape]


class LineShape(BaseModel):
    """Something a person said about a case."""

    said_at: datetime
    words: str


class LineList(BaseModel):
    """What was said about a case, oldest first."""

    no: int
    lines: list[LineShape]


class StepTakenShape(BaseModel):
    """A step some case took because of what was asked."""

    no: int
    step: str
    state: str


class ActShape(BaseModel):
    """What came of an act. No steps: it was so already, and the sentence says how it stands."""

    steps: list[StepTakenShape]
    key: str = Field(description="这句话的代号；没有话是空的")
    sentence: str = Field(description="给办事的人看的一句话")


class AreaShape(BaseModel):
    """An area; the tree is in ``parent``."""

    id: int
    name: str
    path: str = Field(description="从上到下的全名，如 安全村一片四组")
    level: Code
    scheme: str
    parent: int | None = Field(description="上一级；不在这个令牌范围里的不写")


class AreaList(Listed):
    """The areas of the token."""

    areas: list[AreaShape]


class PersonShape(BaseModel):
    """Somebody in a post today: post and surname, nothing else of the person."""

    post: Code
    surname: str
    area_id: int
    area: str
    bound: bool = Field(description="认过微信，能收到机器人的话")
    away: bool = Field(description="请假，又没有代办人")


class PersonList(Listed):
    """Who answers where today."""

    people: list[PersonShape]


class NoticeShape(BaseModel):
    """A notice to groups."""

    no: int
    title: str
    words: str
    level: str = Field(description="normal 普通，important 重要，emergency 应急")
    state: Code
    areas: list[int]
    when: str = Field(description="原话里的时间，如 每月10日18点；马上发的是空的")
    next_at: datetime | None
    created_at: datetime
    cancelled_at: datetime | None


class NoticeList(Listed):
    """Notices, the newest first."""

    notices: list[NoticeShape]


class DeliveryShape(BaseModel):
    """How the last round of a notice stands, in numbers of groups."""

    no: int
    groups: int
    sent: int
    coming: int
    again: int = Field(description="没发出，会自己再试")
    by_hand: int = Field(description="要人代发")
    failed: int
    doubt: int = Field(description="说不准发没发出")
    stopped: int


class FigureShape(BaseModel):
    """The counts of the first page, at a moment."""

    at: datetime
    open: int
    overdue: int
    unclaimed: int
    unhappy: int = Field(description="在办的里面重办过的")
    opened_today: int
    closed_today: int
