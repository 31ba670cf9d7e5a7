"""What the handlers of activities share: whose one it is, how it reads, the count in the group, who moves up."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from handlers.activity_people import forget_later, name_of, store_of
from handlers.case_steps.steps import called, seat_of
from handlers.case_steps.words import heard_at
from handlers.work import Work
from models.rules.pacing import SHANGHAI, Rank
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.signing_up import (
    REMEMBERED,
    SETTLED_AFTER,
    ActivityState,
    Party,
    Standing,
    count_due,
    moving_up,
    people_in,
    places_left,
    reminder_of,
)
from models.rules.town import Seat
from models.store.activities import RUNNING
from models.tables import Activity


def mark(activity: Activity) -> str:
    """How the outbox knows what is said of an activity."""
    return f"activity:{activity.id}"


def leader_of(work: Work, activity: Activity) -> Seat | None:
    """Whoever announced it, or takes that work today."""
    return seat_of(work, activity.seat_id)


def label(work: Work, activity: Activity) -> str:
    """``活动3`` or ``相约3``; without a number before it is written."""
    return work.standing.texts.render(f"ACTIVITY_LABEL_{activity.kind}", {"no": activity.no or ""})


def named(work: Work, activity: Activity) -> dict[str, Any]:
    """The blanks ``name`` and ``title``."""
    return {"name": label(work, activity), "title": activity.title}


def when_words(work: Work, activity: Activity) -> str:
    """The day with its weekday, and the hour: an announcement is read for days."""
    until = f"–{activity.ends_at.astimezone(SHANGHAI):%H:%M}" if activity.ends_at else ""
    return moment_words(work, activity.starts_at, until)


def moment_words(work: Work, at: datetime, more: str = "") -> str:
    """``7月20日周日09:00`` and what follows the hour."""
    texts = work.standing.texts
    local = at.astimezone(SHANGHAI)
    weekday = texts.render("WEEKDAYS", {})[local.weekday()]
    clock = f"{local:%H:%M}{more}"
    blanks = {"month": local.month, "day": local.day, "weekday": weekday, "clock": clock}
    return texts.render("ACTIVITY_WHEN", blanks)


def where_words(work: Work, activity: Activity) -> str:
    """``，村口``, or nothing."""
    return work.standing.texts.render("ACTIVITY_MORE", {"words": activity.place}) if activity.place else ""


def rest_words(work: Work, activity: Activity, parties: Collection[Party]) -> str:
    """How many places are left and how many people wait; nothing where there is no limit."""
    left, waiting = places_left(activity.most, parties), people_in(parties, Standing.WAITING)
    if left is None:
        return ""
    texts = work.standing.texts
    said = texts.render("SIGNUP_LEFT", {"m": left}) if left else texts.render("SIGNUP_FULL", {})
    return said + (texts.render("SIGNUP_WAITING", {"w": waiting}) if waiting else "")


def figures(work: Work, activity: Activity) -> dict[str, Any]:
    """The blanks ``n`` (people who come) and ``rest``."""
    parties = store_of(work).parties(activity.id or 0)
    return {"n": people_in(parties), "rest": rest_words(work, activity, parties)}


def is_open(activity: Activity, now: datetime) -> bool:
    """Whether it takes sign-ups."""
    return activity.state == ActivityState.OPEN and now < activity.closes_at


def leads(work: Work, activity: Activity) -> bool:
    """Whether the actor may run it: who announced it, whoever stands in, and posts of an area above that may announce."""
    if activity.person_id == work.actor.person or activity.seat_id in work.actor.desk:
        return True
    town = work.town
    of = town.seats.get(activity.seat_id)
    for seat in (town.seats[s] for s in work.actor.seats):
        may = Permission.ACTIVITY_POST in town.preset.posts[seat.post].may
        if may and of is not None and seat.area != of.area and town.is_within(of.area, seat.area):
            return True
    return False


def activity_led(work: Work, no: int | None) -> Activity:
    """The activity an organiser speaks of: by number, else the only one of his that is not over; locked.

    Raises:
        Refusal: none, several, or somebody else's.
    """
    store = store_of(work)
    if no is None:
        mine = [a for a in store.announced_by(work.actor.desk) if a.state in RUNNING]
        if len(mine) > 1:
            several = listed(work, mine)
            raise Refusal(RefusalKind.NOT_CLEAR, "ACTIVITY_WHICH_DM", list=several, no=mine[0].no)
        latest = mine or store.announced_by(work.actor.desk, 1)
        no = latest[0].no if latest else 0
    activity = store.find_activity(no=no)
    if activity is None or not leads(work, activity):
        raise Refusal(RefusalKind.NOT_FOUND, "ACTIVITY_NOT_FOUND_DM")
    return activity


def running(work: Work, no: int | None) -> Activity:
    """The same, if it is still to come.

    Raises:
        Refusal: it was called off, or is over.
    """
    activity = activity_led(work, no)
    if activity.state not in RUNNING:
        key = "ACTIVITY_OFF_DM" if activity.state == ActivityState.CANCELLED else "ACTIVITY_PAST_DM"
        raise Refusal(RefusalKind.NOT_NOW, key, **named(work, activity))
    return activity


def listed(work: Work, activities: Iterable[Activity]) -> str:
    """Names and titles, in one line."""
    texts = work.standing.texts
    return texts.render("LIST_COMMA", {}).join(f"{label(work, a)} {a.title}" for a in activities)


def say_count(work: Work, activity: Activity, rooms: Collection[int], key: str, **blanks: Any) -> None:
    """One line for these groups in a while; a line that still waits there is replaced by the newer figures."""
    work.settled = True
    store = store_of(work)
    for share in store.rooms_of(activity.id or 0):
        if share.room_id not in rooms:
            continue
        due = store.take_back_lines(mark(activity), share.room_id, key)
        due = due or count_due(work.now, share.counted_at, work.pace.gather_s)
        share.counted_at = due
        work.tell_room(
            share.room_id, key, rank=Rank.ROUTINE, not_before=due, gathers=mark(activity),
            **named(work, activity), **blanks,
        )  # fmt: skip


def say_sign_ups(work: Work, activity: Activity, room: int | None, *, was_full: bool) -> None:
    """The count, in the group it was said in; that all places are taken, in every group."""
    parties = store_of(work).parties(activity.id or 0)
    full = places_left(activity.most, parties) == 0
    rooms = {share.room_id for share in store_of(work).rooms_of(activity.id or 0)}
    chosen = rooms if full and not was_full else rooms & {room or 0}
    say_count(
        work, activity, chosen, "SIGNUP_SUM", n=people_in(parties), rest=rest_words(work, activity, parties),
        when=when_words(work, activity),
    )  # fmt: skip


def is_full(work: Work, activity: Activity) -> bool:
    """Whether every place is taken."""
    return places_left(activity.most, store_of(work).parties(activity.id or 0)) == 0


def move_up(work: Work, activity: Activity) -> int:
    """Give free places to those who wait, and tell them; whom no private word reaches the organiser tells. How many parties."""
    if work.now >= activity.starts_at or activity.state not in RUNNING:
        return 0
    store = store_of(work)
    work.store.flush()
    keys = moving_up(activity.most, store.parties(activity.id or 0))
    rows = [row for row in (store.participant(key) for key in keys) if row is not None]
    reached = store.reachable(row.identity_id for row in rows)
    for row in rows:
        row.standing, row.changed_at = Standing.IN, work.now
        blanks = {**named(work, activity), "n": row.people}
        if row.identity_id in reached:
            when, where = when_words(work, activity), where_words(work, activity)
            work.tell(
                row.identity_id, "SIGNUP_UP_DM", not_before=heard_at(work), gathers=mark(activity),
                when=when, where=where, **blanks,
            )  # fmt: skip
        else:
            who, seat = name_of(work, row, store.names_of([row.identity_id])), leader_of(work, activity)
            work.tell_seat(seat, "SIGNUP_UP_LEADER_DM", who=who, **blanks)
            forget_later(work, seat.identities if seat else ())
    work.store.flush()
    return len(rows)


def say_to_all(work: Work, activity: Activity, key: str, *, but: int | None = None, **blanks: Any) -> int:
    """Tell everybody who comes or waits, privately; how many of them no private word reaches."""
    store = store_of(work)
    identities = [row.identity_id for row in store.participants(activity.id or 0) if row.identity_id != but]
    reached = store.reachable(identities)
    for identity in identities:
        if identity in reached:
            work.tell(identity, key, not_before=heard_at(work), **named(work, activity), **blanks)
    return len(set(identities) - reached)


def plan_clock(work: Work, activity: Activity) -> None:
    """Let the clock remind the evening before, close in time, and look back afterwards; what is past is left out."""
    starts = activity.starts_at
    planned = [
        ("RemindSignedUp", reminder_of(starts)),
        ("SettleActivity", (activity.ends_at or starts) + SETTLED_AFTER),
    ]
    if activity.closes_at < starts:
        planned.append(("CloseInTime", activity.closes_at))
    work.store.plan(
        [
            {
                "key": f"{mark(activity)}:{intent}:{starts.isoformat()}:{at.isoformat()}", "intent": intent,
                "due_at": at, "state": "waiting", "attempts": 0, "why": "",
                "fields": {"activity_id": activity.id, "due": at.isoformat(), "starts": starts.isoformat()},
            }
            for intent, at in planned
            if at > work.now
        ]
    )  # fmt: skip


def remembered(work: Work) -> datetime:
    """Activities that began before are nobody's concern any more."""
    return work.now - REMEMBERED


def leader_words(work: Work, activity: Activity) -> dict[str, Any]:
    """The blanks ``role`` and ``surname`` of whom to ask."""
    return called(leader_of(work, activity))
