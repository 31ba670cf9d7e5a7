"""A case rests until a day and comes back by itself; what its reporters hear of it, and of a later date."""

from datetime import datetime
from typing import Any

from handlers.case_steps.clocks import firing, hours_left, plan_clocks, unplan_clocks
from handlers.case_steps.pauses import WAKE
from handlers.case_steps.reporters import hearers, mentioned
from handlers.case_steps.steps import (
    called,
    handler_of,
    is_private,
    record,
)
from handlers.case_steps.words import due_words, heard_at, sayable
from handlers.work import Work
from models.rules.case_life import State, Step, Who
from models.rules.pacing import SHANGHAI, shanghai_date
from models.rules.pausing import MAY_NOT_REST
from models.rules.town import Seat
from models.rules.urgency import Privacy, Urgency
from models.tables import Case

LONGEST_WHY = 30
"""Characters of a reason that a group hears."""


def rest(work: Work, case: Case, until: datetime, reason: str) -> None:
    """The clocks stop; the firing that ends the rest is planned in the same piece of work."""
    left = hours_left(work, case)
    record(
        work, case, Step.SUSPEND, by=Who.HIGHER, reason=reason, waiting_until=until, hours_left=left, due_resolve_at=None
    )  # fmt: skip
    unplan_clocks(work, case)
    # A second rest until the same morning is another firing.
    work.store.plan([{**firing(case, WAKE, until), "key": f"{WAKE}:{case.no}:{case.event_count}"}])


def wake(work: Work, case: Case, *, by: Who | None = None, reason: str = "") -> None:
    """The case is being handled again; its clock goes on with what it had left."""
    record(work, case, Step.RESUME, by=by, reason=reason)
    plan_clocks(work, case)


def wake_if_urgent(work: Work, case: Case) -> None:
    """What has become urgent rests no longer."""
    if case.state != State.WAITING or Urgency(case.urgency) not in MAY_NOT_REST:
        return
    wake(work, case, by=Who.SYSTEM, reason="urgent")
    tell_woken(work, case, "WOKEN_URGENT_DM")


def tell_woken(work: Work, case: Case, key: str) -> None:
    """Whoever handles it hears that it goes on; where nobody holds that post any more, the next one up."""
    work.tell_seat(
        _handler_now(work, case),
        key,
        case=case,
        no=case.no,
        due=next_due(work, case, heard_at(work, case=case)),
    )


def _handler_now(work: Work, case: Case) -> Seat | None:
    seat = handler_of(work, case)
    if seat is not None and seat.in_force(work.today):
        return seat
    return work.town.climb(case.area_id, work.today, case.rung, case.flags.get("accused", ())).seat


def next_due(work: Work, case: Case, heard: datetime | None = None) -> str:
    """Until when something happens, in words: the result of a case that runs, the end of one that rests."""
    if case.state == State.WAITING and case.waiting_until is not None:
        return day_words(work, case.waiting_until, heard)
    return due_words(work, case.due_resolve_at, heard)


def day_words(work: Work, at: datetime, heard: datetime | None = None) -> str:
    """A day as people say it when they hear it (now): tomorrow by name, others by date."""
    day = at.astimezone(SHANGHAI)
    days = (day.date() - shanghai_date(heard or work.now)).days
    texts = work.standing.texts
    if days in {0, 1}:
        return texts.render("DAY_TODAY" if days == 0 else "DAY_TOMORROW", {})
    return texts.render("DAY_DATE", {"month": day.month, "day": day.day})


def tell_reporters(work: Work, case: Case, keys: tuple[str, str], reason: str, **blanks: Any) -> None:
    """Reason and date, once: in the room where everybody may hear it, else to each reporter privately (Beijing art. 15).

    ``keys`` are the sentences with and without ``reason``: what a group may not hear is not repeated there.
    """
    private = is_private(case) or case.room_id is None
    said = sayable(work, reason[:LONGEST_WHY]) if private or case.privacy == Privacy.P1 else ""
    key, more = (keys[0], {"reason": said}) if said else (keys[1], {})
    blanks = {"no": case.no, **more, **blanks}
    rooms, people = hearers(work, case)
    for room in rooms:
        work.tell_room(room, key, case=case, mentions=mentioned(case, room), **blanks)
    for identity in people:
        work.tell(identity, key, case=case, not_before=heard_at(work), **blanks)


def handler_words(work: Work, case: Case) -> dict[str, Any]:
    """Who looks after a case, as a group may hear it."""
    return called(handler_of(work, case))
