"""改通知: another moment or other words for whatever was not said yet, looked at first."""

import hashlib
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, status
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict

from handlers.notice_change_look import ChangeLook, look_at_change
from handlers.notice_changes import ChangeNoticeNow
from models.rules.refusals import Refusal
from web.entrance import Entrance
from web.guard import Guard
from web.notice_sheet import LOOKED_FOR, MOST_MOMENT, MOST_WORDS, SEND, moment_typed, typed
from web.notice_words import instead
from web.notices import NoticeSheets, Said
from web.pages import Pages

CHANGED = "刚才看过以后有改动，或者放得太久了。请再看一看，对了再改。"


class Change(BaseModel):
    """What was typed: a moment or words."""

    model_config = ConfigDict(frozen=True)

    csrf: str = ""
    step: str = "look"
    moment: str = ""
    words: str = ""
    said_at: str = ""
    looked: str = ""

    @property
    def mark(self) -> str:
        """Stands for what somebody saw."""
        seen = (typed(self.moment), typed(self.words), self.said_at)
        return hashlib.sha256(repr(seen).encode()).hexdigest()

    def was_looked_at(self, now: datetime) -> bool:
        """Whether this is what somebody saw a short while ago."""
        at = moment_typed(self.said_at)
        return at is not None and at <= now <= at + LOOKED_FOR and self.looked == self.mark

    def missing(self) -> str:
        """What to do first; empty: nothing."""
        if not typed(self.words) and not typed(self.moment):
            return "写上要改成什么，再看一看。"
        if len(typed(self.words)) > MOST_WORDS or len(typed(self.moment)) > MOST_MOMENT:
            return f"内容最多{MOST_WORDS}个字，时间最多{MOST_MOMENT}个字，请写短一点。"
        return ""

    def asked(self, no: int) -> ChangeNoticeNow:
        """What is asked for."""
        return ChangeNoticeNow(no, typed(self.moment), typed(self.words), moment_typed(self.said_at))

    def said(self, look: ChangeLook | None, wrong: str = "", code: int = 200) -> Said:
        """What the page shows of it."""
        return Said(wrong, code, "", self.moment, self.words, self.said_at, self.mark, look)


def change_routes(entrance: Entrance, pages: Pages, guard: Guard) -> APIRouter:
    """``/notices/23/change``."""
    routes, draw = APIRouter(), NoticeSheets(entrance, pages)

    @routes.post("/notices/{no}/change")
    def change(request: Request, no: str, sheet: Annotated[Change, Form()]) -> Response:
        key = guard.check(request, sheet.csrf)
        progress, who, _ = draw.found(request, no)
        if missing := sheet.missing():
            return draw.one(request, no, sheet.said(None, missing, 422))
        number, now = progress.line.no, entrance.clock()
        try:
            if sheet.step == SEND and sheet.was_looked_at(now):
                entrance.do(sheet.asked(number), who.actor, key)
                return RedirectResponse(f"/notices/{number}", status.HTTP_303_SEE_OTHER)
            sheet = sheet.model_copy(update={"said_at": now.isoformat()})
            look = entrance.look(lambda work: look_at_change(work, sheet.asked(number)), who.actor)
        except Refusal as refused:
            words = instead(refused, pages.sentence(refused))
            return draw.one(request, no, sheet.said(None, words, pages.code_of(refused)))
        said = sheet.said(look, CHANGED, 409) if sheet.step == SEND else sheet.said(look)
        return draw.one(request, no, said)

    return routes
