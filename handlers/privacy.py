"""What is kept of a person, and the right to be left alone (PIPL 15-16, 44-47)."""

from dataclasses import dataclass

from handlers.case_steps.steps import asker
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.permissions import Permission


@dataclass(frozen=True, slots=True)
class ReadPrivacy(Intent):
    """What do you keep of me?"""


@dataclass(frozen=True, slots=True)
class OptOut(Intent):
    """Do not read my messages any more."""


@dataclass(frozen=True, slots=True)
class OptIn(Intent):
    """Read them again."""


@dataclass(frozen=True, slots=True)
class ForgetMe(Intent):
    """Delete what you hold on me."""


def _where(work: Work, key: str, **blanks: object) -> Reply:
    """Privately when that can reach the asker, else the same answer in the group: it holds nothing personal."""
    reachable = work.actor.is_friend or work.origin.room is None
    return Reply(f"{key}_DM" if reachable else f"{key}_GROUP", **blanks)


@handles(ReadPrivacy, may=Permission.PRIVACY_ASK)
def read_privacy(ask: ReadPrivacy, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """The rule in one sentence, and whom to ask for access, correction and deletion."""
    return _where(work, "PRIVACY", contact=work.town.contact)


@handles(OptOut, may=Permission.PRIVACY_ASK)
def opt_out(ask: OptOut, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """From now on only emergencies are recognised, and nothing of them is stored."""
    asker(work).opted_out_at = work.now
    return _where(work, "OPTOUT")


@handles(OptIn, may=Permission.PRIVACY_ASK)
def opt_in(ask: OptIn, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """Take part again."""
    asker(work).opted_out_at = None
    return _where(work, "OPTIN")


@handles(ForgetMe, may=Permission.PRIVACY_ASK)
def forget_me(ask: ForgetMe, work: Work) -> Reply:  # noqa: ARG001 - the intent has no fields
    """Stop reading at once; a person answers the deletion request within 48 hours (safeguards E16)."""
    asker(work).opted_out_at = work.now
    duty = work.town.preset.dispatcher_post
    room = work.room
    if room is not None and room.areas:
        for seat in work.town.holders(duty, room.areas[0], work.today)[:1]:
            work.tell_seat(seat, "FORGET_REQUEST_DM", room=room.title)
    return _where(work, "FORGET", contact=work.town.contact)
