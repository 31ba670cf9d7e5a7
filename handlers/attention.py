"""How a private word reaches a post holder: at once, in the morning's message, later, or not at all.

Below the topics: ``Work.tell_seat`` asks here, so that no topic needs to know of leave, budgets or delays.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from models.rules.attention import ANYWAY, COUNTED, DIGEST, NUDGE, SNOOZED, Heard, Word, how_heard
from models.rules.case_life import State
from models.rules.pacing import is_quiet, next_local, shanghai_date
from models.rules.sla import Clock
from models.rules.tally import day_began
from models.rules.town import Seat
from models.tables import Case

if TYPE_CHECKING:
    from handlers.work import Work

SPOKE = "spoke"
"""Flag of a case: which person with a post spoke of it last in the group, and when."""


def spoke_lately(work: "Work", case: Case, seat: Seat) -> bool:
    """Whether that person spoke of the case, or did something about it, within the leader's grace (conversation §1.3)."""
    since = work.now - timedelta(seconds=work.pace.leader_grace_s)
    spoke = case.flags.get(SPOKE)
    if spoke and spoke["person"] == seat.person and datetime.fromisoformat(spoke["at"]) >= since:
        return True
    return work.store.stepped_since(case.id or 0, seat.identities, since)


def timing(
    work: "Work", word: Word, case: Case | None, seat: Seat, identity: int, not_before: datetime | None
) -> dict[str, Any] | None:
    """``not_before`` and ``gathers`` of the row; None: it is not said at all."""
    if case is not None and word.is_nudge:
        if spoke_lately(work, case, seat):
            return None
        until = work.store.snoozed_until(case.id or 0, seat.person, work.now)
        if until is not None:
            return {"not_before": until + ANYWAY, "gathers": SNOOZED}
    at_night = is_quiet(work.now, work.pace.quiet)
    is_full = not word.is_pressing and _heard_enough(work, identity)
    morning = next_morning(work, case)
    way = how_heard(word, at_night=at_night, is_full=is_full, ends_before=_ends_before(case, morning))
    if way is Heard.DIGEST:
        return {"not_before": max(morning, not_before or morning) + ANYWAY, "gathers": DIGEST}
    gathers = word.gathers or ("" if word.is_pressing else NUDGE)
    if way is Heard.MORNING:
        not_before = max(not_before or morning, morning)
    return {"not_before": not_before, "gathers": gathers}


def next_morning(work: "Work", case: Case | None) -> datetime:
    """When the next morning's message is said; what counts only on working days waits for one."""
    morning = next_local(work.now + timedelta(seconds=1), work.pace.quiet_digest_at)
    if case is None or case.state == State.NEW or work.standing.items[case.category].clock != Clock.WORKDAY:
        return morning
    while work.timetable.days.why_off(shanghai_date(morning)) is not None:
        morning += timedelta(days=1)
    return morning


def _ends_before(case: Case | None, moment: datetime) -> bool:
    """Whether the clock that runs for a case ends before a moment."""
    if case is None:
        return False
    end = case.due_claim_at if case.state == State.NEW else case.due_resolve_at
    return end is not None and end < moment


def _heard_enough(work: "Work", identity: int) -> bool:
    """Whether this contact heard today, or is about to hear, as much as a day may hold of what nobody had asked for."""
    waiting = sum(1 for row in work.outbox if row["identity_id"] == identity and row["gathers"] in COUNTED)
    most = work.pace.person_daily - waiting
    return most <= 0 or work.store.heard_since(identity, day_began(work.now), most) >= most
