"""What other programs were told is pushed once more when the operator asks."""

from dataclasses import dataclass
from datetime import datetime

from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Reply, Work
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
