"""The end of a case: result, reopening, silent archiving."""

from dataclasses import dataclass
from typing import Any

from handlers.case_steps.alarm import end_alarm
from handlers.case_steps.asking_again import plan_questions
from handlers.case_steps.clocks import firing
from handlers.case_steps.hands import thank_hands
from handlers.case_steps.joining import live_case
from handlers.case_steps.meaning import acting_seat, case_in_hand, ended_case
from handlers.case_steps.opening import AFTER, attach
from handlers.case_steps.receipts import fall_silent
from handlers.case_steps.reopening import comes_back, overseer_seat, reopen
from handlers.case_steps.reporters import hearers, mentioned
from handlers.case_steps.steps import (
    called,
    is_private,
    not_now,
    numbered_case,
    parts_of,
    record,
    reporters_except,
    room_hears,
    write_event,
)
from handlers.case_steps.whom import is_dispute, is_whispered, tell_recorder
from handlers.case_steps.words import sayable
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import HANDLED_STATES, OPEN_STATES, State, Step, Who
from models.rules.following_up import LAPSES_AFTER
from models.rules.ids import CaseNo
from models.rules.masking import mask
from models.rules.message import Attachment
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant, Refusal, RefusalKind
from models.rules.town import Seat
from models.rules.urgency import Privacy, Urgency
from models.tables import Case

LONGEST_WHY = 200
LEAST_RESULT = 4
"""Characters of a result that says something."""


@dataclass(frozen=True, slots=True)
class ResolveCase(Intent):
    """A leader reports the result."""

    no: CaseNo | None = None
    words: str = ""
    proofs: tuple[Attachment, ...] = ()
    """Pictures he sent with it or just before."""


@dataclass(frozen=True, slots=True)
class ReopenCase(Intent):
    """It is not solved: says who reported it, or by number whoever oversees it.

    ``about``: the same words also ask for something new, of one of these categories.
    """

    no: CaseNo | None = None
    words: str = ""
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LapseCase(Intent):
    """Seven days without a rating."""

    no: CaseNo


@handles(ResolveCase, may=Permission.CASE_RESOLVE)
def resolve_case(ask: ResolveCase, work: Work) -> Reply | None:
    """A result of at least four characters; urgent cases need a contact with the reporter first."""
    act = work.standing.texts.render("ACT_RESOLVE", {})
    case = case_in_hand(work, ask.no, act=act)
    seat = acting_seat(work, case)
    words = ask.words.strip()
    if case.state not in OPEN_STATES:
        raise not_now(work, case)
    if len(words) < LEAST_RESULT:
        raise Refusal(RefusalKind.NOT_CLEAR, "NEED_RESULT_DM", no=case.no)
    if case.urgency in {Urgency.U0, Urgency.U1} and case.first_contact_at is None and not is_whispered(case):
        raise Refusal(RefusalKind.NOT_NOW, "NEED_CONTACT_DM", no=case.no)
    end_with(work, case, words, ask.proofs, claimed_by=case.claimed_by or seat.id)
    return None if room_hears(work, case) else Reply("DONE_DM", no=case.no)


def end_with(
    work: Work, case: Case, words: str, proofs: tuple[Attachment, ...] = (), *, by: Who | None = None, **changes: Any
) -> None:  # fmt: skip
    """The case has this result: everybody who reported it hears it, and may say whether it is so.

    Raises:
        Refusal: the table does not allow it.
    """
    claimed_at = case.claimed_at or work.now
    record(
        work, case, Step.RESOLVE, by=by, resolved_at=work.now, result=words[:300], claimed_at=claimed_at, **changes
    )  # fmt: skip
    attach(work, case, proofs, phase=AFTER)
    fall_silent(work, case, "resolved")
    work.store.plan([firing(case, "LapseCase", work.now + LAPSES_AFTER)])
    plan_questions(work, case)
    _say_result(work, case, words)
    result = sayable(work, words[:60]) if case.privacy == Privacy.P1 else ""
    if result:
        tell_recorder(work, case, "INTAKE_DONE_DM", no=case.no, result=result)
    else:
        tell_recorder(work, case, "INTAKE_DONE_PLAIN_DM", no=case.no)


