"""Where: chains of parts that stand side by side, in the words they were said with."""

import re
from collections.abc import Iterator

from handlers.understanding.anchors import compile_all
from handlers.understanding.terms import Gate
from models.rules.expressions import Expression
from models.rules.spoken import PlaceWords

_MOST_PLACES = 4
_LONGEST = 30
"""Characters of one place: what is longer is a sentence."""
_MARKS = " ,.;:!?~()\n"
_VEIL = "\x01"
_BETWEEN = 2
"""Characters of 之间, 中间."""
_LOOK_BACK = 6
"""Characters before a place that may say it is only where the speaker lives."""


class PlaceFinder:
    """The table of places, made ready once; pure afterwards."""

    def __init__(self, words: PlaceWords) -> None:
        self._parts = compile_all(words.parts)
        self._gate = Gate(self._parts)
        self._names = Expression(f"(?:{'|'.join(map(re.escape, words.names))})(?:{words.side})?")
        self._has_names = bool(words.names)
        self._veil = Expression("|".join(words.veil))
        self._not_places = compile_all(words.not_place)
        self._glue = frozenset({"", " ", *words.glue})
        self._reach = frozenset(words.reach)
        self._both = frozenset(words.both)
        self._between = Expression(words.between)
        self._tail = Expression(words.tail)
        self._lives = Expression(words.lives)
        self._pointing = Expression(f"{words.pointing}$")
        self._loose = _MARKS + "".join(words.glue)

    def find(self, text: str) -> tuple[str, ...]:
        """Place phrases as they were written, in order, at most four; where the speaker only lives comes last."""
        kept: list[str] = []
        homes: list[str] = []
        for start, end in self._chains(text):
            words = self._bare(text[start:end])
            if not words or words in kept:
                continue
            said_home = self._lives.search(text[max(0, start - _LOOK_BACK) : start])
            (homes if said_home else kept).append(words)
        return tuple([*kept, *(each for each in homes if each not in kept)][:_MOST_PLACES])

    def _chains(self, text: str) -> Iterator[tuple[int, int]]:
        """Where each place begins and ends, with what points at it more closely (那个路口)."""
        veiled = self._veil.sub(lambda found: _VEIL * len(found.group()), text)
        likely = self._gate.passed(veiled)
        found = [each.span() for part in self._parts if part in likely for each in part.finditer(veiled)]
        if self._has_names:
            found += [each.span() for each in self._names.finditer(text)]
        chains: list[tuple[int, int]] = []
        for start, end in sorted(found):
            if chains and (joined := self._joined(text, chains[-1], (start, end))):
                chains[-1] = joined
            else:
                chains.append((start, end))
        for start, end in chains:
            closer = self._tail.match(text[end : end + _LONGEST])
            yield start, end + closer.end() if closer else end

    def _joined(self, text: str, one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int] | None:
        """Two parts as one place: overlapping, side by side, the ends of a stretch, or with the place between them."""
        start, end = one[0], max(one[1], other[1])
        gap = text[one[1] : other[0]] if other[0] > one[1] else ""
        if gap in self._glue or gap in self._reach:
            return start, end
        if gap not in self._both:
            return None
        if crossing := self._between.match(text[other[1] : other[1] + _LONGEST]):
            return start, other[1] + crossing.end()
        # 3号楼和4号楼中间: what lies between them was read as beside the second.
        return (start, end) if self._between.search(text[other[0] : end][-_BETWEEN:]) else None

    def _bare(self, words: str) -> str:
        """Without spaces, marks and pointing words; empty when nothing is left that says where."""
        bare = words.replace(" ", "").strip(self._loose)
        bare = self._pointing.sub("", bare)
        for each in self._not_places:
            bare = each.sub("", bare)
        return bare.strip(self._loose) if len(bare) <= _LONGEST else ""
