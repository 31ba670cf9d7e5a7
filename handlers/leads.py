"""A danger that its reporter took back stays a lead: somebody looks once, and what was seen is kept (domain ``withdraw``)."""

from dataclasses import dataclass

from handlers.case_steps.meaning import acting_seat
from handlers.case_steps.opening import route
from handlers.case_steps.receipts import area_name
from handlers.case_steps.steps import handler_of, item_of, numbered_case, record
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import State, Step, Who
from models.rules.ids import CaseNo
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.tables import Case

LEAST_SEEN = 2
"""Characters that say what was seen."""


@dataclass(frozen=True, slots=True)
class LookAtLead(Intent):
    """A day after a danger was taken back: has anybody looked?"""

    no: CaseNo


@dataclass(frozen=True, slots=True)
class NoteLook(Intent):
    """A leader has had a look at what was taken back."""

    no: CaseNo | None = None
    words: str = ""


def _is_lead(case: Case) -> bool:
    return case.state == State.WITHDRAWN and bool(case.flags.get("lead"))


@handles(LookAtLead, may=Permission.CLOCK_TICK)
def look_at_lead(ask: LookAtLead, work: Work) -> Reply | None:
    """The responsible person is asked once; a look that was reported already is not asked for."""
    case = numbered_case(work, ask.no)
    if not _is_lead(case) or case.flags.get("looked"):
        return None
    seat = handler_of(work, case)
    if seat is None or not seat.in_force(work.today):
        seat = route(work, case).seat
    record(work, case, Step.FOLLOW_UP, by=Who.SYSTEM, reason="asked to look")
    work.tell_seat(
        seat, "LEAD_LOOK_DM", case=case, no=case.no, cat=item_of(work, case.category).spoken,
        place=case.place or area_name(work, case),
    )  # fmt: skip
    return None


@handles(NoteLook, may=Permission.CASE_RESOLVE)
def note_look(ask: NoteLook, work: Work) -> Reply:
    """「已看 1023 井盖已盖好」: kept with the withdrawn case."""
    if ask.no is None:
        raise NotMeant
    case = numbered_case(work, ask.no)
    acting_seat(work, case)
    if not _is_lead(case):
        raise Refusal(RefusalKind.NOT_NOW, "LEAD_NONE_DM", no=case.no)
    seen = ask.words.strip()
    if len(seen) < LEAST_SEEN:
        raise Refusal(RefusalKind.NOT_CLEAR, "LEAD_WHAT_DM", no=case.no)
    case.flags = {**case.flags, "looked": True}
    record(work, case, Step.FOLLOW_UP, reason=seen[:200])
    return Reply("LEAD_DONE_DM", no=case.no)
