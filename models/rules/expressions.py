"""Regular expressions of the lexicon: read when the program starts, compiled when one is first tried.

Reading finds nearly every mistake and is a third of the work of compiling; of hundreds of expressions a message tries a
handful.
"""

import re
import re._parser as parser  # type: ignore[import-not-found]
from functools import cache
from typing import Any

_LOOKS_BEHIND = "(?<"
_METHODS = ("search", "match", "fullmatch", "finditer", "sub")


@cache
def read(pattern: str) -> Any:
    """The expression as a tree; read once, so that checking it and looking for its words is one effort.

    Raises:
        re.error: the expression is broken.
    """
    if _LOOKS_BEHIND in pattern:
        re.compile(pattern)  # only compiling finds a look-behind of no fixed width
    return parser.parse(pattern)


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
