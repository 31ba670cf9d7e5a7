"""The organiser's further words: no more sign-ups, another time, more places, called off; everybody concerned is told."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from handlers.activity_people import store_of
from handlers.activity_steps import (
    figures,
    is_full,
    mark,
    move_up,
    named,
    plan_clock,
    running,
    say_sign_ups,
    say_to_all,
    when_words,
)
from handlers.case_steps.words import sayable
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.activity_words import next_time
from models.rules.moments import UnclearMoment
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.signing_up import ActivityState, people_in
from models.tables import Activity

MOST_REASON = 20
MOST_PLACES = 9999


@dataclass(frozen=True, slots=True)
class CloseSignUp(Intent):
    """No more sign-ups for an activity."""

    no: int | None = None


@dataclass(frozen=True, slots=True)
class ReopenSignUp(Intent):
    """Take sign-ups again, until it begins."""

    no: int | None = None


@dataclass(frozen=True, slots=True)
class CancelActivity(Intent):
    """It does not take place: the groups and everybody who signed up are told."""

    no: int | None = None
    words: str = ""
    """Why, as the groups may hear it."""


@dataclass(frozen=True, slots=True)
class MoveActivity(Intent):
    """It takes place at another time: the groups and everybody who signed up are told."""

    no: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class LimitActivity(Intent):
    """There is room for so many people; no number: for everybody."""

    no: int | None = None
    most: str = ""


@handles(CloseSignUp, may=Permission.ACTIVITY_POST)
def close_sign_up(ask: CloseSignUp, work: Work) -> Reply:
    """Who waits still moves up when somebody leaves."""
    activity = running(work, ask.no)
    activity.state = ActivityState.CLOSED
    return Reply("ACTIVITY_CLOSED_DM", no=activity.no, **named(work, activity), **figures(work, activity))


@handles(ReopenSignUp, may=Permission.ACTIVITY_POST)
def reopen_sign_up(ask: ReopenSignUp, work: Work) -> Reply:
    """Nobody is told in the group: the next count is enough."""
    activity = running(work, ask.no)
    if work.now >= activity.starts_at:
        raise Refusal(RefusalKind.NOT_NOW, "ACTIVITY_PAST_DM", **named(work, activity))
    activity.state = ActivityState.OPEN
    if activity.closes_at <= work.now:
        activity.closes_at = activity.starts_at
    when = when_words(work, activity)
    return Reply("ACTIVITY_REOPENED_DM", when=when, **named(work, activity))


@handles(CancelActivity, may=Permission.ACTIVITY_POST)
def cancel_activity(ask: CancelActivity, work: Work) -> Reply:
    """What was not said of it yet is not said any more; who never heard of it hears nothing."""
    activity = running(work, ask.no)
    if work.now >= activity.starts_at + timedelta(days=1):
        raise Refusal(RefusalKind.NOT_NOW, "ACTIVITY_PAST_DM", **named(work, activity))
    why = sayable(work, ask.words.strip()[:MOST_REASON])
    why = work.standing.texts.render("ACTIVITY_WHY", {"words": why}) if why else ""
    heard = store_of(work).heard_of(mark(activity))
    store_of(work).take_back([mark(activity)], f"{mark(activity)}:", "activity called off")
    activity.state, activity.ended_at = ActivityState.CANCELLED, work.now
    _say_in_rooms(work, activity, heard, "ACTIVITY_CANCELLED", why=why, when=when_words(work, activity))
    unreached = say_to_all(work, activity, "SIGNUP_CANCELLED_DM", why=why, when=when_words(work, activity))
    people = people_in(store_of(work).parties(activity.id or 0))
    left = _left_to_tell(work, unreached)
    return Reply("ACTIVITY_STOPPED_DM", n=people, left=left, **named(work, activity))


@handles(MoveActivity, may=Permission.ACTIVITY_POST)
def move_activity(ask: MoveActivity, work: Work) -> Reply:
    """Sign-ups stay; whoever cannot come then says so."""
    activity = running(work, ask.no)
    if work.now >= activity.starts_at:
        raise Refusal(RefusalKind.NOT_NOW, "ACTIVITY_PAST_DM", **named(work, activity))
    try:
        starts = next_time(ask.words, activity.starts_at, work.now)
    except UnclearMoment as unclear:
        key = "MOMENT_PAST_DM" if unclear.why == "past" else "MOMENT_UNCLEAR_DM"
        raise Refusal(RefusalKind.NOT_CLEAR, key, words=ask.words) from unclear
    if starts == activity.starts_at:
        raise Refusal(
            RefusalKind.NOT_NOW, "ACTIVITY_SAME_DM", when=when_words(work, activity), **named(work, activity)
        )
    later = starts - activity.starts_at
    kept = activity.closes_at if activity.closes_at < activity.starts_at else starts
    activity.starts_at, activity.closes_at = starts, min(kept, starts)
    activity.ends_at = activity.ends_at + later if activity.ends_at else None
    store_of(work).take_back([], f"{mark(activity)}:", "activity moved")
    plan_clock(work, activity)
    heard = store_of(work).heard_of(mark(activity))
    for line in store_of(work).unsaid(mark(activity)):
        if "when" in line.blanks:
            line.blanks = {**line.blanks, "when": when_words(work, activity)}
    _say_in_rooms(work, activity, heard, "ACTIVITY_MOVED", when=when_words(work, activity))
    unreached = say_to_all(work, activity, "SIGNUP_MOVED_DM", when=when_words(work, activity))
    left = _left_to_tell(work, unreached)
    return Reply("ACTIVITY_MOVED_DM", when=when_words(work, activity), left=left, **named(work, activity))


@handles(LimitActivity, may=Permission.ACTIVITY_POST)
def limit_activity(ask: LimitActivity, work: Work) -> Reply:
    """More places go to those who wait; with fewer nobody is sent away."""
    activity = running(work, ask.no)
    most = int(ask.most) if ask.most else None
    if most is not None and not 0 < most <= MOST_PLACES:
        raise Refusal(RefusalKind.NOT_CLEAR, "ACTIVITY_MOST_DM")
    was_full = is_full(work, activity)
    activity.most = most
    up = move_up(work, activity)
    if up or (was_full and not is_full(work, activity)):
        rooms = [share.room_id for share in store_of(work).rooms_of(activity.id or 0)]
        say_sign_ups(work, activity, rooms[0] if len(rooms) == 1 else None, was_full=was_full)
    return Reply("ACTIVITY_LIMITED_DM", up=up, **named(work, activity), **figures(work, activity))


def _say_in_rooms(work: Work, activity: Activity, heard: set[int], key: str, **blanks: Any) -> None:
    """Every group that heard of it, at the pace of a broadcast where they are many."""
    rank = Rank.BROADCAST if len(heard) > 1 else Rank.REPLY
    for room in sorted(heard):
        work.tell_room(room, key, rank=rank, gathers=mark(activity), **named(work, activity), **blanks)


def _left_to_tell(work: Work, unreached: int) -> str:
    """How many only read it in the group; nothing where there are none."""
    return work.standing.texts.render("ACTIVITY_UNREACHED", {"n": unreached}) if unreached else ""
