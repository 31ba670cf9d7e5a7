"""Residents answer an activity in the group or privately: 报名 2人, +1, 1, 取消报名. Nobody must, and nobody is named.

A group hears one count for many answers (safeguards §10: no forced 接龙); names are for the organiser alone.
"""

from dataclasses import dataclass

from handlers.activity_answers import Said, activity_said, heed, may_mean, pool_of, which
from handlers.activity_people import new_row, note_name, store_of
from handlers.activity_steps import is_full, is_open, leader_words, move_up, named, say_sign_ups, when_words
from handlers.case_steps.steps import asker
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.activity_words import called_so, people_said
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.signing_up import (
    CORRECTS_FOR,
    MOST_PEOPLE,
    ActivityState,
    Party,
    Standing,
    fits,
    place_in_line,
    places_left,
)
from models.tables import Activity, ChatIdentity, Participant


@dataclass(frozen=True, slots=True)
class SignUp(Intent):
    """Somebody wants to come, alone or with others."""

    no: int | None = None
    people: str = ""
    words: str = ""
    """The title that was named."""
    soft: str = ""
    one: str = ""
    """A bare 1: only where such an answer was asked for."""
    bare: str = ""
    """Nothing but a number of people: it corrects what was said a moment ago."""
    change: str = ""


@dataclass(frozen=True, slots=True)
class LeaveSignUp(Intent):
    """Somebody who signed up cannot come; nobody asks why."""

    no: int | None = None
    words: str = ""
    soft: str = ""
    vague: str = ""
    """Words said of many things (不去了): only near the activity, or where it is quoted."""


@dataclass(frozen=True, slots=True)
class ListMySignUps(Intent):
    """What did I sign up for?"""


@handles(SignUp, may=Permission.CASE_ADD)
def sign_up(ask: SignUp, work: Work) -> Reply | None:
    """One answer for each contact: said again it changes nothing, with another number it changes that."""
    heed(work)
    loose = bool(ask.soft and not ask.change)
    said = Said(ask.no, ask.words, loose=loose, one=bool(ask.one), counted=bool(ask.people))
    people = people_said(ask.people)
    who = asker(work)
    pool = store_of(work).with_contact(who.id or 0, work.now) if ask.change else pool_of(work, who)
    if ask.change and not pool:
        raise NotMeant
    activity = activity_said(work, said, pool)
    if activity is None:
        return which(work, pool)
    row = store_of(work).participant_of(activity.id or 0, who.id)
    _must_be_meant(ask, work, row)
    _must_be_open(activity, work, row, people if ask.people else 0)
    here = row is not None and row.standing != Standing.OUT
    if here and ask.words and not called_so(activity.title, ask.words):
        # A neighbour's name (报名 张三 2人): the second one must not replace the first.
        raise Refusal(RefusalKind.NOT_CLEAR, "SIGNUP_TOGETHER_DM")
    if not 0 < people <= MOST_PEOPLE:
        raise Refusal(
            RefusalKind.NOT_CLEAR, "SIGNUP_MANY_DM", most=MOST_PEOPLE, **leader_words(work, activity)
        )
    if activity.most is not None and people > activity.most:
        raise Refusal(
            RefusalKind.NOT_NOW, "SIGNUP_OVER_DM", m=activity.most, n=people, **named(work, activity)
        )
    if row is None or row.standing == Standing.OUT:
        return _come(activity, who, row, people, work)
    return _change(activity, row, people if ask.people else row.people, work)


def _must_be_meant(ask: SignUp, work: Work, row: Participant | None) -> None:
    """A bare number of people counts as a correction, as an answer to a quoted line, or in private.

    Raises:
        NotMeant: it is talk like any other.
    """
    here = row is not None and row.standing != Standing.OUT
    if ask.bare and not ask.change:
        fresh = here and row is not None and work.now - row.changed_at <= CORRECTS_FOR
        quoted = work.origin.message is not None and bool(work.origin.message.quote)
        if not (fresh or quoted or work.origin.room is None):
            raise NotMeant


def _must_be_open(activity: Activity, work: Work, row: Participant | None, people: int) -> None:
    """Who is on the list may bring fewer (``people``; 0: as many) at any time before it begins.

    Raises:
        Refusal: it was called off, has begun, or takes nobody any more.
    """
    if activity.state == ActivityState.CANCELLED:
        raise Refusal(RefusalKind.NOT_NOW, "SIGNUP_OFF_DM", **named(work, activity))
    listed = row is not None and row.standing != Standing.OUT and people <= row.people
    if is_open(activity, work.now) or (listed and work.now < activity.starts_at):
        return
    raise Refusal(
        RefusalKind.NOT_NOW, "SIGNUP_CLOSED_DM", **named(work, activity), **leader_words(work, activity)
    )


