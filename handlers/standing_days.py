"""A day that is announced the evening before and that people sign up for: an activity of its own each time (seed B21)."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from handlers.activities import DAY
from handlers.activity_people import store_of
from handlers.activity_steps import label, mark, plan_clock, when_words
from handlers.work import Work
from models.rules.pacing import SHANGHAI, Rank
from models.rules.standing import Said, Standing
from models.rules.town import AreaNode, Seat
from models.tables import Activity


def hold_day(
    work: Work, reminder: Standing, area: AreaNode, said: Said, rooms: Sequence[int], late: str
) -> bool:
    """Announce it with its hour, so that 1 signs up; False: nobody here answers for it, or no group would hear it."""
    host = _host(work, reminder, area)
    if not reminder.starts or host is None or not rooms:
        return False
    starts = datetime.combine(said.about, time.fromisoformat(reminder.starts), SHANGHAI)
    starts = starts.astimezone(work.now.tzinfo)
    if starts <= work.now:
        return False
    activity = store_of(work).add_activity(
        Activity(
            no=work.store.next_no("last_activity_no"), kind=DAY, title=reminder.about or reminder.name,
            starts_at=starts, closes_at=starts, areas=[area.id], seat_id=host.id, person_id=host.person,
            created_at=work.now,
        ),
        rooms,
    )  # fmt: skip
    blanks: dict[str, Any] = {"title": activity.title, "when": when_words(work, activity)}
    for room in rooms:
        work.tell_room(
            room, "STANDING_DAY", rank=Rank.BROADCAST, gathers=mark(activity), name=label(work, activity),
            late=late, **blanks,
        )  # fmt: skip
    work.tell_seat(host, "STANDING_DAY_HOST_DM", rank=Rank.ROUTINE, no=activity.no, **blanks)
    plan_clock(work, activity)
    return True


def _host(work: Work, reminder: Standing, area: AreaNode) -> Seat | None:
    """The first of its hosts who is here."""
    seats = (seat for post in reminder.hosts for seat in work.town.holders(post, area.id, work.today))
    return next((seat for seat in seats if not work.town.is_absent(seat, work.today)), None)
