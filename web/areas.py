"""区域: the tree of one's own areas, what is empty in it, and one area with its posts over time, households and groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response, status
from pydantic import BaseModel, Field

from handlers.appointments import FillPost
from handlers.intents import Intent
from handlers.vouching import IssueCodeOfArea
from models.people_desk import FEW, Term
from models.rules.audiences import long_path_of
from models.rules.filling import posts_to_fill
from models.rules.pacing import shanghai_date
from models.rules.permissions import Permission
from models.rules.preset import PostType
from web.area_view import AreaBook, EmptyLine, area_asked, called
from web.doors import NotHere
from web.entrance import Entrance, Visitor, visitor_of
from web.guard import Guard
from web.page_buttons import Page, press
from web.pages import Pages
from web.typed import day_in, number_in

MOST_LISTED = 100
MOST_LABELS = 200
LONGEST_WORDS = 20
SHOWS = {"all": "全部", "empty": "空着的岗位", "groupless": "没有群的", "odd": "结对偏多偏少"}


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post of an area: who holds it today, or since when nobody does."""

    post: PostType
    holders: tuple[tuple[Term, str], ...]
    """With how each is called today."""
    empty: EmptyLine | None
    may: bool
    """Whether this visitor decides who holds it."""
    full: bool


class FillForm(BaseModel):
    """What is typed to give somebody a post."""

    csrf: str
    post: str = ""
    name: str = Field("", max_length=100)
    person: str = ""
    since: str = Field("", max_length=30)
    until: str = Field("", max_length=30)
    instead: str = ""


@dataclass(frozen=True)
class AreaPages:
    """Draws the tree and the page of one area."""

    entrance: Entrance
    pages: Pages

    def book(self, who: Visitor) -> AreaBook:
        """All that this visitor sees today."""
        town, today = self.entrance.dispatch.current_town(), shanghai_date(self.entrance.clock())
        return AreaBook(town, who.scope, today, self.entrance.people.households(who.scope))

    def listed(self, request: Request, show: str, words: str) -> Response:
        """The tree, or a list of what is to be done in it; nonsense shows the tree."""
        who = visitor_of(request)
        book, wanted = self.book(who), words.strip()[:LONGEST_WORDS]
        lists: dict[str, tuple[int, ...]] = {
            "empty": tuple(book.empties), "groupless": book.groupless, "odd": tuple(book.odd),
        }  # fmt: skip
        counts = {
            "empty": sum(map(len, book.empties.values())),
            "groupless": len(book.groupless),
            "odd": len(book.odd),
        }
        chosen = show if show in SHOWS else "all"
        town = book.town
        found = [
            area for area in lists.get(chosen, book.mine if wanted else ())
            if wanted in long_path_of(area, town)
        ]  # fmt: skip
        shown = {
            "show": chosen, "shows": SHOWS, "counts": counts, "words": wanted, "book": book, "town": town,
            "tree": book.tree(book.roots) if chosen == "all" and not wanted else (),
            "found": found[:MOST_LISTED], "left": len(found) - MOST_LISTED,
            "paths": {area: long_path_of(area, town) for area in found[:MOST_LISTED]},
            "may_import": Permission.AREA_IMPORT in who.actor.permissions,
        }  # fmt: skip
        return self.pages.show(request, "areas.html", shown)

    def area_of(self, request: Request, area: str) -> int:
        """The area of that id.

        Raises:
            NotHere: there is none in this person's reach.
        """
        return area_asked(visitor_of(request).scope, self.entrance.dispatch.current_town(), area)

    def one(
        self, request: Request, area: int, words: str = "", code: int = 200, *, good: bool = False,
        typed: Mapping[str, str] | None = None,
    ) -> Response:  # fmt: skip
        """One area; ``words`` say what was wrong with what was ``typed``, or (``good``) what was done."""
        who = visitor_of(request)
        book, desk = self.book(who), self.entrance.people
        terms, may = desk.terms_at(who.scope, area), who.actor.permissions
        filled = dict(typed or {})
        shown = {
            "book": book, "area": book.town.areas[area], "where": long_path_of(area, book.town), "words": words,
            "good": good, "typed": filled, "today": book.today, "posts": self._posts(who, book, area, terms),
            "past": [term for term in terms if not term.holds(book.today)],
            "upper": self._upper(who, book, area), "rooms": book.rooms.get(area, ()),
            "labels": desk.labels(who.scope, area, MOST_LABELS) if Permission.HOUSEHOLD_TAG in may else (),
            "tags": self._tags(who, book, area), "below": book.tree(book.town.children.get(area, ())),
            "may_bind": Permission.ROOM_BIND in may, "namesakes": self._namesakes(who, filled),
        }  # fmt: skip
        return self.pages.show(request, "area.html", shown, code)

    @staticmethod
    def _upper(who: Visitor, book: AreaBook, area: int) -> list[Any]:
        """The areas above it that this visitor sees, from the top."""
        above = [node for node in book.town.upward(area) if node.id != area and who.scope.reaches(node.id)]
        return above[::-1]

    @staticmethod
    def _posts(who: Visitor, book: AreaBook, area: int, terms: list[Term]) -> list[PostLine]:
        level = book.town.areas[area].level
        mine = {post.code for post in posts_to_fill(who.actor, book.town, area)}
        empty = {one.post: book.empty_line(one) for one in book.empties.get(area, ())}
        seats = {seat.id: book.person_words(seat) for seat in book.holders.get(area, ())}
        lines = []
        for post in book.town.preset.posts.values():
            held = tuple(
                (term, seats[term.id]) for term in terms if term.post == post.code and term.id in seats
            )
            if post.level == level and (held or not post.skill or post.code in mine):
                full = post.max is not None and len(held) >= post.max
                lines.append(PostLine(post, held, empty.get(post.code), post.code in mine, full))
        return lines

    def _tags(self, who: Visitor, book: AreaBook, area: int) -> list[tuple[str, str]]:
        """Counts of tags for whoever may see them; few households with a sensitive one are not counted out."""
        if Permission.HOUSEHOLD_TAG not in who.actor.permissions or not book.town.preset.tags:
            return []
        counts = self.entrance.people.tag_counts(who.scope, book.town.downward(area))
        told = []
        for tag in book.town.preset.tags:
            number = counts.get(tag.code, 0)
            if not number:
                continue
            few = tag.sensitive and number < FEW
            told.append((tag.name, f"少于 {FEW} 户" if few else f"{number} 户"))
        return told

    def _namesakes(self, who: Visitor, typed: Mapping[str, str]) -> list[tuple[int, str]]:
        """Whom a typed name can mean, with what tells them apart."""
        name = "".join(typed.get("name", "").split())
        if not name or Permission.POST_FILL not in who.actor.permissions:
            return []
        town, today = self.entrance.dispatch.current_town(), shanghai_date(self.entrance.clock())
        found = self.entrance.people.residents_named(who.scope, name, MOST_LISTED)
        return [
            (
                one.id,
                "，".join((*map(called, town.seats_of(one.id, today)), long_path_of(one.home or 0, town))),
            )
            for one in found
            if one.name == name
        ]