def _say_result(work: Work, case: Case, words: str) -> None:
    """The room hears one line; illness and private matters are not repeated."""
    result = sayable(work, words[:60]) if case.privacy == Privacy.P1 else ""
    if case.urgency == Urgency.U0:
        end_alarm(work, case)
    if case.urgency == Urgency.U0 and case.room_id is not None and not is_private(case):
        if result:
            work.tell_room(
                case.room_id, "EMERG_OVER", rank=Rank.EMERGENCY, case=case, no=case.no, brief=result[:40]
            )
        else:
            work.tell_room(case.room_id, "EMERG_OVER_PLAIN", rank=Rank.EMERGENCY, case=case, no=case.no)
        return
    if is_dispute(case) and case.room_id is not None and not is_private(case):
        _say_end_of_a_quarrel(work, case, words)
        return
    rooms, people = hearers(work, case)
    for identity in people:
        work.tell(identity, "RESOLVED_DM", case=case, no=case.no, result=words[:60])
    key = "RESOLVED" if result else "RESOLVED_PLAIN"
    blanks: dict[str, Any] = {"result": result} if result else {}
    for room in rooms:
        work.tell_room(room, key, case=case, mentions=mentioned(case, room), no=case.no, **blanks)


def _say_end_of_a_quarrel(work: Work, case: Case, words: str) -> None:
    """Each reporter hears it privately; where one cannot be written to, the group hears a number and no name."""
    reporters = list(reporters_except(work, case, None))
    for identity in reporters:
        work.tell(identity, "RESOLVED_DM", case=case, no=case.no, result=words[:60])
    if not all(work.store.identity(one).is_friend for one in reporters) and case.room_id is not None:
        work.tell_room(case.room_id, "RESOLVED_PLAIN", case=case, no=case.no)


@handles(ReopenCase, may=Permission.CASE_RATE)
def reopen_case(ask: ReopenCase, work: Work) -> Reply | None:
    """「没解决」 within thirty days, three times at most; what is too old to come back is asked for anew."""
    if ask.no is not None and (over := _overseen(work, ask.no)) is not None:
        return _done_again(work, *over, ask.words)
    named = () if ask.no is not None or ask.about else _named_in(work, ask.words)
    case = ended_case(work, ask.no, ask.about, named)
    if ask.about and not comes_back(work, case):
        raise NotMeant
    reopen(work, case, ask.words)
    return None


def _overseen(work: Work, no: CaseNo) -> tuple[Case, Seat] | None:
    """The case with that number and by which post the actor oversees it, unless he reported it himself."""
    case = live_case(work, no)
    own = parts_of(case, work) & (Who.REPORTER | Who.CO_REPORTER)
    seat = overseer_seat(work, case)
    return (case, seat) if seat is not None and not own else None


def _done_again(work: Work, case: Case, over: Seat, words: str) -> Reply | None:
    """By somebody above, with a reason that stands in the history; the reporter hears what he always hears."""
    why = mask(words.strip()[:LONGEST_WHY])
    if case.state not in HANDLED_STATES:
        raise not_now(work, case)
    if not why:
        raise Refusal(RefusalKind.NOT_CLEAR, "REOPEN_WHY_DM", no=case.no)
    seat = reopen(work, case, "", by=Who.OVERSEER, over=over, why=why)
    return None if room_hears(work, case) else Reply("REOPENED_YOU_DM", no=case.no, **called(seat))


def _named_in(work: Work, words: str) -> tuple[str, ...]:
    """Categories of which the words really speak."""
    return tuple(code for code, weight in work.standing.read(words).candidates if weight > 0)


@handles(LapseCase, may=Permission.CLOCK_TICK)
def lapse_case(ask: LapseCase, work: Work) -> Reply | None:
    """Silence archives the case and counts neither way."""
    case = numbered_case(work, ask.no)
    if case.state == State.RESOLVED:
        record(work, case, Step.LAPSE, closed_at=work.now, closed_reason="unrated")
        thank_hands(work, case)
    else:
        write_event(work, case, Step.HINT, case.state, "lapse came late", {})
    return None
