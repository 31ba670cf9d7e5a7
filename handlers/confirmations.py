"""确认 and 取消: the answers to whatever the person was shown last."""

from dataclasses import dataclass

from handlers.confirming import QUESTIONS, WHERE
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.permissions import Permission
from models.rules.refusals import NotMeant
from models.tables import PendingConfirmation


@dataclass(frozen=True, slots=True)
class Confirm(Intent):
    """Yes, do it. ``soft`` is set when it was said in passing ("好的")."""

    soft: str = ""


@dataclass(frozen=True, slots=True)
class Cancel(Intent):
    """No, leave it."""


@handles(Confirm, may=Permission.CASE_OPEN)
def confirm(ask: Confirm, work: Work) -> Reply | None:
    """Do what was asked about, once; without an open question the word means nothing."""
    asked = _asked(work)
    question = QUESTIONS[asked.intent]
    if ask.soft and question.explicit:
        raise NotMeant
    fields = {name: value for name, value in asked.fields.items() if name != WHERE}
    work.store.forget_pending(asked.identity_id)
    work.confirmed, work.number = asked.intent, fields.get("no")
    return question.agreed(fields, work)


@handles(Cancel, may=Permission.CASE_OPEN)
def cancel(ask: Cancel, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """Forget the question."""
    work.store.forget_pending(_asked(work).identity_id)
    return Reply("NOT_DONE_DM")


def _asked(work: Work) -> PendingConfirmation:
    """The open question, answered where it was asked or privately.

    Raises:
        NotMeant: there is none, it expired, or this is another room.
    """
    identity = work.actor.identity
    asked = work.store.pending(identity, work.now) if identity is not None else None
    if asked is None or work.origin.room not in {None, asked.fields.get(WHERE)}:
        raise NotMeant
    return asked
