"""Objections to points, reviews and decisions: heard by the oversight post, and the decision rests meanwhile."""

from dataclasses import dataclass

from handlers.case_steps.opening import open_case
from handlers.case_steps.steps import asker, record
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import OPEN_STATES, Step, Who
from models.rules.decision import Decision, Kind
from models.rules.masking import mask
from models.rules.permissions import Permission

APPEALS = "J04"
"""The lexicon's category of objections to points and reviews."""


@dataclass(frozen=True, slots=True)
class Appeal(Intent):
    """I object."""

    words: str = ""


@handles(Appeal, may=Permission.CASE_OPEN)
def appeal(ask: Appeal, work: Work) -> Reply:
    """Registered with whoever did not take part in the decision; answered within 15 days (safeguards E01)."""
    who = asker(work)
    cases = [c for c in work.store.reported_by(who.id or 0, OPEN_STATES) if c.category == APPEALS]
    item = work.standing.items[APPEALS]
    words = mask(ask.words)
    case = cases[0] if cases else open_case(
        work, who, Decision(Kind.REPORT, APPEALS, text=words, urgency=item.urgency, privacy=item.privacy), quietly=True
    )  # fmt: skip
    record(work, case, Step.UPDATE, by=Who.REPORTER, reason=words[:200], flags={**case.flags, "appeal": True})
    return Reply("APPEAL_OK_DM")
