"""What the level above answers: kept with the case, told to everybody who reported it and to the first responder."""

from dataclasses import dataclass
from typing import Any

from handlers.case_steps.meaning import acting_seat, take
from handlers.case_steps.reporters import hearers, mentioned
from handlers.case_steps.steps import (
    called,
    numbered_case,
    parts_of,
    record,
    room_hears,
    rung_of,
    seat_of,
)
from handlers.case_steps.whistle import ANSWER
from handlers.case_steps.whom import is_dispute
from handlers.case_steps.words import heard_at, sayable
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import State, Step, Who
from models.rules.ids import CaseNo
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.town import Seat
from models.rules.urgency import Privacy
from models.tables import Case

LEAST_ANSWER = 4
LONGEST_ANSWER = 60


@dataclass(frozen=True, slots=True)
class AnswerCase(Intent):
    """Somebody above answers what was asked for (批复, 回复)."""

    no: CaseNo
    words: str = ""


@handles(AnswerCase, may=Permission.CASE_RESOLVE)
def answer_case(ask: AnswerCase, work: Work) -> Reply | None:
    """By whoever was called, or stands above; who answers has taken it, and its clock to be claimed stops (seed B16)."""
    case = numbered_case(work, ask.no)
    seat = acting_seat(work, case)
    if not _stands_above(work, case, seat):
        raise Refusal(RefusalKind.NOT_ALLOWED, "ANSWER_NOT_YOURS_DM", no=case.no)
    words = ask.words.strip()
    if len(words) < LEAST_ANSWER:
        raise Refusal(RefusalKind.NOT_CLEAR, "ANSWER_WORDS_DM", no=case.no)
    if case.state == State.NEW and seat.id == case.assignee_id:
        take(work, case, seat)
    facts = {"at": work.now.isoformat(), "words": words[:LONGEST_ANSWER], "by": seat.id}
    record(work, case, Step.ANSWER, reason=words[:300], flags={**case.flags, ANSWER: facts})
    tell_answer(work, case, called(seat), words, but=seat.person)
    return None if room_hears(work, case) else Reply("ANSWER_KEPT_DM", no=case.no)


def _stands_above(work: Work, case: Case, seat: Seat) -> bool:
    """Whether he answers for others: called or higher, the dispatcher too; never the first responder himself."""
    if Who.DISPATCHER in parts_of(case, work):
        return True
    height = rung_of(work, seat, -1)
    if seat.id in {case.assignee_id, case.claimed_by}:
        return height != 0
    return height >= max(case.rung, 1)


def tell_answer(work: Work, case: Case, speaker: dict[str, Any], words: str, but: int | None = None) -> None:
    """Once in every group where it was reported, of what is not public only that there is an answer; else privately.

    ``speaker`` are the blanks ``role`` and ``surname``; ``but``: the person who needs not hear it as first responder.
    """
    public = case.privacy == Privacy.P1 and not is_dispute(case)
    said = sayable(work, words[:LONGEST_ANSWER]) if public else ""
    keeper = seat_of(work, case.keeper_id, case)
    rooms, people = hearers(work, case)
    for room in rooms:
        named = mentioned(case, room)
        if said:
            work.tell_room(room, "ANSWER", case=case, mentions=named, no=case.no, words=said, **speaker)
        else:
            plainly = called(keeper) if keeper else speaker
            work.tell_room(room, "ANSWER_PLAIN", case=case, mentions=named, no=case.no, **plainly)
    blanks = {"no": case.no, "words": words[:LONGEST_ANSWER], **speaker}
    for identity in people:
        work.tell(identity, "ANSWER_DM", not_before=heard_at(work), case=case, **blanks)
    if keeper is not None and keeper.person != but:
        work.tell_seat(
            keeper, "ANSWER_KEEPER_DM", case=case, no=case.no, words=words[:LONGEST_ANSWER], **speaker
        )
