"""Sweeping at night, by the list of retention: what nobody needs goes, cases that ended long ago forget persons."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Work
from models.rules.permissions import Permission
from models.store.forgetting import forget_cases, forget_editions
from models.store.sweeping import Chore, chores

BATCH = 1000
"""Rows in one transaction: less than a tenth of a second, so that no message waits for the broom."""
PAUSE = timedelta(seconds=2)
_CHORES = chores()


@dataclass(frozen=True, slots=True)
class SweepExpired(Intent):
    """Delete or forget what is older than the list of retention allows at a moment (ISO); ``round`` counts the batches."""

    since: str
    round: int = 1


@handles(SweepExpired, may=Permission.CLOCK_TICK)
def sweep_expired(ask: SweepExpired, work: Work) -> None:
    """One batch over all tables; when it was full, the next one is planned, and a restart goes on from there."""
    before = datetime.fromisoformat(ask.since)
    mark = partial(work.standing.secrets.digest, "matter")
    own: tuple[Chore, ...] = (partial(forget_cases, mark=mark), forget_editions)
    work.store.write_appended()
    wire, left = work.store.wire(), BATCH
    for chore in (*_CHORES, *own):
        left -= chore(wire, before, left)
        if left <= 0:
            break
    else:
        return
    following = ask.round + 1
    work.store.plan(
        [
            {
                "key": f"sweep:{ask.since}:{following}", "intent": "SweepExpired", "state": "waiting",
                "fields": {"since": ask.since, "round": following}, "due_at": work.now + PAUSE,
                "attempts": 0, "why": "",
            }
        ]
    )  # fmt: skip
