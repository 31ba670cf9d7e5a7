"""The tables of what a request tells (``lexicon/places.toml``, ``told.toml``, ``urgencies.toml``), as they are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from models.rules.urgency import Urgency

Patterns = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """How people say where. Patterns are filled in; ``veil`` are words that no name reaches across."""

    parts: Patterns
    veil: Patterns
    not_place: Patterns
    glue: tuple[str, ...]
    reach: tuple[str, ...]
    both: tuple[str, ...]
    between: str
    tail: str
    lives: str
    pointing: str
    side: str
    names: tuple[str, ...] = ()
    """Names of places as people here call them, longest first (a place's own words)."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers in words: 两, 十几, 二十多."""

    digits: str
    twins: Mapping[str, int]
    powers: Mapping[str, int]
    vague: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Spans:
    """For so long already. Units and whole sayings in hours; the patterns say what must stand around a span."""

    units: Mapping[str, float]
    fixed: Mapping[str, float]
    number: str
    more: str
    half: str
    measure: str
    """What may stand between number and unit: 三个多月."""
    approx: str
    before: str
    after: str
    not_before: str
    not_after: str


@dataclass(frozen=True, slots=True)
class MomentRow:
    """One way of saying when it began (see Moment); the pattern may name part, weekday, month and day."""

    pattern: str
    unit: str
    back: int = 0
    month: int = 0
    day: int = 1
    dates: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class ToldWords:
    """Everything of ``told.toml``."""

    numbers: Numbers
    spans: Spans
    moments: tuple[MomentRow, ...]
    parts: Mapping[str, float]
    """Part of the day → hour."""
    ordinary_hour: float
    recurring: Patterns
    households: Patterns
    persons: Patterns
    least: int
    not_counted_after: str
    whole: Mapping[str, str]
    risk: Mapping[str, Patterns]
    accused: Mapping[str, Patterns]


@dataclass(frozen=True, slots=True)
class Raise:
    """When a request is more pressing than its category says; an empty condition is not asked for."""

    name: str
    to: Urgency
    categories: tuple[str, ...]
    words: Patterns = ()
    risk: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    households: int = 0
    hours: float = 0.0
    night: bool = False
