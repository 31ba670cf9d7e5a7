"""What stands or stood already when a case opens: the same trouble in work, or an older case that it continues."""

from handlers.case_steps.steps import is_private, seat_of, write_event
from handlers.case_steps.whom import ANONYMOUS
from handlers.work import Work
from models.rules.case_life import OPEN_STATES, State, Step
from models.rules.merging import AUTOMATIC, NEVER, may_be_one, same_place, window_of
from models.rules.pacing import shanghai_date
from models.rules.recurrence import LOOKS_BACK, continues
from models.rules.urgency import Privacy, Urgency
from models.store import fill
from models.store.joining import Like
from models.tables import Case

ACCUSED = "accused"
"""Flag: persons with a post whom a case speaks against."""
BEFORE, TWIN = "before", "twin"
"""Flags: the ended case it continues (number and Shanghai date), the open one it may be (number)."""


def look_back(work: Work, case: Case) -> Like | None:
    """Note on a case that is not written yet which open one it may repeat, and which ended one it continues."""
    if case.urgency == Urgency.U0:
        return None
    twin = _likely_twin(work, case)
    if twin is not None:
        fill(case, flags={**case.flags, TWIN: twin})
    ended = _continued(work, case)
    if ended is not None:
        on = shanghai_date(ended.resolved_at or work.now).isoformat()
        fill(case, root_id=ended.id, flags={**case.flags, BEFORE: [ended.no, on]})
    return ended


def note_link(work: Work, case: Case, ended: Like | None) -> None:
    """The event that says which older case this one continues."""
    if ended is not None:
        write_event(work, case, Step.LINK, case.state, f"#{ended.no}", {"root_id": ended.id})


def _likely_twin(work: Work, case: Case) -> int | None:
    """The newest open case of the same category near by that says much the same; only a person merges them."""
    kept_apart = is_private(case) or case.flags.get(ANONYMOUS) or case.flags.get(ACCUSED)
    if case.category in AUTOMATIC | NEVER or kept_apart:
        return None
    zone = work.town.served_with(case.area_id)
    known = work.store.open_like(case.category, zone, work.now - window_of(case.category))
    alike = (c for c in known if may_be_one(c.text, c.place, case.text, case.place))
    # That somebody with a post is complained about is told to nobody who does not handle it.
    return next((c.no for c in alike if may_be_named(work, c, ANONYMOUS, ACCUSED)), None)


def may_be_named(work: Work, other: Like, *marks: str) -> bool:
    """Whether another case may be named beside this one: it is not private, nor carries one of these flags."""
    if other.privacy in {Privacy.P3, Privacy.P4}:
        return False
    flags = work.store.flags_of(other.id)
    return not any(flags.get(mark) for mark in marks)


def _continued(work: Work, case: Case) -> Like | None:
    """The last ended case of this reporter, or of this place, whose time to be reopened is over.

    What is private or came from somebody who is named to nobody stands for itself: a link would say who it was.
    """
    if is_private(case) or case.flags.get(ANONYMOUS):
        return None
    zone = work.town.served_with(case.area_id)
    found = work.store.ended_like(case.category, zone, case.reporter_id, work.now - LOOKS_BACK)
    for ended in found:
        own = case.reporter_id is not None and ended.reporter_id == case.reporter_id
        here = bool(ended.place and case.place) and same_place(ended.place, case.place)
        over = continues(ended.resolved_at or work.now, ended.reopen_count, work.now)
        if (own or here) and over and may_be_named(work, ended, ANONYMOUS):
            return ended
    return None


def twin_words(work: Work, case: Case) -> str:
    """For the card of whoever answers: which case this may repeat, and what he can say; nothing when there is none."""
    twin = case.flags.get(TWIN)
    if not twin or case.state != State.NEW:
        return ""
    state, holder = work.store.handled_by(twin)
    if state not in OPEN_STATES:
        return ""
    mine, theirs = seat_of(work, case.assignee_id, case), seat_of(work, holder)
    together = mine is not None and theirs is not None and mine.person == theirs.person
    return work.standing.texts.render(
        "TWIN_MERGE" if together else "TWIN_RETURN", {"no": case.no, "twin": twin}
    )
