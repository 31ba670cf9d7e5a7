"""The day itself: who came, said by whoever came, or ticked by the organiser.

Checking in is offered, never asked for; who did not is listed nowhere (safeguards §10, S27).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.activity_answers import heed, pool_of
from handlers.activity_people import lines_of, new_row, store_of
from handlers.activity_steps import activity_led, leader_words, named, say_count, when_words
from handlers.case_steps.steps import asker
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.activity_words import people_said
from models.rules.attending import ticked
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.signing_up import (
    CHECK_IN_BEFORE,
    MOST_PEOPLE,
    ActivityState,
    Standing,
    takes_check_in,
)
from models.tables import Activity, ChatIdentity


@dataclass(frozen=True, slots=True)
class CheckIn(Intent):
    """Somebody is there."""

    no: int | None = None
    people: str = ""


@dataclass(frozen=True, slots=True)
class TickAttendance(Intent):
    """The organiser notes who came: by the numbers of the list, by names, or everybody."""

    no: int | None = None
    who: str = ""


@handles(CheckIn, may=Permission.CASE_ADD)
def check_in(ask: CheckIn, work: Work) -> Reply | None:
    """Also who did not sign up may come; said twice it counts once."""
    heed(work)
    who = asker(work)
    activity = _held_now(ask.no, who, work)
    row = store_of(work).participant_of(activity.id or 0, who.id) or new_row(work, activity, who.id or 0)
    people = people_said(ask.people) if ask.people else row.people
    if not 0 < people <= MOST_PEOPLE:
        raise Refusal(
            RefusalKind.NOT_CLEAR, "SIGNUP_MANY_DM", most=MOST_PEOPLE, **leader_words(work, activity)
        )
    again = row.came == people
    row.standing, row.came, row.came_at = Standing.IN, people, work.now
    work.store.flush()
    if work.origin.room is None or again:
        return Reply("CHECKIN_DM", n=people, **named(work, activity))
    came = sum(each.came or 0 for each in store_of(work).participants(activity.id or 0))
    say_count(work, activity, {work.origin.room}, "CHECKIN_SUM", n=came)
    return None


def _held_now(no: int | None, who: ChatIdentity, work: Work) -> Activity:
    """The activity somebody is at: the one he signed up for goes first, then the nearest hour; locked.

    Raises:
        NotMeant: 签到 in a group without anything on that day.
        Refusal: none, or it is too early.
    """
    store = store_of(work)
    pool = [a for a in pool_of(work, who) if a.state != ActivityState.CANCELLED and no in {None, a.no}]
    held = [a for a in pool if takes_check_in(a.starts_at, a.ends_at, work.now)]
    if not held:
        raise _not_today(work, [a for a in pool if a.starts_at > work.now])
    mine = {a.id for a in store.with_contact(who.id or 0, work.now - CHECK_IN_BEFORE)}
    mine |= {a.id for a in held if store.participant_of(a.id or 0, who.id)}
    held.sort(key=lambda a: (a.id not in mine, abs(a.starts_at - work.now), a.id))
    activity = store.find_activity(row=held[0].id)
    assert activity is not None  # noqa: S101 - it was read a moment ago
    return activity


def _not_today(work: Work, coming: Sequence[Activity]) -> Exception:
    if not coming:
        in_group = work.origin.room is not None
        return NotMeant() if in_group else Refusal(RefusalKind.NOT_FOUND, "CHECKIN_NONE_DM")
    first = min(coming, key=lambda a: a.starts_at)
    when = when_words(work, first)
    return Refusal(RefusalKind.NOT_NOW, "CHECKIN_EARLY_DM", when=when, **named(work, first))


@handles(TickAttendance, may=Permission.ACTIVITY_POST)
def tick_attendance(ask: TickAttendance, work: Work) -> Reply:
    """Names are written privately only; whoever is not ticked stays unknown, not absent."""
    if work.room is not None and not work.room.of_leaders:
        raise Refusal(RefusalKind.NOT_NOW, "TICK_PRIVATELY_DM")
    activity = activity_led(work, ask.no)
    if activity.state == ActivityState.CANCELLED:
        raise Refusal(RefusalKind.NOT_NOW, "ACTIVITY_OFF_DM", **named(work, activity))
    if work.now < activity.starts_at - CHECK_IN_BEFORE:
        when = when_words(work, activity)
        raise Refusal(RefusalKind.NOT_NOW, "TICK_EARLY_DM", when=when, **named(work, activity))
    rows = store_of(work).participants(activity.id or 0)
    found, missed = ticked(ask.who, lines_of(work, rows))
    for row in (row for row in rows if row.number in found):
        row.came, row.came_at, row.standing = row.came or row.people, work.now, Standing.IN
    work.store.flush()
    texts = work.standing.texts
    left = (
        texts.render("TICK_MISSED", {"list": texts.render("LIST_COMMA", {}).join(missed)}) if missed else ""
    )
    came = sum(row.came or 0 for row in rows)
    return Reply("TICKED_DM", ticked=len(found), n=came, missed=left, **named(work, activity))
