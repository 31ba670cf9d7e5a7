"""What people of the town want and chat about in a year: written for this play, in words of its own.

Every request names a place that nobody else names, so that what the program says can be held against the script.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from models.rules.pacing import SHANGHAI
from tests.year.town import Group

_HERE = Path(__file__).parent
TROUBLES = tuple((_HERE / "troubles.txt").read_text(encoding="utf-8").splitlines())
"""Sentences with a place ``{p}``: matters that anybody in a group would want seen to, none of them private."""
CHAT = tuple((_HERE / "chat.txt").read_text(encoding="utf-8").splitlines())
TAILS = ("", "", "", "", "！", "~", "呀", "哈", "[呲牙]", "[强]", "。", "嘿")


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody says something in a group; ``truth`` numbers the request it is, None for chat."""

    at: datetime
    room: str
    sender: str
    text: str
    truth: int | None = None
    trouble: int = 0
    """Which of TROUBLES it is."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is said in a day, on average."""

    chat: float = 500_000 / 365
    requests: float = 10_000 / 365


def _moment(dice: random.Random, day: date, *, late: float) -> datetime:
    """Mostly between seven and ten in the evening; a share ``late`` at night."""
    hour = dice.choice((22, 23, 0, 1, 5, 6)) if dice.random() < late else dice.randint(7, 21)
    local = datetime.combine(day, time(hour, dice.randint(0, 59), dice.randint(0, 59)), SHANGHAI)
    return local.astimezone(UTC)


def lines(first: date, days: int, groups: list[Group], seed: int, amounts: Amounts) -> Iterator[list[Line]]:
    """What is said, day by day, in order of time."""
    dice = random.Random(seed)  # noqa: S311 - the same year every time
    truth = 0
    for number in range(days):
        day = first + timedelta(days=number)
        said = []
        for _ in range(round(amounts.requests * dice.uniform(0.6, 1.4))):
            group = dice.choice(groups)
            truth += 1
            place = f"{truth}号楼" if truth % 2 else f"老{truth}号院子"
            trouble = dice.randrange(len(TROUBLES))
            at, who = _moment(dice, day, late=0.04), dice.choice(group.residents)
            said.append(Line(at, group.room, who, TROUBLES[trouble].format(p=place), truth, trouble))
        for _ in range(round(amounts.chat * dice.uniform(0.8, 1.2))):
            group = dice.choice(groups)
            text = dice.choice(CHAT) + dice.choice(TAILS)
            said.append(Line(_moment(dice, day, late=0.06), group.room, dice.choice(group.residents), text))
        yield sorted(said, key=lambda line: line.at)
