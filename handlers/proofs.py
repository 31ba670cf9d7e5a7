"""Before and after: pictures by which whoever handled a case shows what was done."""

from dataclasses import dataclass
from datetime import timedelta

from handlers.case_steps.opening import AFTER, attach
from handlers.case_steps.steps import quoted_case
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import HANDLED_STATES
from models.rules.message import Attachment
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant

SHOWN_WITHIN = timedelta(minutes=10)
"""So long after the result its handler may still send pictures of it."""


@dataclass(frozen=True, slots=True)
class ShowProof(Intent):
    """Pictures without words from a post holder."""

    attachments: tuple[Attachment, ...] = ()


@handles(ShowProof, may=Permission.CASE_RESOLVE, refusal=None)
def show_proof(ask: ShowProof, work: Work) -> Reply | None:
    """Kept with the case he ended a moment ago, the quoted one first; a group is not talked to about them."""
    ended = [
        case
        for case in work.store.on_desk(work.actor.seats, HANDLED_STATES)
        if case.claimed_by in work.actor.seats
        and case.resolved_at is not None
        and work.now - case.resolved_at <= SHOWN_WITHIN
    ]
    if not ended:
        raise NotMeant
    case = quoted_case(work, ended) or max(ended, key=lambda c: (c.resolved_at or work.now, c.no))
    attach(work, case, ask.attachments, phase=AFTER)
    return Reply("PROOF_DM", no=case.no, n=len(ask.attachments)) if work.origin.room is None else None
