"""The due table meets dispatch: what is due becomes an intent, asked by the clock, once."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import structlog

from handlers.actors import CLOCK
from handlers.dispatch import Outcome, Status
from handlers.intents import Intent
from handlers.registry import intent_named
from models.due import DueTable, Firing
from models.rules.actor import Actor, Door, Origin
from models.rules.ids import IdempotencyKey

log = structlog.get_logger()

Dispatches = Callable[[Intent, Actor, Origin], Outcome]


def fire_due(due: DueTable, dispatch: Dispatches, clock: Callable[[], datetime], limit: int = 50) -> int:
    """Do everything that is due now; returns how many firings were taken.

    A handler's fault is logged by key and tried again later; it holds up nothing else.
    """
    taken = 0
    while firings := due.claim(clock(), limit):
        # Together: whoever dies in between finds by the idempotency keys what was done already.
        done = [(firing, _fire(due, dispatch, clock, firing)) for firing in firings]
        due.finish([(firing, why) for firing, why in done if why is not None])
        taken += len(firings)
        if not _is_due(due, clock()):
            break
    return taken


def _is_due(due: DueTable, now: datetime) -> bool:
    """Whether anything can be claimed: nobody waits for a write lock to learn that nothing can."""
    first = due.next_due(now)
    return first is not None and first <= now


def _fire(due: DueTable, dispatch: Dispatches, clock: Callable[[], datetime], firing: Firing) -> str | None:
    """What came of it beside being done, mostly nothing; None: it is not done, and that is written."""
    try:
        intent = _intent(firing.intent, firing.fields)
    except (TypeError, LookupError) as fault:
        log.warning("firing makes no intent", key=firing.key, intent=firing.intent, why=str(fault))
        due.give_up(firing, str(fault))
        return None
    try:
        outcome = dispatch(
            intent, CLOCK, Origin(Door.CLOCK, IdempotencyKey(f"job:{firing.key}"), firing.due_at)
        )
    except Exception as fault:  # the next firing must not wait for this one's mending
        again = due.fail(firing, clock(), type(fault).__name__)
        log.exception("firing failed", key=firing.key, attempts=firing.attempts, again=again)
        return None
    return "" if outcome.status is Status.DONE else str(outcome.status)


def _intent(name: str, fields: Mapping[str, Any]) -> Intent:
    """The intent of that name.

    Raises:
        LookupError: no handler knows it.
        TypeError: it has other fields.
    """
    kind = intent_named(name)
    if kind is None:
        raise LookupError(f"no intent {name}")
    return kind(**fields)
