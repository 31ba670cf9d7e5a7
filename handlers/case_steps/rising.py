"""A case has become more urgent: whatever made it so, the same follows."""

from typing import Any

from handlers.case_steps.alarm import alarm_for
from handlers.case_steps.clocks import claim_due, plan_clocks
from handlers.case_steps.resting import wake_if_urgent
from handlers.work import Work
from models.rules.case_life import State
from models.rules.urgency import URGENCY_ORDER, Urgency
from models.tables import Case


def raised_to(work: Work, case: Case, urgency: str) -> dict[str, Any]:
    """The fields that change with a higher urgency: nobody has longer to claim it than he had; none if it is no higher."""
    if URGENCY_ORDER[Urgency(urgency)] >= URGENCY_ORDER[Urgency(case.urgency)]:
        return {}
    case.urgency = urgency
    if case.state != State.NEW or case.due_claim_at is None:
        return {"urgency": urgency}
    return {"urgency": urgency, "due_claim_at": min(case.due_claim_at, claim_due(work, case))}


def heed_urgency(work: Work, case: Case, before: str) -> None:
    """Its clocks are planned anew, it rests no longer, and a danger to life rings the chain."""
    if URGENCY_ORDER[Urgency(case.urgency)] >= URGENCY_ORDER[Urgency(before)]:
        return
    plan_clocks(work, case)
    wake_if_urgent(work, case)
    if case.urgency == Urgency.U0:
        alarm_for(work, case)
