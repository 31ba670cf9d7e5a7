"""Objections to points, reviews and decisions: heard by the oversight post, and the decision rests meanwhile.

An objection to a rejected request goes one level above whoever rejected it (domain ``appeal_reject``).
"""

from dataclasses import dataclass

from handlers.case_steps.growing import keep_words
from handlers.case_steps.joining import live_case, tell_apart
from handlers.case_steps.opening import open_case
from handlers.case_steps.reviewing import is_review, object_to_rejection
from handlers.case_steps.steps import add_line, asker, parts_of, record
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import OPEN_STATES, State, Step, Who
from models.rules.decision import Decision, Kind
from models.rules.ids import CaseNo
from models.rules.masking import mask
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.tables import Case

APPEALS = "J04"
"""The lexicon's category of objections to points and reviews."""


@dataclass(frozen=True, slots=True)
class Appeal(Intent):
    """I object."""

    no: CaseNo | None = None
    words: str = ""


@handles(Appeal, may=Permission.CASE_OPEN)
def appeal(ask: Appeal, work: Work) -> Reply | None:
    """Registered with whoever did not take part in the decision; answered within 15 days (safeguards E01)."""
    if ask.no is not None:
        rejected = _rejected(work, ask.no)
        if rejected is not None:
            return _object(work, rejected, ask.words)
    who = asker(work)
    cases = [c for c in work.store.reported_by(who.id or 0, OPEN_STATES) if c.category == APPEALS]
    item = work.standing.items[APPEALS]
    words = mask(ask.words)
    case = cases[0] if cases else open_case(
        work, who, Decision(Kind.REPORT, APPEALS, text=words, urgency=item.urgency, privacy=item.privacy), quietly=True
    )  # fmt: skip
    record(work, case, Step.UPDATE, by=Who.REPORTER, reason=words[:200], flags={**case.flags, "appeal": True})
    return Reply("APPEAL_OK_DM")


def _rejected(work: Work, no: CaseNo) -> Case | None:
    """The rejected case a number means, also when it was reviewed already; None: the reporter objects to something else.

    Raises:
        Refusal: no such case, or not the asker's.
    """
    case = live_case(work, no)
    if not parts_of(case, work) & (Who.REPORTER | Who.CO_REPORTER):
        raise Refusal(RefusalKind.NOT_ALLOWED, "APPEAL_DENY_DM", no=no)
    return case if case.state == State.REJECTED or is_review(case) else None


def _object(work: Work, case: Case, words: str) -> Reply | None:
    who = asker(work)
    object_to_rejection(work, case)
    said = mask(work.standing.plain(words)).strip()
    if said:
        keep_words(case, said)
        add_line(work, case, who.id, said)
    tell_apart(work, case, who.id or 0, "APPEAL_REVIEW_DM", no=case.no)
    return None
