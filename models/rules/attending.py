"""Who came, as an organiser writes it: "1 2 5", "1-4", "老章、柳姐", "全到", "除了3"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

ALL = re.compile(
    r"^(?:全部?|所有人?|大家)?(?:都)?(?:全?员|全到|到齐|到了|来了|来齐|全部|所有人|都)(?:都)?(?:到|到了|来了|到齐)?了?$"
)
BUT = re.compile(
    r"^(?:全(?:到|员|部)?[,，]?)?(?:除了?|除去|不算|少了?)\s*(?P<who>.+?)(?:没来|没到|以外|之外|外|都到了?|都来了?)*$"
)
_BREAK = re.compile(r"[\s,，、;；.。和]+")
_SPAN = re.compile(r"(\d{1,3})(?:-|~|到|至)(\d{1,3})号?$")
_NUMBER = re.compile(r"(\d{1,3})号?$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the organiser's list."""

    number: int
    name: str
    waits: bool = False
    """Without a place: "all" does not mean him."""


def ticked(words: str, lines: Sequence[Line]) -> tuple[list[int], list[str]]:
    """Numbers of the lines these words name, and the words that name none."""
    packed = words.strip()
    every = [line.number for line in lines if not line.waits]
    if ALL.match(packed):
        return every, []
    but = BUT.match(packed)
    if but is not None:
        out, missed = _listed(but["who"], lines)
        return [number for number in every if number not in out], missed
    return _listed(packed, lines)


def _listed(words: str, lines: Sequence[Line]) -> tuple[list[int], list[str]]:
    found: list[int] = []
    missed: list[str] = []
    for part in filter(None, _BREAK.split(words)):
        numbers = _meant(part, lines)
        found += [number for number in numbers if number not in found]
        missed += [] if numbers else [part]
    return sorted(found), missed


def _meant(part: str, lines: Sequence[Line]) -> list[int]:
    every = {line.number for line in lines}
    if span := _SPAN.match(part):
        return [n for n in range(int(span[1]), int(span[2]) + 1) if n in every]
    if number := _NUMBER.match(part):
        return [int(number[1])] if int(number[1]) in every else []
    exact = [line.number for line in lines if line.name == part]
    near = exact or [line.number for line in lines if len(part) > 1 and part in line.name]
    return near if len(near) == 1 else []
