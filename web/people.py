"""人员: who holds which post in one's own areas, and one person with posts over time, bindings and days away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response, status

from handlers.appointments import what_it_leaves
from handlers.arranged_leave import may_stand_in
from handlers.case_steps.succession import Legacy
from handlers.vouching import may_vouch
from models.people_desk import Someone, Term
from models.rules.audiences import long_path_of
from models.rules.filling import may_end_binding, may_fill
from models.rules.pacing import shanghai_date
from models.rules.permissions import Permission
from models.rules.seats import Seat
from models.rules.town import Town
from web.area_view import called
from web.doors import NotHere
from web.entrance import Entrance, Visitor, visitor_of
from web.guard import Guard
from web.page_buttons import Page, press
from web.pages import Pages
from web.person_changes import ChangeForm, asked, wrong_days
from web.typed import number_in

MOST_LISTED = 80
LONGEST_WORDS = 20


@dataclass(frozen=True, slots=True)
class TermLine:
    """One post of a person. ``leaves``: what its end would bring about, where this visitor decides on it."""

    term: Term
    where: str
    how: str
    """now, later or over."""
    leaves: Legacy | None


@dataclass(frozen=True)
class PeoplePages:
    """Draws the list and the page of one person."""

    entrance: Entrance
    pages: Pages

    @property
    def today(self) -> date:
        """The date in Shanghai."""
        return shanghai_date(self.entrance.clock())

    def listed(self, request: Request, words: str, post: str, area: str) -> Response:
        """Post holders of today; with a name also residents, for whoever may give posts; nonsense asks for nothing."""
        who, town = visitor_of(request), self.entrance.dispatch.current_town()
        wanted, place = words.strip()[:LONGEST_WORDS], number_in(area)
        below = frozenset(town.downward(place)) if place in town.areas else None
        found = [seat for seat in self._holders(who, town, below) if post in {"", seat.post}]
        found = [s for s in found if s.name.startswith(wanted) or wanted in {s.surname, called(s)}]
        unbound = sum(not seat.identities for seat in found)
        residents = self._residents(who, town, wanted, found) if not post and below is None else []
        shown = {
            "words": wanted, "post": post, "area": place, "areas": who.scope.areas_of(town)[:MOST_LISTED * 3],
            "where": lambda id_: long_path_of(id_ or 0, town), "posts": town.preset.posts.values(),
            "people": [(seat, _away(town, seat, self.today)) for seat in found[:MOST_LISTED]],
            "left": len(found) - MOST_LISTED, "residents": residents, "unbound": unbound, "called": called,
            "named": _names_shown(who), "may_import": Permission.AREA_IMPORT in who.actor.permissions,
        }  # fmt: skip
        return self.pages.show(request, "people.html", shown)

    def _holders(self, who: Visitor, town: Town, below: frozenset[int] | None) -> list[Seat]:
        """Appointments in force within reach, those above before those below."""
        mine = [
            s for s in town.seats.values()
            if s.in_force(self.today) and s.area in town.areas and who.scope.reaches(s.area)
            and (below is None or s.area in below)
        ]  # fmt: skip
        return sorted(mine, key=lambda s: (town.areas[s.area].rank, s.area, s.id))

    def _residents(self, who: Visitor, town: Town, words: str, found: list[Seat]) -> list[Someone]:
        if not words or Permission.POST_FILL not in who.actor.permissions:
            return []
        there = {seat.person for seat in found}
        named = self.entrance.people.residents_named(who.scope, words, MOST_LISTED)
        return [one for one in named if one.id not in there and not town.seats_of(one.id, self.today)]

    def person_of(self, request: Request, person: str) -> Someone:
        """The person of that id.

        Raises:
            NotHere: there is none in this visitor's reach.
        """
        who, number = visitor_of(request), number_in(person)
        residents = Permission.POST_FILL in who.actor.permissions
        found = (
            self.entrance.people.person(who.scope, number, residents=residents)
            if number is not None
            else None
        )
        if found is None:
            raise NotHere("no such person")
        return found

    def one(
        self, request: Request, one: Someone, words: str = "", code: int = 200, *, good: bool = False,
        typed: Mapping[str, str] | None = None,
    ) -> Response:  # fmt: skip
        """One person; ``words`` say what was wrong with what was ``typed``, or (``good``) what was done."""
        who, town, desk = visitor_of(request), self.entrance.dispatch.current_town(), self.entrance.people
        mine = one.id == who.actor.person
        decides = mine or may_end_binding(who.actor, town, one.id, self.today)
        vouches = self.entrance.look(lambda work: may_vouch(work, one.id), who.actor)
        here = bool(town.seats_of(one.id, self.today))
        away = decides and here
        near = self.entrance.look(lambda work: may_stand_in(work, one.id), who.actor) if away else []
        seats = town.seats_of(one.id, self.today)
        shown = {
            "one": one, "words": words, "good": good, "typed": dict(typed or {}), "today": self.today, "own": mine,
            "name": one.name if mine or _names_shown(who) or not seats else called(seats[0]),
            "home": long_path_of(one.home or 0, town) if one.home and who.scope.reaches(one.home) else "",
            "terms": [self._line(who, town, term) for term in desk.terms_of(who.scope, one.id)],
            "bindings": desk.bindings(one.id) if decides or vouches else None, "decides": decides, "vouches": vouches,
            "leaves": desk.leaves(one.id, self.today) if away else [], "away": away, "called": called,
            "near": list({s.person: s for s in near}.values()), "named": lambda id_: _of(town, id_, self.today),
            "now": self.entrance.clock(),
        }  # fmt: skip
        return self.pages.show(request, "person.html", shown, code)

    def _line(self, who: Visitor, town: Town, term: Term) -> TermLine:
        how = "over" if term.is_over(self.today) else "now" if term.holds(self.today) else "later"
        where = long_path_of(term.area, town) or term.area_name
        if how == "over" or not may_fill(who.actor, town, term.post, term.area):
            return TermLine(term, where, how, None)
        leaves = self.entrance.look(partial(what_it_leaves, seat=term.id), who.actor)
        return TermLine(term, where, how, leaves)


def people_routes(entrance: Entrance, pages: Pages, guard: Guard) -> APIRouter:
    """``/people``, ``/people/7`` and its buttons."""
    routes, draw = APIRouter(), PeoplePages(entrance, pages)

    @routes.get("/people")
    def listed(request: Request, words: str = "", post: str = "", area: str = "") -> Response:
        return draw.listed(request, words, post, area)

    @routes.get("/people/{person}")
    def one(request: Request, person: str) -> Response:
        return draw.one(request, draw.person_of(request, person))

    @routes.post("/people/{person}/{change}")
    def do(request: Request, person: str, change: str, form: Annotated[ChangeForm, Form()]) -> Response:
        key, who = guard.check(request, form.csrf), visitor_of(request)
        found = draw.person_of(request, person)
        typed = {**form.model_dump(exclude={"csrf"}), "change": change}
        if wrong := wrong_days(typed):
            return draw.one(request, found, wrong, status.HTTP_422_UNPROCESSABLE_CONTENT, typed=typed)
        page = Page(partial(draw.one, request, found), f"/people/{found.id}")
        return press(entrance, pages, who, key, page, asked(found.id, typed, entrance.people), typed)

    return routes


def _names_shown(who: Visitor) -> bool:
    """Whether full names are for this visitor: whoever vouches for people or gives them posts."""
    return bool({Permission.POST_FILL, Permission.IDENTITY_VOUCH} & who.actor.permissions)


def _away(town: Town, seat: Seat, today: date) -> str:
    """``片长胡`` who takes what comes to somebody away, ``没人``; empty: the holder is here."""
    if not town.is_absent(seat, today):
        return ""
    taker = town.filled(seat, today)
    return called(taker) if taker.acts_for is not None else "没人"


def _of(town: Town, person: int | None, today: date) -> str:
    """Post and surname of a person; empty: nobody."""
    seats = town.seats_of(person, today) if person is not None else ()
    return called(seats[0]) if seats else ""
