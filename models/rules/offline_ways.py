"""Ways by which a notice reaches people who read no group: loudspeaker, van, board, door, meeting (pure; seeds B10, D08)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

_BETWEEN = re.compile(r"[、,，+;；和及与\s]+")


class WayKind(StrEnum):
    """What is done with the words of the notice."""

    ALOUD = "aloud"
    """Read out."""
    BOARD = "board"
    """Put up."""
    DOOR = "door"
    """Told at each door."""
    MEETING = "meeting"
    """Told where people come together (屋场会, 宣讲会; seed D08)."""
    LEAFLET = "leaflet"
    """Handed out on paper."""


@dataclass(frozen=True, slots=True)
class OfflineWay:
    """One way a place has: one for each area of ``level``, in the hands of the first of ``posts`` that is filled there."""

    name: str
    kind: WayKind
    level: str
    posts: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def goes_by(self, word: str) -> bool:
        """Whether people call it so."""
        return word in {self.name, *self.also}


def ways_said(words: str, ways: Sequence[OfflineWay], every: str) -> tuple[list[OfflineWay], list[str]]:
    """The ways that these words name, in the order of the place, and the words that name none; ``every`` means all."""
    said = [word for word in _BETWEEN.split(words) if word]
    if every in said:
        return list(ways), [word for word in said if word != every and not _is_known(word, ways)]
    named = [way for way in ways if any(way.goes_by(word) for word in said)]
    return named, [word for word in said if not _is_known(word, ways)]


def _is_known(word: str, ways: Iterable[OfflineWay]) -> bool:
    return any(way.goes_by(word) for way in ways)
