"""How a notice reads: its headline, and how long the sending takes."""

import math
import re
from collections import Counter
from collections.abc import Iterable

from models.rules.pacing import Pace
from models.rules.town import RoomCard

HEADLINE = 30
_CLAUSE_END = re.compile("[，。；！？,;!?\n]")
_SENTENCE_ENDS = "。！？!?.）)"


def headline(words: str) -> tuple[str, str]:
    """Title and the rest: the first clause when it has at most 30 characters, else no title.

    >>> headline("明早停电检修，冰箱提前备好")
    ('明早停电检修', '冰箱提前备好。')
    """
    text = words.strip()
    end = _CLAUSE_END.search(text)
    title, rest = (text[: end.start()], text[end.end() :].strip()) if end else (text, "")
    if not title or len(title) > HEADLINE:
        return "", closed(text)
    return title, closed(rest)


def closed(text: str) -> str:
    """The text with a full stop at its end, unless it has one or is empty."""
    return text if not text or text[-1] in _SENTENCE_ENDS else f"{text}。"


def minutes_to_send(rooms: Iterable[RoomCard], pace: Pace, posts: int = 1) -> int:
    """Whole minutes until the last room has heard all its ``posts``: accounts speak side by side, each at its own pace."""
    loads = Counter(room.account for room in rooms)
    return math.ceil(max(loads.values(), default=0) * posts * pace.broadcast_gap_s / 60)
