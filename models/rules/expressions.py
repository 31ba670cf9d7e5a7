"""Regular expressions of the lexicon: read when the program starts, compiled when one is first tried.

Reading finds nearly every mistake and is a third of the work of compiling; of hundreds of expressions a message tries a
handful.
"""

import re
import re._parser as parser  # type: ignore[import-not-found]
from functools import cache
from typing import Any

_LOOKS_BEHIND = "(?<"
_ASSERTS = "ASSERT"
_METHODS = ("search", "match", "fullmatch", "finditer", "sub")


@cache
def read(pattern: str) -> Any:
    """The expression as a tree; read once, so that checking it and looking for its words is one effort.

    Raises:
        re.error: the expression is broken.
    """
    tree = parser.parse(pattern)
    if _LOOKS_BEHIND in pattern and not _fixed_behind(tree):
        re.compile(pattern)  # raises with the compiler's own words
    return tree


def _fixed_behind(node: Any) -> bool:
    """Whether every look-behind has one width; parsing alone does not find one that has not."""
    if not isinstance(node, tuple | list | parser.SubPattern):
        return True
    if isinstance(node, tuple) and str(node[0]).startswith(_ASSERTS):
        direction, inside = node[1]
        low, high = inside.getwidth()
        return (direction > 0 or low == high) and _fixed_behind(inside)
    return all(_fixed_behind(each) for each in node)


def forget() -> None:
    """Let go of the trees: they are only needed while tables are made ready."""
    read.cache_clear()


class Expression:
    """A regular expression that is compiled when it is first used; afterwards as fast as the compiled one."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self.pattern)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)
