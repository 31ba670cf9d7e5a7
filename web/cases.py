"""诉求: the list of one's own areas with its filters, and one case with all that happened and all that may be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, Response, status
from fastapi.responses import RedirectResponse

from handlers.case_choices import steps_open
from handlers.registers import can_open
from handlers.work import Work
from models.case_desk import CaseFile, CaseFilter, CasePage
from models.rules.audiences import long_path_of
from models.rules.case_life import OPEN_STATES, State, Step
from models.rules.ids import CaseNo
from models.rules.refusals import Refusal
from models.rules.registers import Register
from models.rules.scope import Scope
from models.rules.town import Town
from web import case_words
from web.audit_words import REGISTERS
from web.case_acts import ACT_NAMED, ACTS, Act
from web.case_pictures import Album
from web.doors import NotHere
from web.entrance import Entrance, Visitor, visitor_of
from web.guard import Guard
from web.pages import Pages
from web.saved_views import chips_of, query_of
from web.typed import number_in

GROUP_WORDS = {
    "open": "在办",
    "overdue": "超期",
    "unclaimed": "没人接",
    "unassigned": "没人管",
    "unhappy": "重办",
    "done": "办好",
    "all": "全部",
}
WORDED = frozenset(
    {Step.NOTE, Step.ESCALATE, Step.RETURN, Step.ANSWER, Step.SUSPEND, Step.EXTEND, Step.DECLINE}
    | {Step.MERGE, Step.JOIN, Step.UNMERGE, Step.SPLIT, Step.REOPEN}
)
"""Steps whose reasons are somebody's words, or the number of another case."""

KEPT_AWHILE = {"Cache-Control": "private, max-age=600"}
"""A picture never changes; a browser need not ask for it at every refresh."""


@dataclass(frozen=True)
class CasePages:
    """Draws the list and the page of one case."""

    entrance: Entrance
    pages: Pages
    album: Album | None

    def file_of(self, who: Visitor, no: str) -> CaseFile:
        """The case of that number.

        Raises:
            NotHere: there is none that this person may see.
        """
        number = number_in(no)
        found = self.entrance.cases.one(who.scope, number) if number is not None else None
        if found is None:
            raise NotHere("no such case")
        return found

    def listed(self, request: Request, asked: Mapping[str, str], before: str) -> Response:
        """Cases that fit what is asked for; nonsense asks for nothing. A number alone opens its case."""
        who, town, now = visitor_of(request), self.entrance.dispatch.known_town(), self.entrance.clock()
        items, desk = self.entrance.dispatch.standing.items, self.entrance.cases
        group, area = asked["group"] if asked["group"] in GROUP_WORDS else "open", number_in(asked["area"])
        below = frozenset(town.downward(area)) if area in town.areas else frozenset()
        kinds = frozenset({asked["category"]} & items.keys())
        start, typed = number_in(before), case_words.read(asked["words"])
        if typed.number is not None and desk.one(who.scope, typed.number) is not None:
            return RedirectResponse(f"/cases/{typed.number}", status.HTTP_303_SEE_OTHER)
        words = case_words.meant(typed.words, items, town)
        wanted = CaseFilter(group, below, kinds, urgent=bool(asked["urgent"]), words=words)
        page = desk.page(who.scope, wanted, now, before=start) if not typed.wrong else CasePage((), None)
        link = {name: value for name, value in {**asked, "group": group}.items() if value}
        shown = {
            "page": page, "asked": {**asked, "group": group}, "now": now, "groups": GROUP_WORDS, "items": items,
            "counts": desk.counts(who.scope, now), "areas": paths_within(who.scope, town), "state": self.state_word,
            "older": urlencode({**link, "before": str(page.older)}) if page.older else "", "first": start is None,
            "address": lambda **other: "/cases?" + urlencode({n: v for n, v in {**link, **other}.items() if v}),
            "wrong": typed.wrong, "found": typed.words, "marked": case_words.marked, "passage": case_words.passage,
            "chips": chips_of(self.entrance.office.access.views(who.actor.person), query_of(urlencode(link))),
            "view_query": query_of(urlencode(link)),
        }  # fmt: skip
        return self.pages.show(request, "cases.html", shown)

    def one(
        self, request: Request, found: CaseFile, words: str, typed: Mapping[str, str], code: int
    ) -> Response:
        """One case; ``words`` say what was wrong with what was ``typed``."""
        town, state = self.entrance.dispatch.known_town(), State(found.case.state)
        shown = {
            "file": found, "case": found.case, "item": self.entrance.dispatch.standing.items[found.case.category],
            "area": long_path_of(found.area_id, town), "words": words, "typed": typed,
            "acts": self.acts_on(found, visitor_of(request)),
            "now": self.entrance.clock(), "called": lambda seat: _called(town, seat), "open": state in OPEN_STATES,
            "openings": self.openings(found, visitor_of(request)),
            "pictures": self.album.shown(found.case.id) if self.album is not None else [],
            "worded": WORDED, "state": self.state_word, "step_word": lambda step: self.pages.render(f"STEP_{step}"),
        }  # fmt: skip
        return self.pages.show(request, "case.html", shown, code)

    def acts_on(self, found: CaseFile, who: Visitor) -> list[tuple[Act, Sequence[tuple[str, str]]]]:
        """What this person may do with the case as it stands, and would not be refused for, with what to choose from."""
        no = CaseNo(found.case.no)

        def offered(work: Work) -> list[tuple[Act, Sequence[tuple[str, str]]]]:
            steps = steps_open(work, no)
            acts = [act for act in ACTS if act.may in who.actor.permissions and act.step in steps]
            return [(act, act.choose(work, no) if act.choose is not None else ()) for act in acts]

        return self.entrance.look(offered, who.actor)

    def openings(self, found: CaseFile, who: Visitor) -> list[tuple[str, str]]:
        """What of the reporter is there for this person to open with a reason: part of the address, and what it is called."""
        no, ways = CaseNo(found.case.no), (("phone", Register.CASE_PHONE), ("home", Register.CASE_HOME))

        def there(work: Work) -> list[tuple[str, str]]:
            return [(name, REGISTERS[kind]) for name, kind in ways if can_open(work, kind, no)]

        return self.entrance.look(there, who.actor)

    def state_word(self, state: str) -> str:
        """How a case stands, in words."""
        return self.pages.render(f"STATE_{state}")


