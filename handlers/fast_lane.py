"""Urgent cases that nobody takes: pressed for by call long before they climb (seed E12)."""

from dataclasses import dataclass

from handlers.case_steps.ladder import climb_from, next_rung
from handlers.case_steps.receipts import area_name
from handlers.case_steps.steps import called, is_private, item_of, numbered_case, seat_of, write_event
from handlers.case_steps.whistle import awaits_arrival, group_called
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import State, Step
from models.rules.ids import CaseNo
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.urgency import Urgency


@dataclass(frozen=True, slots=True)
class PressClaim(Intent):
    """A quarter of an hour has passed and nobody took it."""

    no: CaseNo


@handles(PressClaim, may=Permission.CLOCK_TICK)
def press_claim(ask: PressClaim, work: Work) -> Reply | None:
    """Whoever has it is called once; the next level hears one line, if the place wishes. By day only.

    Where a level was called by whistle, the next one hears of it when it is called itself.
    """
    case = numbered_case(work, ask.no)
    if case.state != State.NEW or case.urgency != Urgency.U1 or case.flags.get("consent") == "pending":
        return None
    if group_called(case):
        return None
    write_event(work, case, Step.HINT, case.state, "pressed", {})
    seat = seat_of(work, case.assignee_id, case)
    n = round(work.pace.urgent_claim_min)
    work.tell_seat(
        seat, "PRESS_CLAIM_DM", rank=Rank.URGENT, call=True, case=case, no=case.no, n=n,
        cat=item_of(work, case.category).spoken, place=case.place or area_name(work, case),
    )  # fmt: skip
    if work.pace.urgent_tells_above and not is_private(case) and not awaits_arrival(case):
        above = climb_from(work, case, next_rung(work, case), seat)
        work.tell_seat(
            above.seat, "PRESS_CLAIM_CC_DM", rank=Rank.URGENT, case=case, no=case.no, n=n, **called(seat)
        )
    return None
