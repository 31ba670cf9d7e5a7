"""One village of three groups, what its people say in a week, and how they answer what they hear."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from models.rules.pacing import SHANGHAI
from tests.faults.happenings import Spoken
from tests.reliability.stream import REQUESTS
from tests.year.script import CHAT
from tests.year.town import Group, groups

FIRST = date(2026, 3, 2)
START = datetime.combine(FIRST, time.min, SHANGHAI).astimezone(UTC)
GROUPS = 3
REQUESTS_A_DAY, CHAT_A_DAY = 3, 8
LATE = 0.06
"""Share of what is said at night."""
PROBE = "报事 {n}号楼井盖坏了"
"""Said in every group at the end, to see that none is stuck."""


def village() -> list[Group]:
    """The groups."""
    return groups()[:GROUPS]


def moment(day: int, clock: time = time.min) -> datetime:
    """A time of a day of the week, aware UTC."""
    return datetime.combine(FIRST + timedelta(days=day), clock, SHANGHAI).astimezone(UTC)


def lines(days: int, seed: int) -> Iterator[Spoken]:
    """What is said without being asked, in order; every request names a place of its own and has a sender of its own."""
    dice = random.Random(f"town {seed}")  # noqa: S311 - the same week every time
    town, said = village(), []
    askers = [(group, contact) for group in town for contact in group.residents]
    dice.shuffle(askers)
    number = 0
    for day in range(days):
        for _ in range(dice.randint(REQUESTS_A_DAY - 2, REQUESTS_A_DAY + 2)):
            group, contact = askers[number % len(askers)]
            number += 1
            text = dice.choice(REQUESTS).format(n=number)
            said.append(Spoken(_moment(dice, day), contact, group.room, text, request=number))
        for _ in range(dice.randint(CHAT_A_DAY - 4, CHAT_A_DAY + 4)):
            group = dice.choice(town)
            said.append(
                Spoken(_moment(dice, day), dice.choice(group.residents), group.room, dice.choice(CHAT))
            )
    yield from sorted(said, key=lambda spoken: (spoken.at, spoken.sender))


def _moment(dice: random.Random, day: int) -> datetime:
    hour = dice.choice((22, 23, 0, 1, 5, 6)) if dice.random() < LATE else dice.randint(7, 21)
    return moment(day, time(hour, dice.randint(0, 59), dice.randint(0, 59)))
