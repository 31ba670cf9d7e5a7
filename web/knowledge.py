"""/knowledge: the approved texts from which questions are answered, each with its source and its last day (decision 0046)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, status
from fastapi.responses import RedirectResponse

from handlers.intents import Intent
from handlers.knowledge_items import StopPolicy
from handlers.knowledge_writing import PolicyLook, look_at_policy
from models.knowledge_desk import PolicyLine
from models.rules.audiences import long_path_of
from models.rules.pacing import shanghai_date
from models.rules.permissions import Permission
from models.rules.scope import speaking_scope
from web.desk_doors import DeskDoors
from web.doors import NotHere
from web.entrance import Entrance, visitor_of
from web.guard import Guard
from web.local_words import MOST_AREAS
from web.looking_first import Pressed, Shown, press
from web.pages import Pages
from web.policy_sheet import SAVE, STOP, PolicySheet
from web.typed import number_in

HERE = "/knowledge"
GROUPS = {"now": "正在答", "over": "到期了", "stopped": "停了"}
QUESTIONS_OF = timedelta(days=90)
SOON = timedelta(days=30)
UNSORTED = "K03"
"""The category whose kind of request questions are."""


@dataclass(frozen=True)
class KnowledgePages:
    """Draws the list and the form."""

    entrance: Entrance
    desks: DeskDoors
    pages: Pages

    def listed(self, request: Request, group: str, find: str) -> Response:
        """Texts of one group that hold what is looked for, and what people asked in vain."""
        who, town, now = visitor_of(request), self.entrance.dispatch.known_town(), self.entrance.clock()
        desk, items, chosen = (
            self.desks.knowledge,
            self.entrance.dispatch.standing.items,
            group if group in GROUPS else "now",
        )
        today = shanghai_date(now)
        lines = desk.listed(who.scope, town, today, chosen, find)
        shown = {
            "lines": lines, "group": chosen, "groups": GROUPS, "find": find, "now": now, "items": items, "soon": today + SOON,
            "today": today, "asked": desk.unanswered(who.scope, items[UNSORTED].hotline_type, now - QUESTIONS_OF),
            "place_of": lambda area: long_path_of(area, town), "may": Permission.NOTICE_SEND in who.actor.permissions,
        }  # fmt: skip
        return self.pages.show(request, "knowledge.html", shown)

    def form(
        self, request: Request, sheet: PolicySheet, line: PolicyLine | None, shown: Shown[PolicyLook]
    ) -> Response:
        """One text, or a new one (``line`` None)."""
        who, town, now = visitor_of(request), self.entrance.dispatch.known_town(), self.entrance.clock()
        own = speaking_scope(who.actor, town)
        drawn = {
            "sheet": sheet, "line": line, "shown": shown, "now": now, "place_of": lambda area: long_path_of(area, town),
            "areas": [(node.id, long_path_of(node.id, town)) for node in own.areas_of(town)[:MOST_AREAS]],
            "may": Permission.NOTICE_SEND in who.actor.permissions and (line is None or own.reaches(line.area)),
            "holds": line is not None and line.holds_on(shanghai_date(now)),
        }  # fmt: skip
        return self.pages.show(request, "policy.html", drawn, shown.code)

    def line_of(self, request: Request, no: str) -> PolicyLine:
        """The text of that number. Raises NotHere."""
        number, town = number_in(no), self.entrance.dispatch.known_town()
        scope = visitor_of(request).scope
        found = self.desks.knowledge.one(scope, town, number) if number is not None else None
        if found is None:
            raise NotHere("no such text")
        return found

    def pressed(
        self, request: Request, sheet: PolicySheet, line: PolicyLine | None, guard: Guard
    ) -> Shown[PolicyLook] | None:
        """One of the form's buttons; None: it was done."""
        key, asked = guard.check(request, sheet.csrf), sheet.written(line.no if line else None)
        intent: Intent | None = None
        if line is not None and sheet.step == STOP:
            intent = StopPolicy(str(line.no))
        elif sheet.step == SAVE and sheet.looked == sheet.mark:
            intent = asked
        pressed = Pressed(intent, lambda work: look_at_policy(work, asked), saves=sheet.step == SAVE)
        return press(self.entrance, self.pages, visitor_of(request), key, pressed)


def knowledge_routes(entrance: Entrance, desks: DeskDoors, pages: Pages, guard: Guard) -> APIRouter:
    """``/knowledge``, ``/knowledge/new``, ``/knowledge/3``."""
    routes, draw = APIRouter(), KnowledgePages(entrance, desks, pages)

    @routes.get(HERE)
    def listed(request: Request, group: str = "now", find: str = "") -> Response:
        return draw.listed(request, group, find.strip()[:20])

    @routes.get(HERE + "/new")
    def blank(request: Request) -> Response:
        return draw.form(request, PolicySheet(), None, Shown())

    @routes.post(HERE + "/new")
    def added(request: Request, sheet: Annotated[PolicySheet, Form()]) -> Response:
        shown = draw.pressed(request, sheet, None, guard)
        return _back() if shown is None else draw.form(request, sheet, None, shown)

    @routes.get(HERE + "/{no}")
    def one(request: Request, no: str) -> Response:
        line = draw.line_of(request, no)
        return draw.form(request, PolicySheet.of(line), line, Shown())

    @routes.post(HERE + "/{no}")
    def changed(request: Request, no: str, sheet: Annotated[PolicySheet, Form()]) -> Response:
        guard.check(request, sheet.csrf)
        line = draw.line_of(request, no)
        shown = draw.pressed(request, sheet, line, guard)
        return _back() if shown is None else draw.form(request, sheet, line, shown)

    return routes


def _back() -> Response:
    return RedirectResponse(HERE, status.HTTP_303_SEE_OTHER)
