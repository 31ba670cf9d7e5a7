"""Looks now and then whether an account is dead whose groups another one can take over."""

from collections.abc import Callable
from datetime import datetime, timedelta

from handlers.actors import CLOCK
from handlers.dispatch import Dispatch
from handlers.room_moves import DEAD_AFTER, LeaveDeadAccounts
from jobs.scheduler import Tick
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey

LOOKS_EVERY_S = 30.0


def move_beats(dispatch: Dispatch, clock: Callable[[], datetime]) -> list[Tick]:
    """The tick of whichever process has the jobs; of several that look at the same moment one acts.

    After a start each account first gets the time after which it counts as dead: while nothing ran all were silent, and
    one that is back a minute before the others must not get all groups.
    """
    began = clock()

    def look() -> None:
        now = clock()
        if timedelta() <= now - began < DEAD_AFTER:
            return
        key = IdempotencyKey(f"job:room_moves:{now:%Y-%m-%dT%H:%M}")
        dispatch(LeaveDeadAccounts(), CLOCK, Origin(Door.CLOCK, key, now))

    return [Tick("room moves", LOOKS_EVERY_S, look)]
