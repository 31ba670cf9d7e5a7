"""The rows of a file of answers, for the page and for the shell: looked at first, then taken one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from handlers.dispatch import Dispatch
from handlers.handover import TakeTheirAnswer, verdict_of
from handlers.work import Work
from models.rules.actor import Actor, Origin
from models.rules.handover import Effect, TheirAnswer


@dataclass(frozen=True, slots=True)
class RowTold:
    """What came, or would come, of one row of their file: the sentence, and whether the row cannot be used."""

    row: int
    key: str
    blanks: dict[str, Any]
    skipped: bool


def look_at(answers: Iterable[TheirAnswer], work: Work) -> list[RowTold]:
    """What would come of each row; nothing is written."""
    found = ((answer, verdict_of(answer, work)) for answer in answers)
    return [RowTold(a.row, v.key, v.blanks, v.effect is Effect.SKIPPED) for a, v in found]


def take_all(
    dispatch: Dispatch, answers: Iterable[TheirAnswer], actor: Actor, origin: Origin
) -> list[RowTold]:  # fmt: skip
    """Each row as a piece of work of its own: one that cannot be used holds up no other."""
    told = []
    for ordinal, answer in enumerate(answers, 1):
        outcome = dispatch(TakeTheirAnswer(answer), actor, origin.numbered(ordinal))
        said = outcome.refusal or outcome.reply
        key = said.key if said is not None and said.key else "HANDOVER_KNOWN_DM"
        blanks = said.blanks if said is not None else {"no": answer.no}
        told.append(RowTold(answer.row, key, blanks, outcome.refusal is not None))
    return told
