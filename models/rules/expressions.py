"""Regular expressions of the lexicon: read when the program starts, compiled when one is first tried.

Reading finds nearly every mistake and is a third of the work of compiling; of hundreds of expressions a message tries a
handful. What was worked out of an expression depends on nothing but the expression, so it is kept beside the lexicon
(``expressions.json``, written by ``python -m bot.reference``): a start reads only the expressions that are new.
"""

import hashlib
import re
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

_LOOKS_BEHIND = "(?<"
_ASSERTS = "ASSERT"
_MOST_OPENERS = 64
"""A range of more characters is any character."""
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


def openers(pattern: str) -> frozenset[str] | None:
    """The characters with which a match can begin; None: any character, or none at all.

    Raises:
        re.error: the expression is broken.
    """
    first, may_be_empty = _openers(read(pattern))
    return None if may_be_empty else first


def _openers(nodes: Any) -> tuple[frozenset[str] | None, bool]:
    """(characters a match of the nodes can begin with, None: any; whether it can be empty)."""
    found: set[str] = set()
    for kind, what in nodes:
        first, may_be_empty = _FIRST.get(kind, lambda _: (None, False))(what)
        if first is None:
            return None, False
        found |= first
        if not may_be_empty:
            return frozenset(found), False
    return frozenset(found), True


def _of_class(members: Any) -> tuple[frozenset[str] | None, bool]:
    found: set[str] = set()
    for kind, what in members:
        low, high = what if kind is parser.RANGE else (what, what)
        if kind not in {parser.LITERAL, parser.RANGE} or high - low > _MOST_OPENERS:
            return None, False
        found.update(map(chr, range(low, high + 1)))
    return frozenset(found), False


def _of_branches(branches: Any) -> tuple[frozenset[str] | None, bool]:
    each = [_openers(branch) for branch in branches]
    if any(first is None for first, _ in each):
        return None, False
    return frozenset().union(*(first or () for first, _ in each)), any(empty for _, empty in each)


def _of_repeat(what: Any) -> tuple[frozenset[str] | None, bool]:
    least, _most, inner = what
    first, may_be_empty = _openers(inner)
    return first, may_be_empty or least == 0


_NOWHERE: tuple[frozenset[str], bool] = (frozenset(), True)
_FIRST: dict[Any, Callable[[Any], tuple[frozenset[str] | None, bool]]] = {
    parser.LITERAL: lambda what: (frozenset({chr(what)}), False),
    parser.IN: _of_class,
    parser.BRANCH: lambda what: _of_branches(what[1]),
    parser.SUBPATTERN: lambda what: _openers(what[3]),
    parser.MAX_REPEAT: _of_repeat,
    parser.MIN_REPEAT: _of_repeat,
    parser.AT: lambda _: _NOWHERE,
    parser.ASSERT: lambda _: _NOWHERE,
    parser.ASSERT_NOT: lambda _: _NOWHERE,
}


class Needs(NamedTuple):
    """What must stand in a text before an expression can match it."""

    heads: tuple[str, ...] | None
    """Texts of which one must stand at the beginning; None: the match may stand anywhere."""
    anchors: frozenset[str] | None
    """Words of which one must stand somewhere; None: there is no such set."""
    companions: tuple[frozenset[str], ...]
    """Characters: of each set one must stand somewhere too."""


_KNOWN: dict[str, Needs] = {}
_ASKED: set[str] = set()


def digest(pattern: str) -> str:
    """The name of an expression in the table of what is known of them."""
    return hashlib.sha1(pattern.encode(), usedforsecurity=False).hexdigest()[:16]


def remember(table: Mapping[str, Needs]) -> None:
    """Have what was worked out before, by digest: these expressions need not be read again."""
    _KNOWN.update(table)


def known(pattern: str) -> Needs | None:
    """What is remembered of an expression."""
    _ASKED.add(pattern)
    return _KNOWN.get(digest(pattern))


def check(pattern: str) -> None:
    """See that an expression can be used.

    Raises:
        re.error: it is broken.
    """
    if known(pattern) is None:
        read(pattern)


def asked() -> frozenset[str]:
    """Every expression that was asked for so far (forget)."""
    return frozenset(_ASKED)


def forget() -> None:
    """Let go of the trees and of what was asked: they are only needed while tables are made ready."""
    read.cache_clear()
    _ASKED.clear()


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
