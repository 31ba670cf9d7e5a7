"""A line between those who work on a case: kept with it, heard by nobody outside."""

from dataclasses import dataclass

from handlers.case_steps.meaning import acting_seat
from handlers.case_steps.steps import numbered_case, record
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.case_life import Step
from models.rules.ids import CaseNo
from models.rules.masking import mask
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind

LEAST_NOTE = 2
LONGEST_NOTE = 300
"""Characters; numbers that belong to a person are covered before it is kept."""


@dataclass(frozen=True, slots=True)
class NoteCase(Intent):
    """A leader writes down what colleagues should know (备注)."""

    no: CaseNo
    words: str = ""


@handles(NoteCase, may=Permission.CASE_RESOLVE)
def note_case(ask: NoteCase, work: Work) -> Reply:
    """Whoever may work on the case may write; neither its reporter nor its group hears of it, and no clock moves."""
    case = numbered_case(work, ask.no)
    acting_seat(work, case)
    words = mask(ask.words.strip())[:LONGEST_NOTE]
    if len(words) < LEAST_NOTE:
        raise Refusal(RefusalKind.NOT_CLEAR, "CASE_NOTE_WORDS_DM", no=case.no)
    record(work, case, Step.NOTE, reason=words)
    return Reply("NOTED_CASE_DM", no=case.no)
