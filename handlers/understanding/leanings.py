"""Leanings: everyday words that speak for or against an area of work, with fitted numbers (``lexicon/leanings.toml``).

A word like 家长 names no category, but whoever says it seldom talks of sewers. Every weight stands beside its word in
the file, made by ``python -m benchmarks.fit_leanings``; a category's leaning is the sum over the areas it belongs to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from models.rules.lexicon import Area

_UNNAMED = 1 << 20
_LEAST = 0.1
_USUAL = 3


@dataclass(frozen=True, slots=True)
class Leaning:
    """Where one message leans: points by area, and the words that gave them."""

    areas: Mapping[int, float]
    of: Mapping[str, tuple[int, ...]]
    said: Mapping[int, Sequence[tuple[str, float]]]
    usual: tuple[str, ...]
    """The usual categories of the areas it leans to most."""

    def points(self, code: str) -> float:
        """The sum over the areas of a category."""
        return sum(self.areas.get(area, 0.0) for area in self.of.get(code, ()))

    def words(self, code: str) -> list[tuple[str, float]]:
        """The words that speak for a category, loudest first."""
        told: dict[str, float] = {}
        for area in self.of.get(code, ()):
            for word, weight in self.said.get(area, ()):
                told[word] = round(told.get(word, 0.0) + weight, 1)
        return sorted(((w, p) for w, p in told.items() if p > 0), key=lambda pair: (-pair[1], pair[0]))


class Leanings:
    """The areas, made ready once."""

    def __init__(self, areas: Sequence[Area]) -> None:
        self._areas = areas
        self._of: dict[str, tuple[int, ...]] = {}
        for number, area in enumerate(areas):
            for code in area.codes:
                self._of[code] = (*self._of.get(code, ()), number)
        weights: dict[str, list[tuple[int, float]]] = {}
        for number, area in enumerate(areas):
            for word, weight in area.words.items():
                weights.setdefault(word, []).append((number, weight))
        self._words = sorted(weights)
        self._weights = [tuple(weights[word]) for word in self._words]
        self._automaton = AhoCorasick(self._words)
        self._order = {code: n for n, code in enumerate(code for area in areas for code in area.codes)}
        self._cells = self._usual_codes()

    def _usual_codes(self) -> dict[tuple[int, ...], str]:
        """The category that is meant most often among those that belong to the same areas: it stands first in the file."""
        cells: dict[tuple[int, ...], str] = {}
        for area in self._areas:
            for code in area.codes:
                cells.setdefault(self._of[code], code)
        return cells

    def order(self, code: str) -> int:
        """Where a category stands in the file: usual ones first."""
        return self._order.get(code, _UNNAMED)

    def of(self, text: str) -> Leaning:
        """Where a message leans."""
        areas = dict.fromkeys(range(len(self._areas)), 0.0)
        said: dict[int, list[tuple[str, float]]] = {}
        found = {number for number, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True)}
        for number in sorted(found):
            for area, weight in self._weights[number]:
                areas[area] += weight
                said.setdefault(area, []).append((self._words[number], weight))
        if not said:
            return Leaning(areas, self._of, said, ())
        sums = sorted((-sum(map(areas.__getitem__, cell)), cell) for cell in self._cells)
        usual = tuple(self._cells[cell] for points, cell in sums[:_USUAL] if -points >= _LEAST)
        return Leaning(areas, self._of, said, usual)
