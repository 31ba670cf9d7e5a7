"""/lexicon/words: the words of one's own areas, each looked at before it counts; /lexicon/suggested: what corrections teach."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, status
from fastapi.responses import RedirectResponse

from handlers.area_words import EndWord, SetAside, look_at_end, look_at_word
from handlers.learning.comparing import Change, Verdict
from handlers.learning.rereading import Effect
from models.rules.audiences import long_path_of
from models.rules.permissions import Permission
from models.rules.refusals import Refusal
from models.rules.scope import speaking_scope
from models.word_desk import WordLine
from web.desk_doors import DeskDoors
from web.doors import NotHere
from web.entrance import Entrance, Visitor, visitor_of
from web.guard import Guard
from web.lexicon import KIND_SAYS
from web.looking_first import Pressed, Shown, press
from web.pages import Pages
from web.typed import number_in
from web.word_sheet import END, LOOK_END, SAVE, WordSheet

MOST_AREAS, MOST_SHOWN = 200, 20
KINDS = {"word": "词（算某一类的）", "place": "地名", "not_request": "不算诉求的话"}
KIND_TAGS = {"word": "词", "place": "地名", "not_request": "不算诉求"}
VERDICTS = {Verdict.BETTER: "变对", Verdict.WORSE: "变错", Verdict.SAME: "两样都不算错"}
HERE = "/lexicon/words"


@dataclass(frozen=True, slots=True)
class WordLook:
    """What would be read otherwise. ``ending``: when the word is taken away."""

    effect: Effect
    ending: bool = False


@dataclass(frozen=True)
class WordPages:
    """Draws the list, the form and the suggestions."""

    entrance: Entrance
    desks: DeskDoors
    pages: Pages

    def listed(self, request: Request, sheet: WordSheet, find: str, shown: Shown[WordLook]) -> Response:
        """Every word of one's areas, and the form for a new one."""
        who = visitor_of(request)
        lists = {
            "lines": self.desks.words.in_force(who.scope, find),
            "ended": self.desks.words.ended(who.scope),
        }
        return self._draw(request, "local_words.html", sheet, shown, {**lists, "find": find, "line": None})

    def one(self, request: Request, line: WordLine, sheet: WordSheet, shown: Shown[WordLook]) -> Response:
        """One word, to be changed or taken away."""
        return self._draw(request, "local_word.html", sheet, shown, {"line": line})

    def _draw(
        self,
        request: Request,
        template: str,
        sheet: WordSheet,
        shown: Shown[WordLook],
        more: dict[str, object],
    ) -> Response:
        who, town, standing = (
            visitor_of(request),
            self.entrance.dispatch.known_town(),
            self.entrance.dispatch.standing,
        )
        areas = speaking_scope(who.actor, town).areas_of(town)
        effect = shown.look.effect if shown.look is not None else None
        named = {
            "areas": [(node.id, long_path_of(node.id, town)) for node in areas[:MOST_AREAS]], "kinds": KINDS,
            "tags": KIND_TAGS, "items": standing.items, "sheet": sheet, "shown": shown, "now": self.entrance.clock(),
            "may": Permission.NOTICE_SEND in who.actor.permissions, "place_of": lambda area: long_path_of(area, town),
            "lines_changed": self._told(effect, who) if effect else [], "verdicts": VERDICTS, "most": MOST_SHOWN,
            "hidden": self._hidden(effect, who) if effect else 0, "here": HERE,
        }  # fmt: skip
        return self.pages.show(request, template, {**named, **more}, shown.code)

    def _told(self, effect: Effect, who: Visitor) -> list[tuple[str, str, str, Verdict]]:
        """What is read otherwise: which, as what before, as what then, and whether that is right."""
        seen = (c for c in effect.changes if c not in effect.cases or self._sees(c, who))
        return [(_which(c), self._reading(c.before), self._reading(c.after), c.verdict) for c in seen][
            :MOST_SHOWN
        ]

    def _hidden(self, effect: Effect, who: Visitor) -> int:
        return sum(not self._sees(change, who) for change in effect.cases)

    def _sees(self, change: Change, who: Visitor) -> bool:
        return self.entrance.cases.one(who.scope, getattr(change.what, "no", 0)) is not None

    def _reading(self, decision: object) -> str:
        item = self.entrance.dispatch.standing.items.get(getattr(decision, "category", None) or "")
        kind = KIND_SAYS.get(str(getattr(decision, "kind", "")), "")
        return f"{kind}，{item.name}" if item else kind

    def line_of(self, request: Request, row: str) -> WordLine:
        """The word of that row. Raises NotHere."""
        number = number_in(row)
        found = self.desks.words.one(visitor_of(request).scope, number) if number is not None else None
        if found is None:
            raise NotHere("no such word")
        return found

    def pressed(
        self, request: Request, sheet: WordSheet, line: WordLine | None, guard: Guard
    ) -> Shown[WordLook] | None:
        """One of the form's buttons; None: it was done."""
        key, asked = guard.check(request, sheet.csrf), sheet.asked(line.id if line else None)
        if line is not None and sheet.step in {LOOK_END, END}:
            end = EndWord(line.id)
            pressed = Pressed(
                end if sheet.step == END else None, lambda work: WordLook(look_at_end(work, end), ending=True)
            )
        else:
            same = sheet.step == SAVE and sheet.looked == sheet.mark
            pressed = Pressed(
                asked if same else None,
                lambda work: WordLook(look_at_word(work, asked)),
                saves=sheet.step == SAVE,
            )
        return press(self.entrance, self.pages, visitor_of(request), key, pressed)


