"""Is somebody in danger now? Runs before everything else and never waits."""

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from handlers.understanding.anchors import compile_all
from handlers.understanding.places_said import PlaceFinder
from handlers.understanding.terms import Scan, Vocabulary
from models.lexicon import EmergencyType, Lexicon

GROUP = "emergency"
HELP_CALL = "help_call"
_TAKES_BACK = frozenset({"suppress", "suppress_number", "hazard", "ask"})
"""Guards that speak about the words they touch; the others speak about the whole sentence."""

_MOST_MARKS = 8
"""So many places of one expression are looked at; whoever repeats it more often says nothing new."""


@dataclass(frozen=True, slots=True)
class Danger:
    """An emergency that was heard; ``doubtful`` ones are asked about, not shouted."""

    type: EmergencyType
    because: tuple[tuple[str, float], ...]
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    code: str
    word: str
    start: int
    end: int


class Emergencies:
    """The emergency table, made ready once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._types = {each.code: each for each in lexicon.emergencies}
        self._order = {each.code: n for n, each in enumerate(lexicon.emergencies)}
        self._guards = [(guard, compile_all(guard.patterns)) for guard in lexicon.guards]
        self._boost = re.compile("|".join(map(re.escape, lexicon.present_boost)))
        self._help = re.compile("|".join(map(re.escape, lexicon.words[HELP_CALL])))
        self._lexicon = lexicon

    @cached_property
    def _places(self) -> PlaceFinder:
        return PlaceFinder(self._lexicon.places)

    @staticmethod
    def learn(lexicon: Lexicon, vocabulary: Vocabulary) -> None:
        """Put the emergency words into the one pass."""
        for each in lexicon.emergencies:
            vocabulary.add_words(GROUP, each.code, each.cues)
            vocabulary.add_patterns(GROUP, each.code, each.patterns)

    def find(self, text: str, scan: Scan) -> Danger | None:
        """The emergency in ``text``, None when there is none or a guard makes it harmless."""
        if GROUP not in scan.words and GROUP not in scan.matches:
            return None
        marks = self._marks(scan)
        doubtful = False
        boosted = self._boost.search(text) is not None
        helped = self._help.search(text) is not None
        for guard, patterns in self._guards:
            spans = [found.span() for each in patterns for found in each.finditer(text)]
            if not spans:
                continue
            if guard.action in _TAKES_BACK:
                left = [mark for mark in marks if not _covered(mark, spans)]
                if guard.action == "ask" and helped:
                    continue
                asked = (guard.action == "ask" or (guard.action == "hazard" and helped)) and not left
                doubtful = doubtful or asked
                marks = marks if asked else left
            elif guard.action == "note":
                marks, doubtful = (marks if helped else []), True
            elif not (helped or boosted):
                doubtful = True
            if not marks:
                return None
        if doubtful and not (boosted or self._places.find(text)):
            return None
        return self._worst(marks, doubtful=doubtful)

    def _marks(self, scan: Scan) -> list[_Mark]:
        marks = [_Mark(*hit) for hit in scan.words.get(GROUP, ())]
        for each in scan.matches.get(GROUP, ()):
            again = islice(each.found.re.finditer(each.found.string), _MOST_MARKS)
            marks += [_Mark(each.key, found.group(), *found.span()) for found in again]
        return marks

    def _worst(self, marks: list[_Mark], *, doubtful: bool) -> Danger:
        """The type with most words; of equals the one that stands first in the table.

        The last type of the table (hurt people) is the consequence of the others: it only speaks alone.
        """
        words: dict[str, dict[str, float]] = {}
        for mark in marks:
            words.setdefault(mark.code, {})[mark.word] = 3.0
        last = len(self._order) - 1
        code = min(words, key=lambda each: (self._order[each] == last, -len(words[each]), self._order[each]))
        return Danger(self._types[code], tuple(sorted(words[code].items())), doubtful=doubtful)


def _covered(mark: _Mark, spans: list[tuple[int, int]]) -> bool:
    """Whether a guard's words are at least half of the mark: a set phrase inside a long sentence explains little."""
    length = mark.end - mark.start
    return any(2 * (min(end, mark.end) - max(start, mark.start)) >= length for start, end in spans)
