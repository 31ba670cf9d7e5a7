"""What a request says beside its category: places, the kind of help asked for, and what else it tells."""

from functools import cached_property

from handlers.understanding.anchors import compile_all
from handlers.understanding.moments_said import MomentReader
from handlers.understanding.people_said import PeopleReader
from handlers.understanding.places_said import PlaceFinder
from handlers.understanding.pressing import Pressing
from handlers.understanding.terms import Gate, Scan
from models.lexicon import Lexicon
from models.lexicon_told import SERVICE_KEYS
from models.rules.decision import Because, Details
from models.rules.expressions import Expression
from models.rules.told import Told
from models.rules.urgency import Urgency

_NIGHT_BEGINS, _NIGHT_ENDS = 22.0, 5.0
_NOTHING_TOLD = Told()


class Extractor:
    """The tables of places, help, times and people, each made ready when first asked; pure."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        nights = tuple(p for p, hour in lexicon.told.parts.items() if _is_night(hour))
        self._pressing = Pressing(lexicon.raises, nights)

    # What chatter never needs is made ready by the first request.

    @cached_property
    def _places(self) -> PlaceFinder:
        return PlaceFinder(self._lexicon.places)

    @cached_property
    def _moments(self) -> MomentReader:
        return MomentReader(self._lexicon.told)

    @cached_property
    def _people(self) -> PeopleReader:
        return PeopleReader(self._lexicon.told)

    @cached_property
    def _telling(self) -> Gate:
        return Gate((*self._moments.expressions, *self._people.expressions))

    @cached_property
    def _services(self) -> list[tuple[str, tuple[Expression, ...]]]:
        patterns = self._lexicon.patterns
        return [(patterns[f"{key}_name"][0], compile_all(patterns[key])) for key in SERVICE_KEYS]

    def places(self, text: str) -> tuple[str, ...]:
        """Place phrases as they were written, in order, at most four; what stands side by side is one place."""
        return self._places.find(text)

    def service_mode(self, text: str) -> str | None:
        """陪办, 帮办 or 代办 when asked for."""
        for name, patterns in self._services:
            if any(each.search(text) for each in patterns):
                return name
        return None

    def haste(
        self, urgency: Urgency | None, category: str, text: str, seen: Scan, details: Details
    ) -> tuple[Urgency | None, Because]:
        """The urgency as the words make it, and why when they raise it (Pressing.raised)."""
        return self._pressing.raised(urgency, category, text, seen, details)

    def told(self, text: str) -> Told:
        """Since when, how many, who is at risk, who is complained about."""
        likely = self._telling.passed(text)
        if not likely:
            return _NOTHING_TOLD
        people = self._people
        households, persons = people.households(text, likely), people.persons(text, likely)
        whole = people.whole(text, likely)
        return Told(
            since=self._moments.since(text, likely),
            recurring=self._moments.recurring(text, likely),
            households=households[0] if households else None,
            persons=persons[0] if persons else None,
            whole=whole[0] if whole else "",
            affected=next((each[1] for each in (households, whole, persons) if each), ""),
            at_risk=people.at_risk(text, likely),
            accused=people.accused(text, likely),
        )


def _is_night(hour: float) -> bool:
    return hour >= _NIGHT_BEGINS or hour < _NIGHT_ENDS