def _come(
    activity: Activity, who: ChatIdentity, row: Participant | None, people: int, work: Work
) -> Reply | None:
    """A place, or the end of the line; who left before stands at its end again."""
    store = store_of(work)
    was_full = is_full(work, activity)
    standing = (
        Standing.IN if fits(activity.most, store.parties(activity.id or 0), people) else Standing.WAITING
    )
    row = row or new_row(work, activity, who.id or 0)
    row.room_id, row.people, row.standing = work.origin.room, people, standing
    row.at, row.changed_at, row.came, row.came_at = work.now, work.now, None, None
    note_name(work, row)
    work.store.flush()
    say_sign_ups(work, activity, work.origin.room, was_full=was_full)
    if standing == Standing.WAITING:
        return _waits(activity, row, store.parties(activity.id or 0), work)
    if work.origin.room is not None:
        return None  # the count says it
    return Reply("SIGNUP_IN_DM", n=people, when=when_words(work, activity), **named(work, activity))


def _waits(activity: Activity, row: Participant, parties: list[Party], work: Work) -> Reply:
    left = places_left(activity.most, parties)
    place = place_in_line(parties, row.id or 0)
    if left:
        return Reply("SIGNUP_PART_DM", m=left, n=row.people, place=place, **named(work, activity))
    return Reply("SIGNUP_WAITS_DM", n=row.people, place=place, **named(work, activity))


def _change(activity: Activity, row: Participant, people: int, work: Work) -> Reply | None:
    """Another number of people, if there is room for them; fewer make room for others."""
    store = store_of(work)
    if people == row.people:
        key = "SIGNUP_SAME_DM" if row.standing == Standing.IN else "SIGNUP_STILL_DM"
        return Reply(key, n=people, **named(work, activity))
    was_full = is_full(work, activity)
    others = [party for party in store.parties(activity.id or 0) if party.key != row.id]
    if row.standing == Standing.IN and people > row.people and not fits(activity.most, others, people):
        left = places_left(activity.most, store.parties(activity.id or 0))
        return Reply("SIGNUP_NO_ROOM_DM", m=left, n=row.people, **named(work, activity))
    row.people, row.changed_at = people, work.now
    work.store.flush()
    move_up(work, activity)
    say_sign_ups(work, activity, work.origin.room or row.room_id, was_full=was_full)
    if row.standing == Standing.WAITING:
        return _waits(activity, row, store.parties(activity.id or 0), work)
    if work.origin.room is not None:
        return None
    return Reply("SIGNUP_CHANGED_DM", n=people, **named(work, activity))


@handles(LeaveSignUp, may=Permission.CASE_ADD)
def leave_sign_up(ask: LeaveSignUp, work: Work) -> Reply | None:
    """The place goes to whoever waits; nobody hears who left.

    Raises:
        NotMeant: talk of somebody who is on no list.
    """
    store = store_of(work)
    mine = store.with_contact(work.actor.identity or 0, work.now)
    if not mine:
        if ask.soft or work.origin.room is not None:
            raise NotMeant
        raise Refusal(RefusalKind.NOT_FOUND, "SIGNUP_NOT_IN_DM")
    if ask.vague and not may_mean(work, mine):
        raise NotMeant
    activity = activity_said(work, Said(ask.no, ask.words), mine)
    if activity is None:
        return which(work, mine)
    row = store.participant_of(activity.id or 0, work.actor.identity)
    if row is None or row.standing == Standing.OUT:
        raise Refusal(RefusalKind.NOT_FOUND, "SIGNUP_NOT_IN_DM")
    was_full = is_full(work, activity)
    row.standing, row.changed_at = Standing.OUT, work.now
    work.store.flush()
    move_up(work, activity)
    say_sign_ups(work, activity, work.origin.room or row.room_id, was_full=was_full)
    return Reply("SIGNUP_OUT_DM", **named(work, activity))


@handles(ListMySignUps, may=Permission.CASE_ADD)
def list_my_sign_ups(ask: ListMySignUps, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """Privately, with what was certified of service hours."""
    store, texts = store_of(work), work.standing.texts
    who = asker(work)
    lines = []
    for activity in store.with_contact(who.id or 0, work.now):
        row = store.participant_of(activity.id or 0, who.id)
        waits = row is not None and row.standing == Standing.WAITING
        blanks = {"n": row.people if row else 0, "when": when_words(work, activity), **named(work, activity)}
        lines.append(texts.render("MY_SIGNUP_WAITS" if waits else "MY_SIGNUP", blanks))
    hours = store.hours_of(who.id or 0)
    if hours:
        lines.append(texts.render("MY_HOURS", {"hours": f"{hours:g}"}))
    return Reply("MY_SIGNUPS_DM", list="\n".join(lines)) if lines else Reply("MY_SIGNUPS_NONE_DM")
