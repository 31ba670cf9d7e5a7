"""Written down by a post holder: what was said at an evening talk, on the telephone, on paper (seed A14)."""

from dataclasses import dataclass

from handlers.case_steps.offline import (
    Told,
    among_residents,
    area_spoken_of,
    best_reading,
    intake_words,
    noted,
    open_offline,
)
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.masking import first_phone
from models.rules.offline import IntakeWords, Offline, channel_named, read_offline
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind

LEAST_WORDS = 2
"""Characters that can say what somebody wants."""


@dataclass(frozen=True, slots=True)
class RecordOffline(Intent):
    """A post holder writes down what somebody said elsewhere: ``words`` hold the channel, the name and the matter.

    Where ``channel`` is given, ``words`` are the matter alone; where ``area`` is, nobody looks for it in them.
    """

    words: str = ""
    channel: str = ""
    name: str = ""
    area: int | None = None


@handles(RecordOffline, may=Permission.CASE_OPEN)  # who may is checked inside: posts of every kind may
def record_offline(ask: RecordOffline, work: Work) -> Reply:
    """Into the same pool with the channel's name; who said it is for the handler alone; doubtful words open it too."""
    if not work.actor.seats:
        raise Refusal(RefusalKind.NOT_ALLOWED, "NOT_AUTH_DM", contact=work.town.contact)
    if among_residents(work):
        raise Refusal(RefusalKind.NOT_NOW, "INTAKE_PLACE_DM")
    known = intake_words(work)
    said = _given(ask, known) if ask.channel else read_offline(ask.words, known)
    if len(said.words) < LEAST_WORDS:
        raise Refusal(RefusalKind.NOT_CLEAR, "INTAKE_WHAT_DM")
    decision = best_reading(work, said.words)
    area = ask.area if ask.area is not None else area_spoken_of(work, decision.text, decision.places)
    phone = first_phone(work.origin.message.text if work.origin.message is not None else ask.words)
    case = open_offline(work, Told(decision, said.channel, said.name, phone), area)
    return noted(work, case)


def _given(ask: RecordOffline, known: IntakeWords) -> Offline:
    """What somebody wrote into separate fields."""
    return Offline(channel_named(ask.channel.strip(), known), ask.name.strip(), ask.words.strip())
