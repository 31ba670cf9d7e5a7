"""Makes a failing week short: leaves things out as long as it still fails in the same way (delta debugging)."""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from tests.faults.happenings import Fault, Happening

T = TypeVar("T")
Fails = Callable[[list[Happening]], bool]


def same_fault(wrong: str) -> str:
    """What kind of fault it is, without moments and numbers."""
    return re.sub(r"\d+", "#", re.sub(r"^[\d-]+ [\d:]+Z ", "", wrong))


def shortest(happenings: Sequence[Happening], fails: Fails, most: int) -> list[Happening]:
    """The shortest part, in the same order, found in at most so many tries.

    Faults are left out first: what is said between them is easier to leave out when little breaks.
    """
    left = _Tries(fails, most)
    script = list(happenings)
    if not left.fails(script):
        return script  # it does not fail again: chance had a part in it, and the whole of it is all there is to see
    for kind in (Fault, None):
        fixed = [each for each in script if kind and not isinstance(each, kind)]
        loose = [each for each in script if each not in fixed]
        kept = fewest(loose, lambda some, fixed=fixed: left.fails(_in_order(script, [*fixed, *some])))  # noqa: B023
        script = _in_order(script, [*fixed, *kept])
    return script


def fewest(items: Sequence[T], fails: Callable[[list[T]], bool]) -> list[T]:
    """The fewest of these that still fail: halves are left out first, then ever smaller pieces, then single ones."""
    kept, pieces = list(items), 2
    if fails([]):
        return []
    while len(kept) >= 2:
        size = -(-len(kept) // pieces)
        for start in range(0, len(kept), size):
            rest = kept[:start] + kept[start + size :]
            if fails(rest):
                kept, pieces = rest, max(pieces - 1, 2)
                break
        else:
            if size == 1:
                break
            pieces = min(2 * pieces, len(kept))
    return kept


class _Tries:
    """Counts; when they are used up nothing fails any more, and what was reached stays."""

    def __init__(self, fails: Fails, most: int) -> None:
        self._fails, self._left = fails, most

    def fails(self, script: list[Happening]) -> bool:
        """Whether this week fails too."""
        self._left -= 1
        return self._left >= 0 and self._fails(script)


def _in_order(whole: Sequence[Happening], some: Sequence[Happening]) -> list[Happening]:
    chosen = {id(each) for each in some}
    return [each for each in whole if id(each) in chosen]
