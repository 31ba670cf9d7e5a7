"""Nobody is told of violence at home before the person agrees (反家暴法; safeguards E12)."""

from dataclasses import dataclass

from handlers.case_steps.steps import record, seat_of
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import OPEN_STATES, Step, Who
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant


@dataclass(frozen=True, slots=True)
class AgreeToHelp(Intent):
    """Yes, let her call me."""


@handles(AgreeToHelp, may=Permission.CASE_ADD)
def agree_to_help(ask: AgreeToHelp, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """The responsible person is told and rung, and nobody else."""
    if work.actor.identity is None or work.origin.room is not None:
        raise NotMeant
    for case in work.store.reported_by(work.actor.identity, OPEN_STATES):
        if case.flags.get("consent") == "pending":
            record(work, case, Step.UPDATE, by=Who.REPORTER, flags={**case.flags, "consent": "yes"})
            seat = seat_of(work, case.assignee_id, case)
            work.tell_seat(seat, "CONSENTED_DM", rank=Rank.URGENT, call=True, case=case, no=case.no)
            return Reply("CONSENT_OK_DM")
    raise NotMeant