def case_routes(entrance: Entrance, album: Album | None, pages: Pages, guard: Guard) -> APIRouter:
    """``/cases``, ``/cases/23``, its pictures and its buttons."""
    routes, draw = APIRouter(), CasePages(entrance, pages, album)

    @routes.get("/cases")
    def listed(
        request: Request, group: str = "open", area: str = "", category: str = "", urgent: str = "", words: str = "",
        before: str = "",
    ) -> Response:  # fmt: skip
        asked = {"group": group, "area": area, "category": category, "urgent": urgent, "words": words}
        return draw.listed(request, asked, before)

    @routes.get("/cases/{no}")
    def one(request: Request, no: str) -> Response:
        return draw.one(request, draw.file_of(visitor_of(request), no), "", {}, 200)

    @routes.get("/cases/{no}/pictures/{picture}")
    def picture(request: Request, no: str, picture: str) -> Response:
        found = draw.file_of(visitor_of(request), no)
        content = album.find(found.case.id, number_in(picture)) if album is not None else None
        if content is None:
            raise NotHere("no such picture")
        return Response(content, media_type="image/jpeg", headers=KEPT_AWHILE)

    @routes.post("/cases/{no}/{act}")
    def do(
        request: Request, no: str, act: str, csrf: Annotated[str, Form()],
        words: Annotated[str, Form(max_length=1000)] = "",
    ) -> Response:  # fmt: skip
        key, who = guard.check(request, csrf), visitor_of(request)
        found = draw.file_of(who, no)
        if act not in ACT_NAMED:
            raise NotHere("no such act")
        try:
            entrance.do(ACT_NAMED[act].make(CaseNo(found.case.no), words.strip()), who.actor, key)
        except Refusal as refused:
            return draw.one(request, found, pages.sentence(refused), {act: words}, pages.code_of(refused))
        return RedirectResponse(f"/cases/{found.case.no}", status.HTTP_303_SEE_OTHER)

    return routes


def _called(town: Town, seat: int | None) -> str:
    found = town.seats.get(seat) if seat is not None else None
    return f"{found.title}{found.surname}" if found else ""


def paths_within(scope: Scope, town: Town) -> list[tuple[int, str]]:
    """The areas one may choose from, by id, those above before those below."""
    return [(node.id, long_path_of(node.id, town)) for node in scope.areas_of(town)]
