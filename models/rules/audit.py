"""One line of who did what when, wherever it was written down; and where a page of such lines goes on."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.rules.periods import SANE_YEARS


class Source(StrEnum):
    """Which rows a line is read from. Lines of one moment stand in the order of these names."""

    ACCESS = "access"
    ASKED = "asked"
    EXPORTED = "exported"
    OPENED = "opened"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of lines ends: the next one begins behind it."""

    at: datetime
    source: Source
    id: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.source}~{self.id}"


def place_typed(words: str) -> Place | None:
    """What stands in an address; nonsense is nowhere.

    >>> place_typed("2026-03-04T05:06:07+00:00~asked~12").id
    12
    >>> place_typed("yesterday") is None
    True
    """
    at, _, rest = words.partition("~")
    source, _, number = rest.partition("~")
    try:
        place = Place(datetime.fromisoformat(at), Source(source), int(number[:12]))
    except ValueError:
        return None
    return place if place.at.tzinfo is not None and place.at.year in SANE_YEARS else None


@dataclass(frozen=True, slots=True)
class Taken:
    """What left the program: so many ``rows`` of an area (None: of everything) and a period (its code, or empty)."""

    area: int | None
    period: str
    rows: int


@dataclass(frozen=True, slots=True)
class Done:
    """Somebody did something. It never holds what residents said."""

    place: Place
    what: str
    """Of ``asked``: the intent; of ``access``: ``models.rules.web_access.Access``; of ``opened``: ``Register``;
    of ``exported``: ``models.rules.reporting.Export``."""
    who: int | None
    """The person; None: the operator, or nobody knows who."""
    operator: bool
    door: str = ""
    whom: int | None = None
    """Whom it was done to, where that is somebody else."""
    number: int | None = None
    """Of the case or notice, where this person may know it."""
    reason: str = ""
    taken: Taken | None = None
    """Of ``exported``."""

    @property
    def at(self) -> datetime:
        """When."""
        return self.place.at


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are looked for. Empty sets: none of that source."""

    intents: frozenset[str] = frozenset()
    access: frozenset[str] = frozenset()
    registers: frozenset[str] = frozenset()
    exports: frozenset[str] = frozenset()
    numbered: frozenset[str] = frozenset()
    """Intents whose own number is told: of notices and activities. That of a case is told only where the case is found."""
    rare: bool = False
    """These intents are asked for so seldom that their own index finds them sooner than going back in time."""
    person: int | None = None
    """None: everybody."""
    begin: datetime | None = None
    end: datetime | None = None
    """Up to here, and not this moment itself."""
