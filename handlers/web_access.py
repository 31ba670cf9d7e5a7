"""Coming in through the web: a one-time code from the private chat, or a password with a second factor.

There is no default password: the first administrator gets a code on the server (``python -m bot web code``).
"""

import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.actor import Door
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.web_access import CODE_DIGITS, CODE_HOLDS, FAILURES, LOCKED_FOR, LOGIN, is_weak
from models.sessions import PURPOSE
from models.store.access import AccessStore
from models.store.bindings import BindingStore
from models.tables import LoginCode, WebAccount, WebSession

_HASHER = PasswordHasher()
NOBODY = _HASHER.hash(secrets.token_urlsafe())
"""Compared with where there is no such account: answering takes as long as if there were."""
ISSUER = "Linli"


@dataclass(frozen=True, slots=True)
class AskLoginCode(Intent):
    """Let me into the console."""


@dataclass(frozen=True, slots=True)
class IssueLoginCode(Intent):
    """The operator makes a code for somebody by full name; no ``name``: for the operator."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class EnterByCode(Intent):
    """Sign in. ``token`` is what the cookie will hold."""

    code: str = field(repr=False)
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EnterByPassword(Intent):
    """Sign in without WeChat at hand; ``once`` is the one-time password of this half minute."""

    login: str
    password: str = field(repr=False)
    once: str = field(repr=False)
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RenewSession(Intent):
    """Another token for the same session."""

    token: str = field(repr=False)
    new: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LeaveWeb(Intent):
    """Sign out."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SetPassword(Intent):
    """Come in by password from now on, with the second factor ``second`` that ``once`` proves; other sessions end."""

    login: str
    password: str = field(repr=False)
    second: str = field(repr=False)
    once: str = field(repr=False)
    token: str = field(repr=False)


