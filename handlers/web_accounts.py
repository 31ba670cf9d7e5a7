"""Who is signed in where, and what is done when somebody is locked out or lost the telephone: by whoever may vouch.

Nobody else's password or second factor is ever seen or chosen: they are taken away, and their owner sets new ones.
"""

from dataclasses import dataclass, field

from handlers.case_steps.steps import called
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.actor import Door
from models.rules.masking import mask
from models.rules.permissions import THE_OPERATOR, Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.registers import SHORTEST_REASON, is_reason
from models.rules.scope import areas_with, below
from models.rules.town import Town
from models.rules.web_access import Access
from models.sessions import PURPOSE
from models.store.access import AccessStore
from models.store.bindings import BindingStore


@dataclass(frozen=True, slots=True)
class EndMySession(Intent):
    """One of my own sessions ends, or (``session`` 0) all but the one that ``token`` stands for."""

    session: int
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EndSessionsOf(Intent):
    """Somebody is signed out everywhere, or (``session``) in one browser."""

    person: int
    session: int = 0


@dataclass(frozen=True, slots=True)
class UnlockAccount(Intent):
    """Somebody who mistyped the password may try again at once."""

    person: int


@dataclass(frozen=True, slots=True)
class ResetAccount(Intent):
    """Name, password and second factor of somebody are worth nothing any more; the reason is told to the owner."""

    person: int
    reason: str = field(repr=False)


@handles(EndMySession, may=Permission.CASE_OPEN)
def end_my_session(ask: EndMySession, work: Work) -> Reply:
    """Signed in elsewhere, and not any more."""
    store, person = AccessStore(work.store.session), work.actor.person
    here = store.visit(work.standing.secrets.digest(PURPOSE, ask.token))
    if here is None or here.person_id != person:
        raise NotMeant
    one, others = ask.session, here.id or 0
    ended = store.end_one(one, person, work.now) if one else store.end_others(person, others, work.now)
    if ended:
        store.note(Access.ENDED, person, work.now, by_person_id=person, by_operator=person is None)
    return Reply("ACCESS_ENDED", n=ended)


@handles(EndSessionsOf, may=Permission.IDENTITY_VOUCH)
def end_sessions_of(ask: EndSessionsOf, work: Work) -> Reply:
    """Out at the next page."""
    _ensure_theirs(ask.person, work)
    store = AccessStore(work.store.session)
    one, person = ask.session, ask.person
    ended = store.end_one(one, person, work.now) if one else store.end_all(person, work.now)
    if ended:
        store.note(Access.ENDED, ask.person, work.now, **_by(work))
    return Reply("ACCESS_ENDED", n=ended)


@handles(UnlockAccount, may=Permission.IDENTITY_VOUCH)
def unlock_account(ask: UnlockAccount, work: Work) -> Reply:
    """Its tries are counted anew."""
    _ensure_theirs(ask.person, work)
    store = AccessStore(work.store.session)
    account = store.account(person=ask.person)
    if account is None or account.locked_until is None or account.locked_until <= work.now:
        raise Refusal(RefusalKind.NOT_NOW, "ACCESS_NOT_LOCKED")
    account.failures, account.locked_until = 0, None
    store.note(Access.UNLOCKED, ask.person, work.now, **_by(work))
    return Reply("ACCESS_UNLOCKED")


@handles(ResetAccount, may=Permission.IDENTITY_VOUCH)
def reset_account(ask: ResetAccount, work: Work) -> Reply:
    """The account is gone and all sessions are over; its owner hears privately who did it and why.

    Raises:
        Refusal: not theirs, oneself, no reason, or there is no password.
    """
    _ensure_theirs(ask.person, work)
    reason = mask(" ".join(ask.reason.split()))
    if not is_reason(reason):
        raise Refusal(RefusalKind.NOT_CLEAR, "REGISTER_REASON", n=SHORTEST_REASON)
    store = AccessStore(work.store.session)
    account = store.account(person=ask.person)
    if account is None:
        raise Refusal(RefusalKind.NOT_NOW, "ACCESS_NO_PASSWORD")
    store.session.delete(account)
    store.end_all(ask.person, work.now)
    store.note(Access.RESET, ask.person, work.now, reason=reason, **_by(work))
    for contact in BindingStore(work.store.session).identities_of(ask.person)[:1]:
        who = called(work.town.seats[work.actor.seats[0]]) if work.actor.seats else None
        if who is None:
            work.tell(contact.id, "ACCESS_RESET_BY_OPERATOR_DM", reason=reason)
        else:
            work.tell(contact.id, "ACCESS_RESET_DM", reason=reason, **who)
    return Reply("ACCESS_RESET")


def manages(person: int, work: Work) -> bool:
    """Whether all posts of somebody lie in places for which the asker may vouch; the operator's are all."""
    seats = work.town.seats_of(person, work.today)
    if work.actor.permissions == THE_OPERATOR:
        return bool(seats)
    mine = _reach(work.actor.seats, work.town)
    return bool(seats) and person != work.actor.person and all(seat.area in mine for seat in seats)


def _reach(seats: tuple[int, ...], town: Town) -> frozenset[int]:
    return below(areas_with(Permission.IDENTITY_VOUCH, seats, town), town)


def _ensure_theirs(person: int, work: Work) -> None:
    if work.origin.door is not Door.WEB:
        raise NotMeant
    if not manages(person, work):
        raise Refusal(RefusalKind.NOT_FOUND, "ACCESS_NOBODY")


def _by(work: Work) -> dict[str, int | bool | None]:
    return {"by_person_id": work.actor.person, "by_operator": work.actor.person is None}
