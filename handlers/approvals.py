"""同意 and 不同意: what the level above answers when a case shall rest or take longer, and what happens when it does not."""

from dataclasses import dataclass

from handlers.case_steps.asking import (
    approvals,
    approver_above,
    overtaken,
    settle,
    tell_asked,
    what_words,
)
from handlers.case_steps.clocks import plan_clocks
from handlers.case_steps.resting import day_words, handler_words, rest, tell_reporters
from handlers.case_steps.steps import (
    called,
    is_private,
    names_of,
    numbered_case,
    parts_of,
    quoted_case,
    record,
    rung_of,
    seat_of,
    without_own_complaints,
    write_event,
)
from handlers.case_steps.words import due_words, heard_at
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.approving import ROUNDS
from models.rules.case_life import Step, Who
from models.rules.ids import CaseNo
from models.rules.masking import mask
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.town import Seat
from models.tables import Approval, Case

LEAST_WHY_NOT = 2
"""Characters of a reason that says something (太久)."""
MOST_WHY_NOT = 40
ANSWERS = {"yes": "ANSWER_YES", "no": "ANSWER_NO"}


@dataclass(frozen=True, slots=True)
class ApproveAsked(Intent):
    """Yes, it may. ``soft`` marks a word that others say as well."""

    no: CaseNo | None = None
    soft: str = ""


@dataclass(frozen=True, slots=True)
class DeclineAsked(Intent):
    """No, it may not, and why."""

    no: CaseNo | None = None
    words: str = ""
    soft: str = ""


@dataclass(frozen=True, slots=True)
class PassAskUp(Intent):
    """Nobody answered: question ``asked`` for the ``turn``-th time."""

    no: CaseNo
    asked: int
    turn: int


@handles(ApproveAsked, may=Permission.CASE_RESOLVE, refusal=None)
def approve_asked(ask: ApproveAsked, work: Work) -> Reply:
    """The case rests, or is due later; asker and reporters hear it once."""
    case, row, seat = _question(work, ask.no, soft=bool(ask.soft))
    if (late := overtaken(case, row, work)) is not None:
        return _no_longer(work, case, row, late)
    settle(work, case, row, "yes", seat)
    if row.step == Step.SUSPEND:
        _let_rest(work, case, row, seat)
    else:
        _let_take_longer(work, case, row, seat)
    return Reply("APPROVED_DM", no=case.no, what=what_words(work, row.step))


def _let_rest(work: Work, case: Case, row: Approval, seat: Seat) -> None:
    rest(work, case, row.until, row.reason)
    day = day_words(work, row.until, heard_at(work, case=case))
    asker = seat_of(work, row.asked_by, case)
    work.tell_seat(asker, "SUSPENDED_LEADER_DM", case=case, no=case.no, day=day, **called(seat))
    keys = ("SUSPENDED", "SUSPENDED_PLAIN")
    tell_reporters(work, case, keys, row.reason, day=day, **handler_words(work, case))


def _let_take_longer(work: Work, case: Case, row: Approval, seat: Seat) -> None:
    record(
        work, case, Step.EXTEND, by=Who.HIGHER, reason=row.reason, due_resolve_at=row.until,
        extend_count=case.extend_count + 1,
    )  # fmt: skip
    plan_clocks(work, case)
    due = due_words(work, row.until, heard_at(work, case=case))
    asker = seat_of(work, row.asked_by, case)
    work.tell_seat(asker, "EXTENDED_LEADER_DM", case=case, no=case.no, due=due, **called(seat))
    tell_reporters(work, case, ("EXTENDED", "EXTENDED_PLAIN"), row.reason, due=due)


@handles(DeclineAsked, may=Permission.CASE_RESOLVE, refusal=None)
def decline_asked(ask: DeclineAsked, work: Work) -> Reply:
    """The case goes on as before; the asker hears why."""
    case, row, seat = _question(work, ask.no, soft=bool(ask.soft))
    reason = mask(work.standing.plain(ask.words.strip()))[:MOST_WHY_NOT]
    if len(reason) < LEAST_WHY_NOT:
        raise Refusal(RefusalKind.NOT_CLEAR, "DECLINE_WHY_DM", no=case.no)
    if (late := overtaken(case, row, work)) is not None:
        return _no_longer(work, case, row, late)
    settle(work, case, row, "no", seat)
    record(work, case, Step.DECLINE, by=Who.HIGHER, reason=reason)
    what = what_words(work, row.step)
    asker = seat_of(work, row.asked_by, case)
    work.tell_seat(
        asker, "DECLINED_LEADER_DM", case=case, no=case.no, what=what, reason=reason, **called(seat)
    )
    return Reply("DECLINED_DM", no=case.no, what=what)


