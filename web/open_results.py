"""办理公开 in the console: a month's results are put into words, looked at as residents will, published, taken down."""

import hashlib
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, status
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict

from handlers.intents import Intent
from handlers.open_results import Draft, PublishResults, WithdrawResults, draft_of, editions_of
from handlers.work import Work
from models.rules.open_results import LONGEST_WORDS, Matter, Published
from models.rules.permissions import Permission
from models.rules.refusals import Refusal
from models.rules.report_periods import period_coded, recent_periods
from models.rules.scope import speaking_scope
from web.doors import NotHere
from web.entrance import Entrance, visitor_of
from web.guard import Guard
from web.pages import Pages
from web.typed import number_in, numbers_in

PUBLISH = "publish"
CHANGED = "看过以后有改动。请再看一看，对了再公开。"


class ResultSheet(BaseModel):
    """The form: ``no`` and ``words`` stand side by side; ``show`` are the numbers that were ticked."""

    model_config = ConfigDict(frozen=True)

    csrf: str = ""
    month: str = ""
    step: str = "look"
    no: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    show: tuple[str, ...] = ()
    looked: str = ""

    @property
    def said(self) -> dict[int, str]:
        """What stands in the fields, by case."""
        pairs = zip(self.no, self.words, strict=False)
        return {no: " ".join(words.split()) for one, words in pairs if (no := number_in(one)) is not None}

    @property
    def ticked(self) -> tuple[int, ...]:
        """Cases that shall stand there."""
        return numbers_in(self.show)

    @property
    def matters(self) -> tuple[tuple[int, str], ...]:
        """What shall stand there, and in which words."""
        return tuple((no, self.said.get(no, "")) for no in self.ticked)

    def mark(self, draft: Draft) -> str:
        """Stands for what somebody saw."""
        return hashlib.sha256(repr((self.month, self.matters, draft.counts)).encode()).hexdigest()


@dataclass(frozen=True)
class ResultPages:
    """Draws the page of one area."""

    entrance: Entrance
    pages: Pages

    def drawn(
        self, request: Request, area: int, sheet: ResultSheet, words: str = "", code: int = 200
    ) -> Response:
        """The form with all that was typed; what residents will read, once somebody asked to look."""
        who, now = visitor_of(request), self.entrance.clock()
        months = self.months()
        month = sheet.month if sheet.month in months else [*months][1]

        def question(work: Work) -> dict[str, object]:
            draft = draft_of(work, area, month)
            looks = sheet.step in {"look", PUBLISH} and bool(sheet.csrf) and not words
            return {
                "draft": draft, "ups": [(period_coded(e.period).title, e) for e in editions_of(work, area)],
                "look": self._look(draft, sheet, work) if looks else None, "mark": sheet.mark(draft),
            }  # fmt: skip

        town = self.entrance.dispatch.known_town()
        shown = {
            "area": area, "place": town.areas[area].name, "months": months, "month": month, "words": words,
            "sheet": sheet, "most": LONGEST_WORDS, "now": now, "here": self.entrance.dispatch.standing.public_url,
        }  # fmt: skip
        return self.pages.show(
            request, "open_results.html", {**shown, **self.entrance.look(question, who.actor)}, code
        )

    def months(self) -> dict[str, str]:
        """Those one may choose from, this one first: code and how it is called."""
        recent = recent_periods(self.entrance.clock())
        return {one.code: one.title for one in recent if one.kind == "month"}

    @staticmethod
    def _look(draft: Draft, sheet: ResultSheet, work: Work) -> Published:
        kinds = {each.no: each.kind for each in draft.matters}
        chosen = tuple(Matter(no, kinds[no], said) for no, said in sheet.matters if no in kinds)
        return Published(draft.counts, chosen, draft.period.span.until(work.now).end, "")

    def sent(self, request: Request, area: int, sheet: ResultSheet, guard: Guard) -> Response:
        """One of the buttons was pressed: look, or publish what was looked at."""
        key, who = guard.check(request, sheet.csrf), visitor_of(request)
        if sheet.month not in self.months():
            raise NotHere("no such month")
        try:
            draft = self.entrance.look(lambda work: draft_of(work, area, sheet.month), who.actor)
            if sheet.step != PUBLISH:
                return self.drawn(request, area, sheet)
            if sheet.looked != sheet.mark(draft):
                return self.drawn(request, area, sheet.model_copy(update={"step": ""}), CHANGED, 409)
            self.entrance.do(PublishResults(area, sheet.month, sheet.matters), who.actor, key)
        except Refusal as refused:
            known = sheet.model_copy(update={"step": ""})
            return self.drawn(request, area, known, self.pages.sentence(refused), self.pages.code_of(refused))
        return RedirectResponse(f"/results/{area}?month={sheet.month}", status.HTTP_303_SEE_OTHER)

    def area_of(self, request: Request, area: str) -> int:
        """The area of that id.

        Raises:
            NotHere: there is none to which this person may speak.
        """
        who, town = visitor_of(request), self.entrance.dispatch.known_town()
        number, scope = number_in(area), speaking_scope(who.actor, town)
        may = Permission.NOTICE_SEND in who.actor.permissions
        if number is None or number not in town.areas or not may or not scope.reaches(number):
            raise NotHere("no such area")
        return number


def open_result_routes(entrance: Entrance, pages: Pages, guard: Guard) -> APIRouter:
    """``/results/7`` and its buttons."""
    routes, draw = APIRouter(), ResultPages(entrance, pages)

    @routes.get("/results/{area}")
    def page(request: Request, area: str, month: str = "") -> Response:
        return draw.drawn(request, draw.area_of(request, area), ResultSheet(month=month, step=""))

    @routes.post("/results/{area}")
    def sent(request: Request, area: str, sheet: Annotated[ResultSheet, Form()]) -> Response:
        return draw.sent(request, draw.area_of(request, area), sheet, guard)

    @routes.post("/results/{area}/withdraw")
    def withdraw(
        request: Request, area: str, csrf: Annotated[str, Form()], edition: Annotated[str, Form()] = ""
    ) -> Response:
        key, who = guard.check(request, csrf), visitor_of(request)
        here = draw.area_of(request, area)
        intent: Intent = WithdrawResults(number_in(edition) or 0)
        try:
            entrance.do(intent, who.actor, key)
        except Refusal as refused:
            return draw.drawn(
                request, here, ResultSheet(step=""), pages.sentence(refused), pages.code_of(refused)
            )
        return RedirectResponse(f"/results/{here}", status.HTTP_303_SEE_OTHER)

    return routes
