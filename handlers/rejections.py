"""Turning a request down: by a person, for one of seven reasons of the law, with another way to go and one objection.

Sources: domain state_machine.toml [reject_reason], Beijing 接诉即办 art. 11. Never by a machine.
"""

import re
from dataclasses import dataclass

from handlers.case_steps.joining import tell_apart, unmerged_case
from handlers.case_steps.looking_back import may_be_named
from handlers.case_steps.meaning import acting_seat
from handlers.case_steps.receipts import fall_silent
from handlers.case_steps.reporters import people_of
from handlers.case_steps.reviewing import is_review, was_rejecter
from handlers.case_steps.steps import is_private, parts_of, record
from handlers.case_steps.whom import ANONYMOUS
from handlers.case_steps.words import sayable
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import State, Step, Who
from models.rules.ids import CaseNo
from models.rules.pacing import SHANGHAI
from models.rules.permissions import Permission
from models.rules.recurrence import LOOKS_BACK
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.rejecting import RejectReason
from models.rules.urgency import Privacy
from models.store.joining import Like
from models.tables import Case

LONGEST_RESULT = 30
"""Characters of an earlier result that the reporter hears again."""


@dataclass(frozen=True, slots=True)
class RejectCase(Intent):
    """The dispatcher says that we may not take a request, and why."""

    no: CaseNo | None = None
    words: str = ""


@handles(RejectCase, may=Permission.CASE_RESOLVE)
def reject_case(ask: RejectCase, work: Work) -> Reply:
    """Reason and way on go to the reporters alone; once they may object, then somebody else one level up decides."""
    if ask.no is None:
        raise NotMeant
    case = unmerged_case(work, ask.no)
    seat = acting_seat(work, case)
    _may_reject(work, case)
    reason = reject_reason(work, ask.words)
    if reason is None:
        raise Refusal(RefusalKind.NOT_CLEAR, "REJECT_REASON_DM", no=case.no)
    why, way = _told(work, case, reason, ask.words)
    final = is_review(case)
    rejecters = [*case.flags.get("rejecters", ()), seat.person]
    case.flags = {**case.flags, "rejecters": rejecters, "reject": [why, way]}
    # Whoever reviews the objection decides in the dispatcher's place.
    record(
        work, case, Step.REJECT, by=Who.DISPATCHER, reason=reason, closed_at=work.now, closed_reason="rejected",
        due_claim_at=None,
    )  # fmt: skip
    fall_silent(work, case, "rejected")
    key = "REJECTED_FINAL_DM" if final else "REJECTED_DM"
    reached = [
        tell_apart(work, case, person, key, no=case.no, why=why, way=way) for person in people_of(work, case)
    ]
    return Reply("REJECT_OK_DM" if all(reached) else "REJECT_CALL_DM", no=case.no, why=why, way=way)


def _may_reject(work: Work, case: Case) -> None:
    """Only the dispatcher, and after an objection only whoever reviews it; before anybody has claimed it.

    Raises:
        Refusal: with the sentence that says what stands against it.
    """
    part = parts_of(case, work)
    if is_review(case):
        if was_rejecter(work, case) or not part & Who.ASSIGNEE:
            raise Refusal(RefusalKind.NOT_ALLOWED, "REJECT_REVIEW_DM", no=case.no)
    elif not part & Who.DISPATCHER:
        raise Refusal(RefusalKind.NOT_ALLOWED, "REJECT_WHO_DM", no=case.no)
    if case.state == State.REJECTED:
        raise Refusal(RefusalKind.NOT_NOW, "REJECT_AGAIN_DM", no=case.no)
    if case.state not in {State.NEW, State.DRAFT}:
        raise Refusal(RefusalKind.NOT_NOW, "REJECT_LATE_DM", no=case.no)


def reject_reason(work: Work, words: str) -> RejectReason | None:
    """Which of the lawful reasons the dispatcher's words mean; None for any other."""
    found = (reason for pattern, reason in work.standing.reject_reasons if re.search(pattern, words))
    return next((RejectReason(reason) for reason in found), None)


def _told(work: Work, case: Case, reason: RejectReason, words: str) -> tuple[str, str]:
    """Why, and where to go instead, as the reporter hears it."""
    texts = work.standing.texts
    way = texts.render(f"REJECT_WAY_{reason}", {"contact": work.town.contact})
    if reason is not RejectReason.REPEAT:
        return texts.render(f"REJECT_WHY_{reason}", {}), way
    named = re.search(r"\d{1,6}", words)
    number = int(named.group()) if named else None
    zone = work.town.served_with(case.area_id)
    for ended in work.store.ended_like(case.category, zone, case.reporter_id, work.now - LOOKS_BACK):
        if number in {None, ended.no} and _may_be_told(work, case, ended, named=number is not None):
            result = sayable(work, work.store.result_of(ended.id)[:LONGEST_RESULT])
            on = (ended.resolved_at or work.now).astimezone(SHANGHAI)
            blanks = {"no": ended.no, "month": on.month, "day": on.day, "result": result}
            return texts.render(f"REJECT_WHY_{reason}", blanks), way
    raise Refusal(RefusalKind.NOT_CLEAR, "REJECT_REPEAT_DM", no=case.no)


def _may_be_told(work: Work, case: Case, ended: Like, *, named: bool) -> bool:
    """Whether a case is rejected as a repeat of this ended one; what is private or anonymous is never looked up for anybody.

    ``named``: the dispatcher said its number.
    """
    if case.flags.get(ANONYMOUS) or ended.reporter_id is None or ended.reporter_id != case.reporter_id:
        return named and ended.privacy == Privacy.P1 and may_be_named(work, ended, ANONYMOUS)
    if is_private(case):
        return named and not work.store.flags_of(ended.id).get(ANONYMOUS)
    return may_be_named(work, ended, ANONYMOUS)
