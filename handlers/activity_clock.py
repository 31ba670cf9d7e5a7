"""What the clock does for an activity: it reminds the evening before, closes in time, and looks back afterwards."""

from dataclasses import dataclass
from datetime import datetime

from handlers.activities import DAY
from handlers.activity_people import store_of
from handlers.activity_steps import figures, leader_of, mark, named, when_words, where_words
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Work
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.signing_up import ActivityState, Standing, people_in
from models.store.activities import RUNNING
from models.tables import Activity

LONGEST_NAME = 32
NAMING = ("ACTIVITY_LIST_DM", "SIGNUP_UP_LEADER_DM")
"""Sentences that hold names."""


@dataclass(frozen=True, slots=True)
class RemindSignedUp(Intent):
    """The evening before: whoever signed up is told once more when and where."""

    activity_id: int
    due: str
    starts: str
    """ISO moment it was to begin at when this was planned: one that was moved is not reminded of."""


@dataclass(frozen=True, slots=True)
class CloseInTime(Intent):
    """The last moment for signing up has come."""

    activity_id: int
    due: str
    starts: str


@dataclass(frozen=True, slots=True)
class SettleActivity(Intent):
    """It is over: the group is thanked, the organiser hears how many came."""

    activity_id: int
    due: str
    starts: str


@dataclass(frozen=True, slots=True)
class NameParticipant(Intent):
    """The channel told what a group calls somebody who signed up."""

    participant_id: int
    name: str


@dataclass(frozen=True, slots=True)
class ForgetNamesSaid(Intent):
    """A list of names that an organiser was told a week ago need not be kept."""

    identities: list[int]
    said: str
    """ISO moment at which it was written."""


def _planned(ask: RemindSignedUp | CloseInTime | SettleActivity, work: Work) -> Activity | None:
    """The activity, if it still is what this was planned for."""
    activity = store_of(work).find_activity(row=ask.activity_id)
    if activity is None or activity.state not in RUNNING:
        return None
    return activity if activity.starts_at == datetime.fromisoformat(ask.starts) else None


@handles(RemindSignedUp, may=Permission.CLOCK_TICK)
def remind_signed_up(ask: RemindSignedUp, work: Work) -> None:
    """Privately; the group hears one line only where some of its people no private word reaches."""
    activity = _planned(ask, work)
    if activity is None or work.now >= activity.starts_at:
        return
    store = store_of(work)
    rows = [row for row in store.participants(activity.id or 0) if row.standing == Standing.IN]
    reached = store.reachable(row.identity_id for row in rows)
    when, where = when_words(work, activity), where_words(work, activity)
    for row in rows:
        if row.identity_id in reached:
            work.tell(
                row.identity_id, "SIGNUP_REMINDER_DM", rank=Rank.ROUTINE, gathers=mark(activity), n=row.people,
                when=when, where=where, **named(work, activity),
            )  # fmt: skip
    for room in sorted({row.room_id for row in rows if row.identity_id not in reached and row.room_id}):
        work.tell_room(
            room, "SIGNUP_REMINDER", rank=Rank.ROUTINE, gathers=mark(activity), when=when, where=where,
            **named(work, activity),
        )  # fmt: skip
    work.tell_seat(
        leader_of(work, activity), "ACTIVITY_REMINDER_DM", no=activity.no, when=when, **named(work, activity),
        **figures(work, activity),
    )  # fmt: skip


@handles(CloseInTime, may=Permission.CLOCK_TICK)
def close_in_time(ask: CloseInTime, work: Work) -> None:
    """The organiser hears the figures; the group hears nothing."""
    activity = _planned(ask, work)
    if activity is None or activity.closes_at != datetime.fromisoformat(ask.due):
        return
    activity.state = ActivityState.CLOSED
    work.tell_seat(
        leader_of(work, activity), "ACTIVITY_CLOSED_DM", no=activity.no, **named(work, activity),
        **figures(work, activity),
    )  # fmt: skip


@handles(SettleActivity, may=Permission.CLOCK_TICK)
def settle_activity(ask: SettleActivity, work: Work) -> None:
    """Thanks without names, where anybody was noted as there; who was not is nobody's business."""
    activity = _planned(ask, work)
    if activity is None:
        return
    store = store_of(work)
    activity.state, activity.ended_at = ActivityState.OVER, work.now
    rows = store.participants(activity.id or 0)
    came = sum(row.came or 0 for row in rows)
    signed = people_in(store.parties(activity.id or 0))
    if came:
        for room in sorted({row.room_id for row in rows if row.room_id}):
            work.tell_room(
                room, "ACTIVITY_THANKS", rank=Rank.ROUTINE, gathers=mark(activity), n=came,
                **named(work, activity),
            )  # fmt: skip
    if activity.kind == DAY and not (signed or came):
        return  # a day that comes every week: nobody is told that nobody came
    work.tell_seat(
        leader_of(work, activity), "ACTIVITY_OVER_DM", rank=Rank.ROUTINE, no=activity.no, n=signed, came=came,
        **named(work, activity),
    )  # fmt: skip


@handles(NameParticipant, may=Permission.CLOCK_TICK)
def name_participant(ask: NameParticipant, work: Work) -> None:
    """Kept encrypted, for the organiser's list."""
    row = store_of(work).participant(ask.participant_id)
    if row is not None:
        row.name_box = work.standing.secrets.box(ask.name[:LONGEST_NAME])


@handles(ForgetNamesSaid, may=Permission.CLOCK_TICK)
def forget_names_said(ask: ForgetNamesSaid, work: Work) -> None:
    """That it was said stays, with its key; the words go."""
    for identity in ask.identities:
        store_of(work).forget_words(identity, datetime.fromisoformat(ask.said), NAMING)
