"""What other programs were told: pushed once more when the operator asks, and told of when one takes nothing."""

from dataclasses import dataclass
from datetime import datetime

from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
from models.rules.filling import administrators
from models.rules.pacing import Rank
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.webhooks import again


@dataclass(frozen=True, slots=True)
class PushAgain(Intent):
    """Tell a receiver once more: one row of the log, or (``hook``) all from one moment up to another, as ISO."""

    row: int | None = None
    hook: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class WarnGivenUp(Intent):
    """A receiver took nothing for so long that something is not tried any more."""

    hook: str


@handles(PushAgain, may=Permission.HOOK_REPLAY)
def push_again(ask: PushAgain, work: Work) -> Reply:
    """Under the same ids, so that a receiver that had it knows it again."""
    if ask.row is not None:
        count = again(work.store.session, work.now, ids=(ask.row,))
    elif not (ask.since and ask.until):
        raise Refusal(RefusalKind.NOT_CLEAR, "HOOK_SPAN_DM")
    else:
        span = (datetime.fromisoformat(ask.since), datetime.fromisoformat(ask.until))
        count = again(work.store.session, work.now, hook=ask.hook, span=span)
    if not count:
        raise Refusal(RefusalKind.NOT_NOW, "HOOK_NOTHING_DM")
    return Reply("HOOK_AGAIN_DM", count=count)


@handles(WarnGivenUp, may=Permission.CLOCK_TICK)
def warn_given_up(ask: WarnGivenUp, work: Work) -> None:
    """Whoever looks after the place hears it with the next step; where chat reaches none of them, the relay page asks."""
    reached = [seat for seat in administrators(work.town, work.today) if seat.identities]
    for person in sorted({seat.person for seat in reached}):
        work.tell_seat(
            next(seat for seat in reached if seat.person == person), "HOOK_GIVEN_UP_DM", hook=ask.hook
        )
    if not reached:
        work.ask_a_person("HOOK_GIVEN_UP_DM", rank=Rank.REPLY, why=work.origin.key, hook=ask.hook)
