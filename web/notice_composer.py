"""写通知: three plain steps on one page; it is looked at first, and sent by a button that says how far it goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, status
from fastapi.responses import RedirectResponse

from handlers.notice_forms import own_pictures, picture_bytes
from handlers.notice_look import Look, look_at
from handlers.notices import PublishNotice
from handlers.work import Reply
from models.rules.permissions import Permission
from models.rules.refusals import Refusal
from models.rules.town import Town
from web.audience_tree import Choice, kinds_offered, roots_of, tree_of
from web.cases import KEPT_AWHILE
from web.doors import NotHere
from web.entrance import Entrance, Visitor
from web.guard import Guard
from web.notice_sheet import MOST_WORDS, OPEN, SEND, Sheet
from web.notice_visitor import sender
from web.notice_words import LEVEL_SAYS, LEVEL_WORDS, Names, instead, step_of
from web.pages import Pages
from web.typed import number_in

HERE = "/notices/new"


@dataclass(frozen=True, slots=True)
class Wrong:
    """What must be put right, and in which step."""

    step: str = ""
    words: str = ""
    code: int = 200


FINE = Wrong()
CHANGED = Wrong("", "刚才看过以后有改动，或者放得太久了。请再看一看，对了再发。", 409)


@dataclass(frozen=True)
class Composer:
    """Draws the form, with what the notice would be once it was looked at."""

    entrance: Entrance
    pages: Pages

    def blank(self, request: Request, like: str, area: str = "", *, pictured: bool = False) -> Response:
        """An empty form, or one filled as an earlier notice was; a single place without parts is ticked.

        ``pictured``: it takes along the picture that was just made of a report of ``area``.
        """
        who, town = sender(request, self.entrance)
        roots = roots_of(town, who.scope)
        sheet = (
            Sheet(area=(str(roots[0]),)) if len(roots) == 1 and not town.children.get(roots[0]) else Sheet()
        )
        made = self.entrance.look(own_pictures, who.actor) if pictured else []
        if made:
            place = number_in(area)
            there = (str(place),) if place is not None and who.scope.reaches(place) else sheet.area
            said = f"{made[-1].name}民情。大家说得最多的事，请看图。"
            sheet = sheet.model_copy(update={"area": there, "file": (str(made[-1].id),), "words": said})
        no = number_in(like)
        earlier = self.entrance.notices.one(who.scope, no) if no is not None else None
        if earlier is not None:
            sheet = Sheet.like(earlier.line, self._choices(town, who))
        return self.drawn(request, sheet, None, FINE)

    def sent(self, request: Request, sheet: Sheet, guard: Guard) -> Response:
        """One of the form's buttons was pressed."""
        key, (who, town) = guard.check(request, sheet.csrf), sender(request, self.entrance)
        if sheet.step.startswith(OPEN):
            return self.drawn(request, sheet, None, FINE)
        step, words = sheet.missing(self._choices(town, who))
        if words:
            return self.drawn(request, sheet, None, Wrong(step, words, 422))
        try:
            if (notice := self._looked_at(sheet, who, town)) is not None:
                return _to_notice(self.entrance.do(notice, who.actor, key).reply)
            sheet = sheet.model_copy(update={"said_at": self.entrance.clock().isoformat()})
            look = self._look(sheet, who, town)
        except Refusal as refused:
            words = instead(refused, self.pages.sentence(refused))
            wrong = Wrong(step_of(refused), words, self.pages.code_of(refused))
            return self.drawn(request, sheet, None, wrong)
        return self.drawn(request, sheet, look, CHANGED if sheet.step == SEND else FINE)

    def _look(self, sheet: Sheet, who: Visitor, town: Town) -> Look:
        notice = sheet.notice(self._choices(town, who))
        return self.entrance.look(lambda work: look_at(work, notice), who.actor)

    def _looked_at(self, sheet: Sheet, who: Visitor, town: Town) -> PublishNotice | None:
        """What is to be sent; None: nobody asked for that, or what would go is not what was looked at."""
        if sheet.step != SEND or not sheet.is_fresh(self.entrance.clock()):
            return None
        same = sheet.mark(self._look(sheet, who, town)) == sheet.looked
        return sheet.notice(self._choices(town, who)) if same else None

    def drawn(self, request: Request, sheet: Sheet, look: Look | None, wrong: Wrong) -> Response:
        """The form with all that was typed."""
        who, town = sender(request, self.entrance)
        roots, choices = roots_of(town, who.scope), self._choices(town, who)
        names, chosen, left_out = Names(town, tags=False), frozenset(sheet.areas), frozenset(sheet.left_out)
        shown = {
            "sheet": sheet, "look": look, "wrong": wrong, "tree": tree_of(town, roots, chosen, left_out, sheet.opens),
            "mark": sheet.mark(look) if look else "", "kinds": _by_heading(choices), "levels": LEVEL_WORDS,
            "says": LEVEL_SAYS, "ways": [way.name for way in town.preset.ways], "most": MOST_WORDS,
            "places": names.places(sheet.areas), "left_out": names.places(sheet.left_out) if left_out else "",
            "opens": sorted(sheet.opens), "effect": _effect(look) if look else "",
            "pictures": self.entrance.look(own_pictures, who.actor),
        }  # fmt: skip
        return self.pages.show(request, "notice_new.html", shown, wrong.code)

    @staticmethod
    def _choices(town: Town, who: Visitor) -> tuple[Choice, ...]:
        return kinds_offered(town, tags=Permission.HOUSEHOLD_TAG in who.actor.permissions)


def composer_routes(entrance: Entrance, pages: Pages, guard: Guard) -> APIRouter:
    """``/notices/new``."""
    routes, draw = APIRouter(), Composer(entrance, pages)

    @routes.get(HERE)
    def blank(request: Request, like: str = "", picture: str = "", area: str = "") -> Response:
        return draw.blank(request, like, area, pictured=bool(picture))

    @routes.get("/notices/pictures/{picture}")
    def picture(request: Request, picture: str) -> Response:
        who, _ = sender(request, entrance)
        try:
            content = entrance.look(lambda work: picture_bytes(work, number_in(picture) or 0), who.actor)
        except Refusal as gone:
            raise NotHere("no such picture of one's own") from gone
        return Response(content, media_type="image/png", headers=KEPT_AWHILE)

    @routes.post(HERE)
    def sent(request: Request, sheet: Annotated[Sheet, Form()]) -> Response:
        return draw.sent(request, sheet, guard)

    return routes


def _to_notice(reply: Reply | None) -> Response:
    no = reply.blanks["no"] if reply is not None else ""
    return RedirectResponse(f"/notices/{no}", status.HTTP_303_SEE_OTHER)


def _by_heading(choices: tuple[Choice, ...]) -> Mapping[str, list[Choice]]:
    found: dict[str, list[Choice]] = {}
    for choice in choices:
        found.setdefault(choice.under, []).append(choice)
    return found


def _effect(look: Look) -> str:
    """What the second button does: ``明天08:00 发往 9 个群``."""
    groups, people = len(look.hearers.groups), look.hearers.people
    reached = [f"{groups} 个群"] if groups else []
    reached += [f"{people} 个人"] if people else []
    goes = f"发往 {' 和 '.join(reached)}"
    if look.second:
        return f"请人同意，同意后{goes}"
    if look.firings:
        return f"排好，每次{goes}"
    return f"{look.when} {goes}" if look.when else goes
