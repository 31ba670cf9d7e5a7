"""Who stands before the pages: finds the session a cookie opens, and turns intents of the web into work, once each."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from fastapi import Request

from handlers.actors import OPERATOR, with_posts
from handlers.dispatch import Dispatch, Outcome, Status
from handlers.intents import Intent
from handlers.web_access import LeaveWeb
from handlers.work import Work
from models.case_desk import CaseDesk
from models.case_news import CaseNews
from models.notice_desk import NoticeDesk
from models.office import Office
from models.people_desk import PeopleDesk
from models.rules.actor import Actor, Door, Origin
from models.rules.ids import IdempotencyKey
from models.rules.permissions import EVERYBODY
from models.rules.refusals import Refusal, RefusalKind
from models.rules.scope import Scope, scope_of
from models.sessions import Sessions, Visit
from web.tries import Tries

NOBODY = Actor()
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in, at one request."""

    actor: Actor
    scope: Scope
    called: str
    """Post and surname, as the frame shows it."""
    visit: Visit | None = None
    """None in the demo, where nobody signs in."""


EVERYBODY_HERE = Visitor(OPERATOR, Scope(whole=True), "")
"""Who comes where nobody is asked: a stage without a town."""


def visitor_of(request: Request) -> Visitor:
    """Whoever opened this page.

    Raises:
        LookupError: nobody has signed in; the guard lets such a request reach nothing that asks.
    """
    who: Visitor | None = request.state.visitor
    if who is None:
        raise LookupError("nobody has signed in")
    return who


@dataclass(frozen=True)
class Entrance:
    """What signing in and asking for something takes."""

    dispatch: Dispatch
    sessions: Sessions
    cases: CaseDesk
    clock: Callable[[], datetime]
    operator: str
    """What the operator is called."""
    notices: NoticeDesk
    news: CaseNews
    people: PeopleDesk
    office: Office
    tries: Tries
    """How often somebody tried to sign in from where."""

    def visitor(self, token: str) -> Visitor | None:
        """Who comes with this cookie; None: nobody who is signed in, or whose last post has ended."""
        visit = self.sessions.find(token, self.clock())
        if visit is None:
            return None
        if visit.person is None:
            return self.operator_here(visit)
        known = self._of(visit, visit.person)
        if known is None:  # who gets a post again signs in again
            with suppress(Refusal):  # another page of the same browser was quicker
                self.do(LeaveWeb(token, lapsed=True), NOBODY, IdempotencyKey(f"web:lapsed:{visit.id}"))
        return known

    def operator_here(self, visit: Visit | None = None) -> Visitor:
        """The operator of the server."""
        return Visitor(OPERATOR, scope_of(OPERATOR, self.dispatch.known_town()), self.operator, visit)

    def _of(self, visit: Visit, person: int) -> Visitor | None:
        """Rights come from the posts in force today, as in chat."""
        town = self.dispatch.current_town()
        anybody = Actor(identity=visit.identity, person=person, permissions=EVERYBODY, is_friend=True)
        actor = with_posts(anybody, town, self.clock())
        if not actor.seats:
            return None
        first = town.seats[actor.seats[0]]
        return Visitor(actor, scope_of(actor, town), f"{first.title}{first.surname}", visit)

    def do(self, intent: Intent, actor: Actor, key: IdempotencyKey) -> Outcome:
        """Do it once.

        Raises:
            Refusal: it may not be done, or this form was sent before.
        """
        outcome = self.dispatch(intent, actor, Origin(Door.WEB, key, self.clock()))
        if outcome.refusal is not None:
            raise outcome.refusal
        if outcome.status is Status.DUPLICATE:
            raise Refusal(RefusalKind.NOT_NOW, "FORM_SENT_BEFORE")
        if outcome.status is Status.NOT_MEANT:
            raise Refusal(RefusalKind.NOT_NOW, "FORM_NOT_NOW")
        return outcome

    def ensure_unsent(self, key: IdempotencyKey) -> None:
        """For forms that ask for several things, each under a key of its own.

        Raises:
            Refusal: a form with this key was sent before.
        """
        if self.look(lambda work: work.store.standing(key, None)[1], NOBODY):
            raise Refusal(RefusalKind.NOT_NOW, "FORM_SENT_BEFORE")

    def look(self, question: Callable[[Work], T], actor: Actor) -> T:
        """What somebody would find or be told; nothing is written.

        Raises:
            Refusal: they may not, or it could not be done.
        """
        return self.dispatch.look(question, actor, Origin(Door.WEB, IdempotencyKey("web:look"), self.clock()))