def area_routes(entrance: Entrance, pages: Pages, guard: Guard) -> APIRouter:
    """``/areas``, ``/areas/7`` and its buttons."""
    routes, draw = APIRouter(), AreaPages(entrance, pages)

    @routes.get("/areas")
    def listed(request: Request, show: str = "all", words: str = "") -> Response:
        return draw.listed(request, show, words)

    @routes.get("/areas/{area}")
    def one(request: Request, area: str) -> Response:
        return draw.one(request, draw.area_of(request, area))

    @routes.post("/areas/{area}/{change}")
    def do(request: Request, area: str, change: str, form: Annotated[FillForm, Form()]) -> Response:
        key, who = guard.check(request, form.csrf), visitor_of(request)
        here, typed = draw.area_of(request, area), form.model_dump(exclude={"csrf"})
        if change == "fill" and (wrong := _wrong_days(form.since, form.until)):
            return draw.one(request, here, wrong, status.HTTP_422_UNPROCESSABLE_CONTENT, typed=typed)
        page = Page(partial(draw.one, request, here), f"/areas/{here}")
        return press(entrance, pages, who, key, page, _asked(change, here, typed), typed)

    return routes


def _wrong_days(since: str, until: str) -> str:
    """What is wrong with the days of a form, in words."""
    if day_in(since) is None:
        return "“从哪天起”没看明白，请写成 2025-07-16 这样。"
    if until.strip() and day_in(until) is None:
        return "“任到”没看明白，请写成 2025-07-16 这样，不知道就空着。"
    return ""


def _asked(change: str, area: int, typed: Mapping[str, str]) -> Intent:
    """What a button asks for. Raises NotHere: there is no such button."""
    if change == "groupcode":
        return IssueCodeOfArea(area)
    if change != "fill":
        raise NotHere("no such change")
    since = day_in(typed["since"]) or date.min
    return FillPost(
        typed["post"], area, since, typed["name"], number_in(typed["person"]), day_in(typed["until"]),
        number_in(typed["instead"]),
    )  # fmt: skip
