"""Somebody has waited too long: the responsible person and the rung above hear it, the group hears one line."""

from datetime import timedelta

from handlers.case_steps.growing import in_burst
from handlers.case_steps.ladder import climb_from, next_rung
from handlers.case_steps.resting import next_due
from handlers.case_steps.steps import add_line, called, handler_of, is_private, record, tell_case_room
from handlers.case_steps.words import heard_at
from handlers.work import Reply, Work
from models.rules.case_life import Step, Who
from models.rules.masking import mask
from models.rules.pacing import Rank
from models.rules.refusals import NotMeant
from models.rules.tally import day_began
from models.tables import Case

URGES_A_DAY = 2
ANSWERS = ("ANGRY_ACK", "URGED")


def urge(work: Work, case: Case, *, angry: bool) -> Reply | None:
    """Pass an urge on, twice a day at most; never names anybody in the group, never argues (conversation §2)."""
    if in_burst(work, case):
        raise NotMeant
    if work.store.count_today(case.id or 0, Step.URGE, day_began(work.now)) >= URGES_A_DAY:
        return Reply("URGE_LIMIT", no=case.no, phone=work.town.contact)
    part = Who.REPORTER if case.reporter_id == work.actor.identity else Who.CO_REPORTER
    record(work, case, Step.URGE, by=part, heard_last_at=work.now)
    if work.origin.message is not None:
        add_line(work, case, work.actor.identity, mask(work.standing.plain(work.origin.message.text)))
    assignee = handler_of(work, case)
    above = climb_from(work, case, next_rung(work, case), assignee)
    work.tell_seat(assignee, "URGE_LEADER_DM", rank=Rank.URGENT, case=case, no=case.no)
    if above.seat is not None and (assignee is None or above.seat.person != assignee.person):
        work.tell_seat(above.seat, "URGE_CC_DM", rank=Rank.URGENT, case=case, no=case.no, **called(assignee))
    since = work.now - timedelta(minutes=work.pace.receipt_per_sender_min)
    if case.room_id and work.store.said_since(case.room_id, ANSWERS, case.id or 0, since):
        return None
    if angry:
        tell_case_room(work, case, "ANGRY_ACK", no=case.no, **called(assignee))
    else:
        heard = work.now if is_private(case) or case.room_id is None else heard_at(work)
        tell_case_room(work, case, "URGED", no=case.no, due=next_due(work, case, heard))
    return None
