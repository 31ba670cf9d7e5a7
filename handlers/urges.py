"""Urging, asking how things stand, and taking back what is no longer needed."""

from dataclasses import dataclass
from datetime import timedelta

from handlers.case_steps.alarm import question_alarm
from handlers.case_steps.clocks import firing
from handlers.case_steps.growing import extend
from handlers.case_steps.joining import live_case
from handlers.case_steps.meaning import spoken_of
from handlers.case_steps.receipts import CARDS, drop_pictures, fall_silent
from handlers.case_steps.steps import (
    answer_about,
    asker,
    handler_of,
    parts_of,
    quoted_case,
    record,
)
from handlers.case_steps.urging import urge
from handlers.case_steps.whom import wrote_it_down
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import OPEN_STATES, Step, Who
from models.rules.decision import Decision, Kind
from models.rules.ids import CaseNo
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant
from models.rules.urgency import Urgency
from models.tables import Case, CoReporter

SAFETY_LETTERS = frozenset({"D"})
"""First-level categories whose cases stay a lead after a withdrawal."""
DANGERS = frozenset({"A05", "A06", "B03"})
"""Bare wires, gas, open manholes: a danger to whoever passes, taken back or not (domain ``withdraw``)."""
LOOKED_AT_AFTER = timedelta(days=1)
"""So long after a withdrawal whoever answers is asked whether he had a look."""


@dataclass(frozen=True, slots=True)
class UrgeCase(Intent):
    """A resident asks for haste."""

    no: CaseNo | None = None
    angry: bool = False
    about: tuple[str, ...] = ()
    """Categories the words speak of, where no number is given."""


@dataclass(frozen=True, slots=True)
class WithdrawCase(Intent):
    """A reporter no longer needs anybody."""

    no: CaseNo | None = None
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteSolved(Intent):
    """Somebody says that it works again: a hint, never a closure by itself."""

    decision: Decision


@handles(UrgeCase, may=Permission.CASE_ADD)
def urge_case(ask: UrgeCase, work: Work) -> Reply | None:
    """Urge the case meant: by number, else the asker's latest open one."""
    if ask.no is not None:
        case = live_case(work, ask.no)
        if not parts_of(case, work) & (Who.REPORTER | Who.CO_REPORTER):
            return Reply("URGE_DENY_DM", no=case.no)
        return urge(work, case, angry=ask.angry)
    mine = spoken_of(_mine(work), ask.about)
    if not mine:
        raise NotMeant
    return urge(work, mine[0], angry=ask.angry)


def _mine(work: Work) -> list[Case]:
    if work.actor.identity is None:
        return []
    return work.store.reported_by(work.actor.identity, OPEN_STATES, work.origin.room)


@handles(WithdrawCase, may=Permission.CASE_WITHDRAW)
def withdraw_case(ask: WithdrawCase, work: Work) -> Reply | None:
    """Only the reporter takes a case back; a co-reporter takes out only himself; safety stays a lead."""
    if ask.no is not None:
        case = live_case(work, ask.no)
    else:
        mine = _mine(work)
        quoted = quoted_case(work, mine)
        mine = [quoted] if quoted is not None else spoken_of(mine, ask.about)
        if len(mine) != 1:
            raise NotMeant
        case = mine[0]
    part = parts_of(case, work)
    if Who.CO_REPORTER in part:
        return _leave(work, case)
    if Who.REPORTER not in part and not wrote_it_down(case, work):
        return Reply("WITHDRAW_DENY", no=case.no)
    if case.urgency == Urgency.U0:
        question_alarm(work, case)
        return None
    if case.co_reporters:
        heirs = work.store.co_reporters(case.id or 0)
        record(work, case, Step.UPDATE, reporter_id=heirs[0], co_reporters=case.co_reporters - 1)
        _drop(work, case, heirs[0])
        return answer_about(work, case, "LEFT_CASE", no=case.no)
    return _take_back(work, case)


def _take_back(work: Work, case: Case) -> Reply | None:
    """Nothing more is said of it or done for it; whoever never heard of it does not hear that it is over."""
    record(work, case, Step.WITHDRAW, by=Who.REPORTER, closed_at=work.now, closed_reason="withdrawn")
    safety = case.category[0] in SAFETY_LETTERS or case.category in DANGERS
    cards = () if safety else CARDS  # whoever shall still have a look needs to know where
    seat = handler_of(work, case)
    unheard = {row.identity_id for row in work.store.held_rows(case.id or 0, cards)}
    fall_silent(work, case, "withdrawn", keeps=CARDS if safety else ())
    if safety:
        case.flags = {**case.flags, "lead": True}
        work.store.plan([firing(case, "LookAtLead", work.now + LOOKED_AT_AFTER)])
    else:
        drop_pictures(work, case)
    if seat is not None and not unheard.intersection(seat.identities):
        work.tell_seat(
            seat, "WITHDRAWN_SAFETY_DM" if safety else "WITHDRAWN_LEADER_DM", case=case, no=case.no
        )
    return answer_about(work, case, "WITHDRAWN_SAFETY" if safety else "WITHDRAWN", no=case.no)


def _leave(work: Work, case: Case) -> Reply | None:
    record(work, case, Step.LEAVE, by=Who.CO_REPORTER, co_reporters=max(case.co_reporters - 1, 0))
    _drop(work, case, work.actor.identity or 0)
    return answer_about(work, case, "LEFT_CASE", no=case.no)


def _drop(work: Work, case: Case, identity: int) -> None:
    row = work.store.session.get(CoReporter, (case.id, identity))
    if row is not None:
        row.left_at = work.now


@handles(NoteSolved, may=Permission.CASE_ADD)
def note_solved(ask: NoteSolved, work: Work) -> Reply | None:
    """「来电了」: whoever handles it is told that a result could be written; nobody's case is closed for him."""
    who = asker(work)
    mine = work.store.reported_by(who.id or 0, OPEN_STATES, work.origin.room)
    if not mine and work.origin.room is not None:
        related = {c for c, _ in ask.decision.candidates}
        mine = [c for c in work.store.in_room(work.origin.room, OPEN_STATES) if c.category in related]
    if not mine:
        raise NotMeant
    case = mine[0]
    record(work, case, Step.HINT, by=Who.SYSTEM, reason="solved")
    if case.reporter_id == who.id and ask.decision.kind is Kind.REPORT:
        extend(work, case, who, ask.decision, ())
    seat = handler_of(work, case)
    work.tell_seat(seat, "SOLVED_HINT_DM", case=case, no=case.no)
    return None
