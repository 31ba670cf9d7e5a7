"""What goes wrong in a week, from a seed: mostly while something is being said, so that it hurts."""

import random
from collections.abc import Sequence
from datetime import timedelta

from tests.faults.happenings import Fault, Kind, Spoken
from tests.faults.town import moment
from tests.faults.trouble import POINTS

FEWEST, MOST = 4, 16
"""Faults of a week."""
SECONDS: dict[Kind, tuple[int, int]] = {
    Kind.CRASH: (2, 1200),
    Kind.KILL: (2, 1200),
    Kind.GATEWAY_DOWN: (2, 3600),
    Kind.FREEZE: (5, 900),
    Kind.DEAF: (60, 1200),
    Kind.DELAY: (5, 240),
    Kind.REORDER: (60, 60),
    Kind.DATABASE_AWAY: (5, 3600),
    Kind.LOCKED: (5, 1200),
    Kind.DISK_FULL: (30, 3600),
    Kind.CLOCK_AHEAD: (600, 10_000),
    Kind.CLOCK_BEHIND: (600, 10_000),
}
"""For how long, at least and at most; long ones are rare."""
TIMES: dict[Kind, int] = {
    Kind.CRASH: 6, Kind.REPLAY: 25, Kind.DUPLICATE: 3, Kind.DELAY: 3, Kind.ANSWER_LOST: 3, Kind.NOT_SAID: 3,
    Kind.SEND_FAILS: 9, Kind.CLASH: 6, Kind.COMMIT_LOST: 6, Kind.LEASE_STOLEN: 2, Kind.SEND_STOLEN: 2, Kind.QUEUE_STOLEN: 2,
}  # fmt: skip
"""How often at most, or at which passage."""
HURTS = 0.7
"""Share of faults that come with something being said."""
STORMS = 0.5
"""Share of weeks in which all of it comes within some hours, so that one fault meets another."""
STORM = timedelta(hours=3)


def faults(days: int, seed: int, said: Sequence[Spoken]) -> list[Fault]:
    """What goes wrong, in order."""
    dice = random.Random(f"faults {seed}")  # noqa: S311 - the same week every time
    asked = [spoken for spoken in said if spoken.request] or list(said)
    found = []
    stormy = bool(asked) and dice.random() < STORMS
    if stormy:
        began = dice.choice(asked).at
        asked = [spoken for spoken in said if abs(spoken.at - began) < STORM]
    for _ in range(dice.randint(FEWEST, MOST)):
        kind = dice.choice((*Kind, Kind.CRASH, Kind.CRASH, Kind.CRASH))
        at = moment(0) + timedelta(seconds=dice.randrange(days * 86400))
        if stormy or (asked and dice.random() < HURTS):
            at = dice.choice(asked).at + timedelta(seconds=dice.randint(-60, 120))
        least, most = SECONDS.get(kind, (0, 0))
        found.append(
            Fault(
                at,
                kind,
                round(least * (most / least) ** dice.random()) if least else 0,
                dice.randint(1, TIMES.get(kind, 1)),
                dice.choice(POINTS) if kind is Kind.CRASH else "",
            )
        )
    return sorted(found, key=lambda fault: (fault.at, fault.kind))
