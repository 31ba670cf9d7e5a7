"""Looks now and then whether an account is dead whose groups another one can take over."""

from collections.abc import Callable
from datetime import datetime

from handlers.actors import CLOCK
from handlers.dispatch import Dispatch
from handlers.room_moves import LeaveDeadAccounts
from jobs.scheduler import Tick
from models.rules.actor import Door, Origin
from models.rules.ids import IdempotencyKey

LOOKS_EVERY_S = 30.0


def move_beats(dispatch: Dispatch, clock: Callable[[], datetime]) -> list[Tick]:
    """The tick of whichever process has the jobs; of several that look at the same moment one acts."""

    def look() -> None:
        now = clock()
        key = IdempotencyKey(f"job:room_moves:{now:%Y-%m-%dT%H:%M}")
        dispatch(LeaveDeadAccounts(), CLOCK, Origin(Door.CLOCK, key, now))

    return [Tick("room moves", LOOKS_EVERY_S, look)]