@handles(AskLoginCode, may=Permission.CASE_OPEN)
def ask_login_code(ask: AskLoginCode, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """A code for whoever holds a post, privately; in a group it is a word like any other."""
    if work.origin.room is not None or work.origin.late:
        raise NotMeant
    if work.actor.person is None or not work.actor.seats:
        raise Refusal(RefusalKind.NOT_ALLOWED, "LOGIN_NO_POST_DM", contact=work.town.contact)
    minutes = int(CODE_HOLDS / timedelta(minutes=1))
    return Reply("LOGIN_CODE_DM", code=new_code(work, work.actor.person), minutes=minutes)


@handles(IssueLoginCode, may=Permission.CLOCK_TICK)
def issue_login_code(ask: IssueLoginCode, work: Work) -> Reply:
    """A code made on the server.

    Raises:
        Refusal: nobody of that name with a post, or several.
    """
    if work.origin.door is not Door.SHELL:
        raise NotMeant
    person = None
    if ask.name:
        named = BindingStore(work.store.session).people_named(ask.name)
        found = [p.id for p in named if p.id is not None and work.town.seats_of(p.id, work.today)]
        if len(found) != 1:
            key = "LOGIN_NAMESAKES" if found else "LOGIN_NOBODY"
            raise Refusal(RefusalKind.NOT_CLEAR, key, name=ask.name)
        person = found[0]
    return Reply(
        "LOGIN_CODE_MADE", code=new_code(work, person), minutes=int(CODE_HOLDS / timedelta(minutes=1))
    )


def new_code(work: Work, person: int | None, holds: timedelta = CODE_HOLDS) -> str:
    """A fresh code; older ones of the same person are worth nothing any more."""
    store = AccessStore(work.store.session)
    store.drop_codes(person)
    while True:
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        digest = work.standing.secrets.digest("login code", code)
        if store.code(digest) is None:
            break
    store.session.add(
        LoginCode(digest=digest, person_id=person, made_at=work.now, expires_at=work.now + holds)
    )
    half = CODE_DIGITS // 2
    return f"{code[:half]} {code[half:]}"


@handles(EnterByCode, may=Permission.CASE_OPEN)
def enter_by_code(ask: EnterByCode, work: Work) -> Reply | None:
    """A session for whom the code was made; a code works once."""
    store = AccessStore(work.store.session)
    typed = "".join(c for c in ask.code if c.isalnum())
    code = store.code(work.standing.secrets.digest("login code", typed))
    if code is None or code.used_at is not None or work.now >= code.expires_at:
        raise Refusal(RefusalKind.NOT_ALLOWED, "LOGIN_CODE_WRONG")
    code.used_at = work.now
    return _enter(work, code.person_id, ask.token)


@handles(EnterByPassword, may=Permission.CASE_OPEN)
def enter_by_password(ask: EnterByPassword, work: Work) -> Reply | None:
    """A session for whoever knows name, password and one-time password; a wrong try is counted, so it is no refusal."""
    account = AccessStore(work.store.session).account(login=ask.login.strip().lower())
    locked = account is not None and account.locked_until is not None and work.now < account.locked_until
    right = _is_password(account.password if account else NOBODY, ask.password)
    if account is None or locked or not right:
        return _wrong(work, None if locked else account)
    step = _step_of(work, work.standing.secrets.open(account.second_box), ask.once)
    if step is None or step <= account.second_used:
        return _wrong(work, account)
    account.second_used, account.failures, account.locked_until = step, 0, None
    return _enter(work, account.person_id, ask.token)


def _wrong(work: Work, account: WebAccount | None) -> Reply:
    """Count it; at the fifth in a row the account rests, and its owner hears of it once."""
    if account is not None:
        account.failures += 1
        if account.failures >= FAILURES:
            account.failures, account.locked_until = 0, work.now + LOCKED_FOR
            minutes = int(LOCKED_FOR / timedelta(minutes=1))
            for contact in BindingStore(work.store.session).identities_of(account.person_id)[:1]:
                work.tell(contact.id, "LOGIN_LOCKED_DM", n=FAILURES, minutes=minutes)
    return Reply("LOGIN_WRONG")


def _enter(work: Work, person: int | None, token: str) -> Reply | None:
    if person is not None and not work.town.seats_of(person, work.today):
        return Reply("LOGIN_WRONG")
    digest = work.standing.secrets.digest(PURPOSE, token)
    row = WebSession(
        digest=digest,
        person_id=person,
        form_key=secrets.token_urlsafe(18),
        began_at=work.now,
        renewed_at=work.now,
    )
    work.store.session.add(row)
    return None


@handles(RenewSession, may=Permission.CASE_OPEN)
def renew_session(ask: RenewSession, work: Work) -> None:
    """Another token; whoever comes second with the old one keeps what the first one got."""
    old = work.standing.secrets.digest(PURPOSE, ask.token)
    row = AccessStore(work.store.session).visit(old)
    if row is None or row.digest != old:
        raise NotMeant
    row.digest_before, row.digest = old, work.standing.secrets.digest(PURPOSE, ask.new)
    row.renewed_at = work.now


@handles(LeaveWeb, may=Permission.CASE_OPEN)
def leave_web(ask: LeaveWeb, work: Work) -> None:
    """The session is over, whoever still has its cookie."""
    row = AccessStore(work.store.session).visit(work.standing.secrets.digest(PURPOSE, ask.token))
    if row is not None:
        row.ended_at = work.now


@handles(SetPassword, may=Permission.CASE_OPEN)
def set_password(ask: SetPassword, work: Work) -> Reply | None:
    """Name, password and second factor of whoever is signed in.

    Raises:
        Refusal: signed in as nobody, a name that cannot be one or is taken, a weak password, a wrong one-time password.
    """
    store, person = AccessStore(work.store.session), work.actor.person
    visit = store.visit(work.standing.secrets.digest(PURPOSE, ask.token))
    if person is None or visit is None or visit.person_id != person:
        raise Refusal(RefusalKind.NOT_ALLOWED, "PASSWORD_OF_NOBODY")
    login = ask.login.strip().lower()
    if not re.fullmatch(LOGIN, login):
        raise Refusal(RefusalKind.NOT_CLEAR, "PASSWORD_LOGIN")
    if is_weak(ask.password, login):
        raise Refusal(RefusalKind.NOT_CLEAR, "PASSWORD_WEAK")
    other = store.account(login=login)
    if other is not None and other.person_id != person:
        raise Refusal(RefusalKind.NOT_CLEAR, "PASSWORD_TAKEN")
    step = _step_of(work, ask.second, ask.once)
    if step is None:
        raise Refusal(RefusalKind.NOT_CLEAR, "PASSWORD_ONCE")
    account = store.account(person=person) or WebAccount(
        person_id=person, login="", password="", second_box=b"", set_at=work.now
    )
    account.login, account.password, account.set_at = login, _HASHER.hash(ask.password), work.now
    account.second_box, account.second_used = work.standing.secrets.box(ask.second), step
    account.failures, account.locked_until = 0, None
    store.session.add(account)
    store.end_others(person, visit.id or 0, work.now)
    return Reply("PASSWORD_SET")


def _is_password(kept: str, typed: str) -> bool:
    try:
        return _HASHER.verify(kept, typed)
    except (VerificationError, InvalidHashError):
        return False


def _step_of(work: Work, second: str, once: str) -> int | None:
    """The time step (RFC 6238, half a minute) a one-time password belongs to: this one or a neighbour; None: wrong."""
    maker, typed = pyotp.TOTP(second, issuer=ISSUER), "".join(c for c in once if c.isdecimal())
    for apart in (0, -1, 1):
        at = work.now + timedelta(seconds=apart * maker.interval)
        if maker.verify(typed, for_time=at):
            return int(at.timestamp()) // maker.interval
    return None