def local_word_routes(entrance: Entrance, desks: DeskDoors, pages: Pages, guard: Guard) -> APIRouter:
    """``/lexicon/words``, ``/lexicon/words/7``, ``/lexicon/suggested``."""
    routes, draw = APIRouter(), WordPages(entrance, desks, pages)

    @routes.get(HERE)
    def listed(
        request: Request, find: str = "", word: str = "", category: str = "", weight: str = "1"
    ) -> Response:
        sheet = WordSheet(word=word[:20], category=category[:3], weight=weight[:5])
        return draw.listed(request, sheet, find.strip()[:20], Shown())

    @routes.post(HERE)
    def added(request: Request, sheet: Annotated[WordSheet, Form()]) -> Response:
        shown = draw.pressed(request, sheet, None, guard)
        return _back() if shown is None else draw.listed(request, sheet, "", shown)

    @routes.get(HERE + "/{word}")
    def one(request: Request, word: str) -> Response:
        line = draw.line_of(request, word)
        return draw.one(request, line, _as_typed(line), Shown())

    @routes.post(HERE + "/{word}")
    def changed(request: Request, word: str, sheet: Annotated[WordSheet, Form()]) -> Response:
        guard.check(request, sheet.csrf)
        line = draw.line_of(request, word)
        shown = draw.pressed(request, sheet, line, guard)
        return _back() if shown is None else draw.one(request, line, sheet, shown)

    routes.include_router(_suggested_routes(draw, guard))
    return routes


def _suggested_routes(draw: WordPages, guard: Guard) -> APIRouter:
    routes = APIRouter()

    def show(request: Request, words: str, code: int) -> Response:
        who, town = visitor_of(request), draw.entrance.dispatch.known_town()
        areas = speaking_scope(who.actor, town).areas_of(town)
        shown = {
            "found": draw.desks.suggested(who.scope), "items": draw.entrance.dispatch.standing.items, "words": words,
            "area": areas[0].id if areas else 0, "may": Permission.NOTICE_SEND in who.actor.permissions,
        }  # fmt: skip
        return draw.pages.show(request, "suggested.html", shown, code)

    @routes.get("/lexicon/suggested")
    def suggested(request: Request) -> Response:
        return show(request, "", status.HTTP_200_OK)

    @routes.post("/lexicon/suggested")
    def set_aside(request: Request, sheet: Annotated[WordSheet, Form()]) -> Response:
        key, who, asked = guard.check(request, sheet.csrf), visitor_of(request), sheet.asked(None)
        try:
            draw.entrance.do(SetAside(asked.area, asked.word, asked.category, asked.weight), who.actor, key)
        except Refusal as refused:
            return show(request, draw.pages.sentence(refused), draw.pages.code_of(refused))
        return RedirectResponse("/lexicon/suggested", status.HTTP_303_SEE_OTHER)

    return routes


def _which(change: Change) -> str:
    return f"#{no}" if (no := getattr(change.what, "no", None)) else f"“{getattr(change.what, 'text', '')}”"


def _as_typed(line: WordLine) -> WordSheet:
    return WordSheet(
        kind=line.kind, word=line.word, category=line.category, weight=f"{line.weight:g}", area=str(line.area),
        note=line.note,
    )  # fmt: skip


def _back() -> Response:
    return RedirectResponse(HERE, status.HTTP_303_SEE_OTHER)
