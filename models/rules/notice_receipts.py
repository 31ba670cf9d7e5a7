"""Receipts without coercion: which words answer an important notice, until when, and who hears what is missing (seed P11).

An answer is a favour. Nobody is asked twice, no list of those who did not answer is shown to anybody but the first
responder of each household, and to him once.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from models.rules.pacing import next_local
from models.rules.town import RoomCard, Seat, Town

IMPORTANT = "important"
LONGEST = 24
"""Characters of a line that can still be an answer and nothing else."""
OUTRIGHT_FOR = timedelta(hours=24)
"""So long after the notice a word that says it outright answers it without a quote."""
VAGUE_FOR = timedelta(hours=2)
"""So long a word does that could answer anything, while the notice is the last thing we said there."""
QUOTED_FOR = timedelta(days=7)
ANSWERS_US = timedelta(minutes=10)
"""What is said so soon after another sentence of ours answers that one."""
SLACK = timedelta(minutes=1)
"""Chat clocks and ours may differ by so much."""
FIRST_LOOK_AFTER = timedelta(hours=12)
"""So long people have to answer before the first responder hears of anybody."""
_MARKS = r"(?:\[[^\[\]\n]{1,6}\]|[^\w\n\[\]]|_)*"
_BETWEEN = re.compile(r"[、，,;；\s]+|[和与及](?=.)")
_END = "。.!！了 "
_NUMBER = re.compile(r"\d+")
_HOUSEHOLD = "户家"


@dataclass(frozen=True, slots=True)
class Answer:
    """A line that answers a notice."""

    vague: bool = False
    """It could answer anything."""
    home: str = ""
    """For whom it is said, where that is named."""
    of_household: bool = False
    """Whether that name ends as households are called."""


@dataclass(frozen=True)
class ReceiptWords:
    """The words of ``locale``, made ready once."""

    outright: str
    vague: str
    thanks: str
    myself: str
    household: str
    """How what households are called ends."""
    nobody: str
    """What stands in front of such a word where it says something else ("快递收到了")."""

    @cached_property
    def _line(self) -> re.Pattern[str]:
        head, tail = r"(?:@\S{1,20}\s+)?", rf"{_MARKS}(?:(?:{self.thanks}){_MARKS})*"
        outright = rf"(?:(?P<home>[^\n@]{{1,10}}?)[\s,:]*)??(?:{self.outright})"
        return re.compile(rf"{head}(?:{outright}|(?P<vague>{self.vague})){tail}")

    @cached_property
    def _myself(self) -> re.Pattern[str]:
        return re.compile(self.myself)

    @cached_property
    def _household(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{self.household})$")

    @cached_property
    def _nobody(self) -> re.Pattern[str]:
        return re.compile(self.nobody)

    def read(self, text: str) -> Answer | None:
        """The answer a line as typed is; None: it is something else."""
        if not 0 < len(text) <= LONGEST:
            return None
        found = self._line.fullmatch(unicodedata.normalize("NFKC", text).strip().lower())
        if found is None:
            return None
        home = (found["home"] or "").strip(" ,:")
        if self._myself.fullmatch(home):
            home = ""
        if self._nobody.search(home):
            return None
        return Answer(found["vague"] is not None, home, self._household.search(home) is not None)


def receipt_words(table: Mapping[str, str]) -> ReceiptWords:
    """The words as ``locale`` has them."""
    return ReceiptWords(**table)


def answers(vague: bool, at: datetime, asked_at: datetime, said_last_at: datetime) -> bool:
    """Whether a word said at ``at`` answers the notice of ``asked_at``; ``said_last_at``: our last sentence there."""
    if not asked_at - SLACK <= at <= asked_at + (VAGUE_FOR if vague else OUTRIGHT_FOR):
        return False
    return said_last_at <= asked_at or (not vague and at - said_last_at > ANSWERS_US)


def quotes(quote: str, said: str) -> bool:
    """Whether these words quote what was said, both normalised; phones cut long ones off."""
    cut = quote.rstrip(".…")
    return bool(cut) and (cut in said or said in quote)


def looks_at(sent_at: datetime, service_hours: str) -> datetime:
    """When first responders hear who is missing: the first morning that leaves people half a day to answer."""
    return next_local(sent_at + FIRST_LOOK_AFTER, service_hours.partition("-")[0].strip())


def first_responder(town: Town, area: int, on: date) -> Seat | None:
    """Who answers first for an area: the lowest filled rung at or above it, never somebody of one part of it."""
    for post in town.preset.ladder:
        for seat in town.holders(post, area, on):
            if town.is_within(area, seat.area) and not town.is_absent(seat, on):
                return seat
    return None


def rooms_of_areas(town: Town, rooms: Iterable[RoomCard]) -> dict[int, RoomCard]:
    """Area → the nearest of these groups that serves it."""
    bound: dict[int, RoomCard] = {}
    for room in sorted(rooms, key=lambda each: (len(each.areas), each.id)):
        for area in room.areas:
            bound.setdefault(area, room)
    served: dict[int, RoomCard] = {}
    for top in bound:
        for area in town.downward(top):
            nearest = next(node.id for node in town.upward(area) if node.id in bound)
            served[area] = bound[nearest]
    return served


def homes_said(words: str) -> list[str]:
    """``12户、张家`` as one name each.

    >>> homes_said("12户、张家和3户了")
    ['12户', '张家', '3户']
    """
    return [name for name in _BETWEEN.split(words.rstrip(_END)) if name]


def in_house_order(label: str) -> tuple[str, int, str]:
    """Sorts ``3户`` before ``12户``."""
    number = _NUMBER.search(label)
    return _NUMBER.sub("", label), int(number.group()) if number else 0, label


def is_called(label: str, area: str, name: str) -> bool:
    """Whether somebody means a household by a name: with its area, or without the word for household.

    >>> is_called("12户", "三邻", "12"), is_called("张三", "三邻", "张三家"), is_called("3户", "三邻", "三邻3户")
    (True, True, True)
    """
    bare = label.rstrip(_HOUSEHOLD)
    return name in {label, bare, *(f"{bare}{mark}" for mark in _HOUSEHOLD), f"{area}{label}"}