def _no_longer(work: Work, case: Case, row: Approval, key: str) -> Reply:
    """The question went another way meanwhile: nothing happens to the case; an asker who waited in vain hears it."""
    settle(work, case, row, "void")
    if key == "ASK_LATE_DM":
        asker = seat_of(work, row.asked_by, case)
        work.tell_seat(asker, "ASK_LAPSED_DM", case=case, no=case.no, what=what_words(work, row.step))
    return Reply(key, no=case.no)


def _question(work: Work, no: CaseNo | None, *, soft: bool) -> tuple[Case, Approval, Seat]:
    """The open question that the actor answers, its case locked, and the appointment by which he does.

    Raises:
        NotMeant: a passing word in a residents' group that answers nothing.
        Refusal: there is none, it was answered already, or it is not his to answer.
    """
    found = work.store.find_case(no) if no is not None else _asked_about(work, soft=soft)
    case = approvals(work).lock_case(found.id or 0) if found is not None else None
    row = approvals(work).latest(case.id or 0) if case is not None else None
    seat = _seat_to_answer(work, case, row) if case is not None and row is not None else None
    if case is None or row is None or seat is None:
        if soft and work.origin.room is not None:
            raise NotMeant
        if no is not None and (case is None or (is_private(case) and not parts_of(case, work))):
            numbered_case(work, no)
        raise Refusal(RefusalKind.NOT_NOW, "NOT_ASKED_DM", no=case.no if case is not None else no)
    if row.answer in ANSWERS:
        by, answer = seat_of(work, row.answered_by, case), work.standing.texts.render(ANSWERS[row.answer], {})
        raise Refusal(RefusalKind.NOT_NOW, "ANSWERED_BEFORE_DM", no=case.no, answer=answer, **called(by))
    if row.answer:
        raise Refusal(RefusalKind.NOT_NOW, "ASK_OVER_DM", no=case.no)
    return case, row, seat


def _asked_about(work: Work, *, soft: bool) -> Case:
    """The case that is quoted, else the only one about which the actor is asked.

    Raises:
        NotMeant: nothing is, or in a group it may mean anything.
        Refusal: several are.
    """
    asked = without_own_complaints(work, approvals(work).open_of(work.actor.desk))
    quoted = quoted_case(work, asked)
    if quoted is not None:
        return quoted
    message, room = work.origin.message, work.room
    elsewhere = room is not None and not room.of_leaders
    if not asked or elsewhere or (message is not None and message.quote and room is not None and soft):
        raise NotMeant
    if len(asked) > 1:
        act = work.standing.texts.render("ACT_APPROVE", {})
        raise Refusal(
            RefusalKind.NOT_CLEAR, "ASKED_WHICH_DM", list=names_of(work, asked), act=act, no=asked[0].no
        )
    return asked[0]


def _seat_to_answer(work: Work, case: Case, row: Approval) -> Seat | None:
    """Whoever is asked, the dispatcher, or any post above the asker's; never the asker nor whoever is complained about."""
    asker, asked = seat_of(work, row.asked_by), seat_of(work, row.asked_of, case)
    me = work.actor.person
    if me is None or asker is None or me == asker.person or me in case.flags.get("accused", ()):
        return None
    seats = [work.town.seats[s] for s in work.actor.seats]
    if asked is not None and asked.person == me:
        return next((s for s in seats if s.id == asked.id), seats[0] if seats else None)
    part = parts_of(case, work)
    above = [s for s in seats if rung_of(work, s, -1) > rung_of(work, asker, len(work.town.preset.ladder))]
    if Who.HIGHER in part and above:
        return above[0]
    return seats[0] if Who.DISPATCHER in part and seats else None


@handles(PassAskUp, may=Permission.CLOCK_TICK)
def pass_ask_up(ask: PassAskUp, work: Work) -> None:
    """Nobody answered within a working day: one level higher, once; then the asker is told to call."""
    case = numbered_case(work, ask.no)
    row = approvals(work).latest(case.id or 0)
    if row is None or row.id != ask.asked or row.answer:
        return
    if overtaken(case, row, work) is not None:
        settle(work, case, row, "void")
        return
    asker, asked = seat_of(work, row.asked_by, case), seat_of(work, row.asked_of, case)
    higher = _next_up(work, case, asker, asked) if ask.turn < ROUNDS else None
    if higher is None:
        work.tell_seat(
            asker, "CALL_THEM_DM", case=case, no=case.no, what=what_words(work, row.step), **called(asked)
        )
        return
    row.asked_of = higher.id
    write_event(work, case, Step.HINT, case.state, "asked one level higher", {})
    tell_asked(work, case, row, ask.turn + 1)


def _next_up(work: Work, case: Case, asker: Seat | None, asked: Seat | None) -> Seat | None:
    if asker is None or asked is None:
        return None
    return approver_above(work, case, asked, asker.person)
