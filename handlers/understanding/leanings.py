"""Leanings: everyday words that speak for or against an area of work, with fitted numbers (``lexicon/leanings.toml``).

A word like 家长 names no category, but whoever says it seldom talks of sewers. Every weight stands beside its word in
the file, made by ``python -m benchmarks.fit_leanings``; a category's leaning is the sum over the areas it belongs to.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from handlers.understanding.terms import Scan, Vocabulary
from models.rules.lexicon import Area

GROUP = "leaning"
_UNNAMED = 1 << 20
WHOLE = 1000
"""Points are added up as whole thousandths, so that what is equal comes out equal."""
_LEAST = 100
_USUAL = 3


class Leaning(NamedTuple):
    """Where one message leans: points by area, and the words that gave them."""

    cells: Mapping[int, int]
    """Thousandths of points by cell, a cell being the areas that some categories share."""
    cell_of: Mapping[str, int]
    said: Sequence[tuple[str, Sequence[tuple[int, int]]]]
    """The words, with their thousandths by cell."""
    usual: Sequence[str]
    """The usual categories of the cells it leans to most."""

    def words(self, code: str) -> list[tuple[str, float]]:
        """The words that speak for a category, loudest first."""
        cell = self.cell_of.get(code, -1)
        told = ((word, dict(weights).get(cell, 0) / WHOLE) for word, weights in self.said)
        return sorted(((w, p) for w, p in told if p > 0), key=lambda pair: (-pair[1], pair[0]))


class Leanings:
    """The areas, made ready once."""

    def __init__(self, areas: Sequence[Area]) -> None:
        areas_of: dict[str, tuple[int, ...]] = {}
        for number, area in enumerate(areas):
            for code in area.codes:
                areas_of[code] = (*areas_of.get(code, ()), number)
        cells = sorted(set(areas_of.values()))
        self._cell_of = {code: cells.index(of) for code, of in areas_of.items()}
        words = {word for area in areas for word in area.words}
        self._weights = {word: _by_cell(word, areas, cells) for word in words}
        self._order = {code: n for n, code in enumerate(code for area in areas for code in area.codes)}
        # The category that is meant most often among those of a cell stands first in the file.
        usual = {self._cell_of[code]: code for area in reversed(areas) for code in reversed(area.codes)}
        self._usual = [usual[cell] for cell in range(len(cells))]

    def cell(self, code: str) -> int:
        """Which of the cells holds a category's points."""
        return self._cell_of.get(code, -1)

    def order(self, code: str) -> int:
        """Where a category stands in the file: usual ones first."""
        return self._order.get(code, _UNNAMED)

    @staticmethod
    def learn(areas: Sequence[Area], vocabulary: Vocabulary) -> None:
        """Put the words into a pass."""
        vocabulary.add_words(GROUP, GROUP, sorted({word for area in areas for word in area.words}))

    def of(self, seen: Scan) -> Leaning:
        """Where a message leans, by what the pass found in it."""
        found = seen.words.get(GROUP)
        if not found:
            return _NOWHERE
        cells: dict[int, int] = {}
        said = [(word, self._weights[word]) for word in {word for _, word, _, _ in found}]
        for _, weights in said:
            for cell, weight in weights:
                cells[cell] = cells.get(cell, 0) + weight
        heavy = sorted([(-points, cell) for cell, points in cells.items() if points >= _LEAST])
        return Leaning(cells, self._cell_of, said, [self._usual[cell] for _, cell in heavy[:_USUAL]])


_NOWHERE = Leaning({}, {}, (), ())


def _by_cell(
    word: str, areas: Sequence[Area], cells: Sequence[tuple[int, ...]]
) -> tuple[tuple[int, int], ...]:
    """What a word adds to each cell: its weights of the cell's areas together."""
    told = {cell: sum(areas[area].words.get(word, 0.0) for area in of) for cell, of in enumerate(cells)}
    return tuple((cell, round(weight * WHOLE)) for cell, weight in told.items() if weight)
