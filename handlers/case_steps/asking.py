"""The level above is asked whether a case may rest or take longer: whom, what that person hears, how long it waits."""

from typing import Any

from handlers.case_steps.clocks import firing
from handlers.case_steps.resting import day_words
from handlers.case_steps.steps import called, is_private, item_of, record, seat_of
from handlers.case_steps.words import due_words, heard_at
from handlers.work import Reply, Work
from models.rules.approving import answer_by, approving_rung
from models.rules.case_life import State, Step, Who
from models.rules.pausing import MAY_NOT_REST
from models.rules.refusals import Refusal, RefusalKind
from models.rules.town import Seat
from models.rules.urgency import Urgency
from models.store.approvals import ApprovalStore
from models.tables import Approval, Case

ASK_HIGHER = "PassAskUp"
MOST_WHY = 60
"""Characters kept of a reason."""
HANDLED = (State.CLAIMED, State.IN_PROGRESS)


def approvals(work: Work) -> ApprovalStore:
    """The questions, in the transaction of this work."""
    return ApprovalStore(work.store.session)


def approver_above(work: Work, case: Case, below: Seat, *avoid: int) -> Seat | None:
    """The first holder above a seat who can be asked privately; never those to avoid nor whoever is complained about."""
    shunned = {below.person, *avoid, *case.flags.get("accused", ())}
    if below.acts_for is not None:
        shunned.add(below.acts_for)
    start = approving_rung(work.town.preset, below.post)
    while True:
        seat = work.town.climb(case.area_id, work.today, start, shunned).seat
        if seat is None or seat.identities:
            return seat
        shunned.add(seat.person)


def _dispatcher(work: Work, case: Case, asker: Seat) -> Seat | None:
    """Whom to ask where nobody stands above."""
    shunned = {asker.person, *case.flags.get("accused", ())}
    holders = work.town.holders(work.town.preset.dispatcher_post, case.area_id, work.today)
    return next((s for s in holders if not s.is_any_of(shunned) and s.identities), None)


def ask_above(work: Work, case: Case, step: Step, asker: Seat, **wanted: Any) -> Reply:
    """Write the question (``until``, ``reason``) down and tell the level above; the clock of the case runs on.

    Raises:
        Refusal: there is nobody to ask.
    """
    asked = approver_above(work, case, asker) or _dispatcher(work, case, asker)
    if asked is None:
        raise Refusal(RefusalKind.NOT_NOW, "NOBODY_ABOVE_DM", no=case.no, phone=work.town.contact)
    reason = wanted["reason"][:MOST_WHY]
    record(work, case, Step.ASK, by=Who.ASSIGNEE, reason=reason)
    row = Approval(
        case_id=case.id or 0, step=step, reason=reason, until=wanted["until"], asked_by=asker.id, asked_of=asked.id,
        asked_at=work.now,
    )  # fmt: skip
    tell_asked(work, case, approvals(work).ask(row), 1)
    return Reply("ASKED_DM", no=case.no, what=what_words(work, step), **called(asked))


def tell_asked(work: Work, case: Case, row: Approval, turn: int) -> None:
    """Whoever is asked hears what for, privately; nobody waits longer for an answer than a working day."""
    heard = heard_at(work, case=case)
    cat = (
        work.standing.texts.render("ASK_PRIVATE", {})
        if is_private(case)
        else item_of(work, case.category).spoken
    )
    blanks = {"no": case.no, "cat": cat, "reason": row.reason, **called(seat_of(work, row.asked_by, case))}
    asked = seat_of(work, row.asked_of, case)
    if row.step == Step.SUSPEND:
        work.tell_seat(asked, "ASK_SUSPEND_DM", case=case, day=day_words(work, row.until, heard), **blanks)
    else:
        before = due_words(work, case.due_resolve_at, heard)
        due = due_words(work, row.until, heard)
        work.tell_seat(asked, "ASK_EXTEND_DM", case=case, due=due, before=before, **blanks)
    plan = firing(case, ASK_HIGHER, answer_by(work.now, work.timetable))
    fields = {"no": case.no, "asked": row.id, "turn": turn}
    work.store.plan([{**plan, "key": f"{ASK_HIGHER}:{case.no}:{row.id}:{turn}", "fields": fields}])


def settle(work: Work, case: Case, row: Approval, answer: str, by: Seat | None = None) -> None:
    """The question is answered, or no longer one; nobody is reminded of it."""
    approvals(work).answer(row, answer, by.id if by else None, work.now)
    work.store.unplan(case.id or 0, ASK_HIGHER)


def overtaken(case: Case, row: Approval, work: Work) -> str | None:
    """Why a question can no longer be answered, as the key of a sentence; None: it can."""
    asker = seat_of(work, row.asked_by, case)
    handler = seat_of(work, case.claimed_by, case) or seat_of(work, case.assignee_id, case)
    if case.state not in HANDLED:
        return "ASK_OVER_DM"
    if asker is None or handler is None or handler.person != asker.person:
        return "ASK_MOVED_DM"
    if row.until <= work.now:
        return "ASK_LATE_DM"
    if row.step == Step.SUSPEND and Urgency(case.urgency) in MAY_NOT_REST:
        return "ASK_URGENT_DM"
    return None


def what_words(work: Work, step: str) -> str:
    """What is asked for, in a word."""
    return work.standing.texts.render("ACT_SUSPEND" if step == Step.SUSPEND else "ACT_EXTEND", {})
