"""Turns of phrase (``lexicon/turns.toml``): how a message says what it wants, whatever it is about.

What asks makes a message worth weighing: it stands in the first pass, and so does what tells that something is wrong if it
is known by whole words. The rest is looked for only in what is weighed.
"""

from collections.abc import Iterator

from handlers.understanding.anchors import needs
from handlers.understanding.terms import Gate, Scan, Vocabulary
from models.lexicon import Lexicon
from models.rules.expressions import Expression
from models.rules.lexicon import Side

GROUP = "turn"
_FOR = frozenset({Side.ASKS, Side.TELLS})
_OUT_OF_PLACE = frozenset({Side.SELLS, Side.REPORTS})


class Turns:
    """The table, made ready once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._says = {turn.name: turn.says for turn in lexicon.turns}
        self.asking = _of(lexicon, {Side.ASKS})
        """Names of the turns by which somebody is to act or to answer."""
        self.telling = _of(lexicon, _FOR)
        """Names of the turns that ask, or tell what is wrong."""
        self.out_of_place = _of(lexicon, _OUT_OF_PLACE)
        """Names of the turns of trade and of reports."""
        first = {(name, each) for name, each in _first(lexicon)}
        later = ((turn.name, each) for turn in lexicon.turns for each in turn.patterns)
        self._later = {Expression(each): name for name, each in later if (name, each) not in first}
        self._gate = Gate(self._later)

    @staticmethod
    def learn(lexicon: Lexicon, vocabulary: Vocabulary) -> None:
        """Put into the one pass what makes a message worth weighing."""
        for name, each in _first(lexicon):
            vocabulary.add_patterns(GROUP, name, (each,))

    def find(self, text: str, scan: Scan) -> frozenset[str]:
        """Names of the turns of a message; ``scan`` is what the first pass found in it."""
        later = [self._later[each] for each in self._gate.passed(text) if each.search(text)]
        return frozenset(later).union([each.key for each in scan.matches.get(GROUP, ())])

    def says(self, name: str) -> str:
        """What an explanation calls it."""
        return self._says[name]


def mark_of(name: str) -> str:
    """The mark of a turn in ``weights.tsv``."""
    return f"turn {name}"


def _first(lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """(name, expression) of what stands in the first pass."""
    for turn in lexicon.turns:
        for each in turn.patterns:
            if turn.side is Side.ASKS or (turn.side is Side.TELLS and _known_by_words(each)):
                yield turn.name, each


def _known_by_words(pattern: str) -> bool:
    anchors = needs(pattern).anchors
    return anchors is not None and all(len(word) > 1 for word in anchors)


def _of(lexicon: Lexicon, sides: frozenset[Side] | set[Side]) -> frozenset[str]:
    return frozenset(turn.name for turn in lexicon.turns if turn.side in sides)
