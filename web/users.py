"""用户和岗位: who can come in to the pages and how it stands with that, and what each post may do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from handlers.dispatch import Outcome
from handlers.intents import Intent
from handlers.web_access import IssueLoginCode
from handlers.web_accounts import EndSessionsOf, ResetAccount, UnlockAccount, manages
from models.rules.audiences import long_path_of
from models.rules.pacing import shanghai_date
from models.rules.permissions import Permission
from models.rules.refusals import Refusal
from models.rules.scope import areas_with, below
from models.rules.town import Seat
from web.doors import NotHere
from web.entrance import Entrance, Visitor, visitor_of
from web.guard import Guard
from web.pages import Pages
from web.post_words import rights_of
from web.typed import number_in

MOST_LISTED = 60
LONGEST_WORDS = 20
Make = Callable[[int, int, str], Intent]
ACTS: dict[str, Make] = {
    "end": lambda person, session, _: EndSessionsOf(person, session),
    "unlock": lambda person, _, __: UnlockAccount(person),
    "reset": lambda person, _, reason: ResetAccount(person, reason),
    "code": lambda person, _, __: IssueLoginCode(person=person),
}


@dataclass(frozen=True)
class UserPages:
    """Draws the list, one person, and the table of posts."""

    entrance: Entrance
    pages: Pages

    def listed(self, request: Request, wanted: str) -> Response:
        """People with posts in one's own places, whose name, post or place holds the words looked for."""
        who, now = visitor_of(request), self.entrance.clock()
        words = wanted.strip()[:LONGEST_WORDS]
        people = self._people(who, words)
        shown = dict(list(people.items())[:MOST_LISTED])
        drawn = {
            "people": shown, "ways": self.entrance.office.access.ways_in(shown, now), "left": len(people) - len(shown),
            "words": words, "now": now, "place": self._path, "may": self._areas(who) is not None,
        }  # fmt: skip
        return self.pages.show(request, "users.html", drawn)

    def one(
        self, request: Request, person: int, *, said: str = "", wrong: str = "", reason: str = "", code: int = 200
    ) -> Response:  # fmt: skip
        """One person: sessions, password, lock, and what may be done about them."""
        who, now = visitor_of(request), self.entrance.clock()
        seats = self._people(who, "")[person]
        shown = {
            "person": person, "seats": seats, "way": self.entrance.office.access.ways_in([person], now)[person], "now": now,
            "said": said, "wrong": wrong, "reason": reason, "place": self._path,
            "manages": self.entrance.look(lambda work: manages(person, work), who.actor),
            "operator": who.scope.whole, "alone": person == who.actor.person,
        }  # fmt: skip
        return self.pages.show(request, "user.html", shown, code)

    def person_of(self, request: Request, typed: str) -> int:
        """The person of that id.

        Raises:
            NotHere: nobody with a post in one's own places.
        """
        person = number_in(typed)
        if person is None or person not in self._people(visitor_of(request), ""):
            raise NotHere("no such person")
        return person

    def posts(self, request: Request) -> Response:
        """What each post of the place may do, and where."""
        preset = self.entrance.dispatch.known_town().preset
        levels = {level.code: level.name for level in preset.levels}
        posts = [
            (post.name, levels.get(post.level, post.level), rights_of(post.may), post.code in preset.ladder)
            for post in sorted(preset.posts.values(), key=lambda p: preset.rank_of_post(p.code))
        ]
        return self.pages.show(request, "posts.html", {"posts": posts, "title": preset.title})

    def _areas(self, who: Visitor) -> frozenset[int] | None:
        """Places for whose people one may vouch; None: nowhere."""
        town = self.entrance.dispatch.known_town()
        if who.scope.whole:
            return frozenset(town.areas)
        return below(areas_with(Permission.IDENTITY_VOUCH, who.actor.seats, town), town) or None

    def _people(self, who: Visitor, words: str) -> dict[int, tuple[Seat, ...]]:
        """Person → posts in force in these places, those above before those below."""
        town, today = self.entrance.dispatch.known_town(), shanghai_date(self.entrance.clock())
        areas = self._areas(who) or frozenset()
        seats = [s for s in town.seats.values() if s.area in areas and s.in_force(today)]
        people: dict[int, tuple[Seat, ...]] = {}
        for seat in sorted(seats, key=lambda s: (town.areas[s.area].rank, s.id)):
            if words in f"{seat.title}{seat.name}{self._path(seat)}" or seat.person in people:
                people[seat.person] = (*people.get(seat.person, ()), seat)
        return people

    def _path(self, seat: Seat) -> str:
        return long_path_of(seat.area, self.entrance.dispatch.known_town())


def user_routes(entrance: Entrance, pages: Pages, guard: Guard) -> APIRouter:
    """``/users``, ``/users/7`` and its buttons, ``/users/posts``."""
    routes, draw = APIRouter(), UserPages(entrance, pages)

    @routes.get("/users")
    def listed(request: Request, words: str = "") -> Response:
        return draw.listed(request, words)

    @routes.get("/users/posts")
    def posts(request: Request) -> Response:
        return draw.posts(request)

    @routes.get("/users/{person}")
    def one(request: Request, person: str) -> Response:
        return draw.one(request, draw.person_of(request, person))

    @routes.post("/users/{person}/{act}")
    def do(
        request: Request, person: str, act: str, csrf: Annotated[str, Form()],
        session: Annotated[str, Form()] = "", reason: Annotated[str, Form(max_length=300)] = "",
    ) -> Response:  # fmt: skip
        key, whom = guard.check(request, csrf), draw.person_of(request, person)
        if act not in ACTS:
            raise NotHere("no such act")
        intent = ACTS[act](whom, number_in(session) or 0, reason)
        try:
            outcome: Outcome = entrance.do(intent, visitor_of(request).actor, key)
        except Refusal as refused:
            wrong, code = pages.sentence(refused), pages.code_of(refused)
            return draw.one(request, whom, wrong=wrong, reason=reason, code=code)
        return draw.one(request, whom, said=pages.reply(outcome))

    return routes
