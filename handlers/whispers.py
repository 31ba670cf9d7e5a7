"""「匿名 …」: what somebody says who wants to be named to nobody, his leaders included (safeguards §2.4)."""

from dataclasses import dataclass, replace

from handlers.case_steps.offline import best_reading
from handlers.case_steps.opening import open_case
from handlers.case_steps.steps import asker
from handlers.case_steps.whispering import whisper
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.decision import CASES, Cue
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant


@dataclass(frozen=True, slots=True)
class Whisper(Intent):
    """Somebody wants something done, and to be named to nobody."""

    words: str = ""


@handles(Whisper, may=Permission.CASE_OPEN)
def whispered(ask: Whisper, work: Work) -> Reply | None:
    """Privately it opens a case whatever the words; in a group, where everybody saw who spoke, only a clear request does."""
    if work.origin.room is not None and work.standing.read(ask.words).kind not in CASES:
        raise NotMeant
    reading = best_reading(work, ask.words)
    decision = replace(reading, cues=reading.cues | {Cue.ANONYMOUS})
    if work.origin.room is None:
        return whisper(work, asker(work), decision)
    open_case(work, asker(work), decision)
    return None
