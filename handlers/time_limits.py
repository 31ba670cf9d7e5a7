"""「时限 23」: until when, and how that moment came about, in one private sentence."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.case_steps.clocks import (
    AFRESH,
    CLAIMED_FROM,
    RESUMED,
    claim_promise,
    pressing,
    span_of,
    started,
)
from handlers.case_steps.desk import joined
from handlers.case_steps.meaning import case_in_hand
from handlers.case_steps.steps import item_of, numbered_case, parts_of
from handlers.case_steps.whistle import awaits_arrival
from handlers.case_steps.words import due_words
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import ANY_LEADER, State, Who
from models.rules.ids import CaseNo
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.sla import HOURS_A_DAY, Clock, Due, left
from models.rules.urgency import Urgency
from models.rules.whistle import AT_ONCE
from models.tables import Case

HOUR = timedelta(hours=1)
MANY_DAYS = 3
"""From so many days on a promise by the clock is told in days."""


@dataclass(frozen=True, slots=True)
class ExplainDue(Intent):
    """Until when must it be done, and why then?"""

    no: CaseNo | None = None


@handles(ExplainDue, may=Permission.CASE_SEE_OWN)
def explain_due(ask: ExplainDue, work: Work) -> Reply:
    """Answered to whoever has a part in the case: leaders who answer for it, and whoever reported it."""
    if ask.no is None and not work.actor.seats:
        raise NotMeant
    act = work.standing.texts.render("ACT_LIMIT", {})
    case = case_in_hand(work, None, act=act) if ask.no is None else numbered_case(work, ask.no)
    if not parts_of(case, work) & (ANY_LEADER | Who.REPORTER | Who.CO_REPORTER):
        raise Refusal(RefusalKind.NOT_ALLOWED, "NOT_YOURS_DM")
    running, cat = pressing(work, case), item_of(work, case.category).spoken
    if case.state == State.WAITING:
        until = due_words(work, case.waiting_until)
        return Reply("LIMIT_RESTS_DM", no=case.no, cat=cat, until=until)
    if running is None:
        return Reply("LIMIT_NONE_DM", no=case.no, cat=cat)
    promise = _claiming(work, case) if running.claiming else _resolving(work, case, running.due)
    due, why = due_words(work, running.due), _why(work, case, promise)
    if running.claiming:
        return Reply("LIMIT_CLAIM_DM", no=case.no, cat=cat, due=due, why=why)
    late = running.due <= work.now
    return Reply("LIMIT_LATE_DM" if late else "LIMIT_DM", no=case.no, cat=cat, due=due, why=why)


def _claiming(work: Work, case: Case) -> Due:
    promise = claim_promise(work, case, started(work, case, CLAIMED_FROM))
    if case.due_claim_at is None or promise.at == case.due_claim_at:
        return promise
    since = started(work, case, CLAIMED_FROM)
    if awaits_arrival(case) and Urgency(case.urgency) not in AT_ONCE:
        hours = left(since, case.due_claim_at, Clock.DAYTIME, work.timetable)
        return Due(case.due_claim_at, hours, Clock.DAYTIME)
    # A level was called at once, or the highest post was asked once more.
    return Due(case.due_claim_at, (case.due_claim_at - since) / HOUR, Clock.CALENDAR)


def _resolving(work: Work, case: Case, due: datetime) -> Due:
    return span_of(work, case, started(work, case, RESUMED), due)


def _why(work: Work, case: Case, promise: Due) -> str:
    """What was promised and what did not count: 「5个工作日，扣除周末2天、国庆3天」."""
    texts = work.standing.texts
    parts = [_span(work, promise)]
    if promise.off:
        off = [texts.render(f"OFF_{why}", {"n": n}) for why, n in promise.off]
        parts.append(texts.render("LIMIT_OFF", {"list": joined(work, off)}))
    if promise.night:
        parts.append(texts.render("LIMIT_NIGHT", {"quiet": work.pace.quiet}))
    if promise.clock is Clock.DAYTIME:
        parts.append(texts.render("LIMIT_DAYTIME", {"service": work.timetable.service}))
    if promise.moved:
        parts.append(texts.render("LIMIT_MOVED", {}))
    if case.state != State.NEW:
        if case.extend_count:
            parts.append(texts.render("LIMIT_EXTENDED", {}))
        if started(work, case, RESUMED) != started(work, case, AFRESH):
            parts.append(texts.render("LIMIT_RESUMED", {}))
    return texts.render("LIMIT_COMMA", {}).join(parts)


def _span(work: Work, promise: Due) -> str:
    hours = promise.hours
    days = round(hours / HOURS_A_DAY, 1)
    if promise.clock is Clock.WORKDAY:
        return work.standing.texts.render("SPAN_WORKING_DAYS", {"n": f"{days:g}"})
    if hours >= MANY_DAYS * HOURS_A_DAY:
        return work.standing.texts.render("SPAN_DAYS", {"n": f"{days:g}"})
    if hours < 1:
        return work.standing.texts.render("SPAN_MINUTES", {"n": round(hours * 60)})
    return work.standing.texts.render("SPAN_HOURS", {"n": f"{round(hours, 1):g}"})
