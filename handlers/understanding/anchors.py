"""Which words must stand in a text before a regular expression can match it.

An expression is only tried on messages that hold one of its anchors, so one automaton pass replaces hundreds of
searches (the idea of RE2's FilteredRE2). Anchors are necessary, never sufficient: leaving an expression out because no
anchor was seen cannot change a result.
"""

import re
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterable
from typing import Any

_MOST_WORDS = 400
"""A word set larger than this is not followed further."""
_MOST_CHARS = 24
"""A character class larger than this is treated as any character."""

Words = frozenset[str]
_ONE_EMPTY: Words = frozenset({""})


def anchors(pattern: str) -> Words | None:
    """Words of which at least one stands in every match of ``pattern``; None when there is no such set."""
    exact, need = _sequence(parser.parse(pattern))
    return _best([need, exact])


def _sequence(nodes: Iterable[Any]) -> tuple[Words | None, Words | None]:
    """(all texts the sequence can be, or None; words it needs, or None)."""
    found: list[Words | None] = []
    run: Words | None = _ONE_EMPTY
    whole = True
    for node in nodes:
        exact, need = _node(node)
        if exact is not None and run is not None and len(run) * len(exact) <= _MOST_WORDS:
            run = frozenset(a + b for a in run for b in exact)
            continue
        found += [run, need]
        whole = False
        run = exact if exact is not None else _ONE_EMPTY
    if whole:
        return run, None
    found.append(run)
    return None, _best(found)


def _node(node: tuple[Any, Any]) -> tuple[Words | None, Words | None]:
    op, what = str(node[0]), node[1]
    if op == "LITERAL":
        return frozenset({chr(what)}), None
    if op in {"AT", "ASSERT", "ASSERT_NOT"}:
        return _ONE_EMPTY, None
    if op == "IN":
        return _characters(what), None
    if op == "BRANCH":
        return _branches(what[1])
    if op == "SUBPATTERN":
        return _sequence(what[3])
    if op in {"MAX_REPEAT", "MIN_REPEAT"}:
        return _repeat(*what)
    return None, None


def _characters(members: list[tuple[Any, Any]]) -> Words | None:
    if all(str(op) == "LITERAL" for op, _ in members) and len(members) <= _MOST_CHARS:
        return frozenset(chr(what) for _, what in members)
    return None


def _branches(branches: list[Any]) -> tuple[Words | None, Words | None]:
    parts = [_sequence(each) for each in branches]
    exacts = [exact for exact, _ in parts if exact is not None]
    if len(exacts) == len(parts):
        union = frozenset().union(*exacts)
        return (union, None) if len(union) <= _MOST_WORDS else (None, _best([union]))
    needs = [_best([exact, need]) for exact, need in parts]
    if any(need is None for need in needs):
        return None, None
    return None, frozenset().union(*(need for need in needs if need))


def _repeat(least: int, most: Any, inner: Any) -> tuple[Words | None, Words | None]:
    exact, need = _sequence(inner)
    if least == 0:
        return (exact | _ONE_EMPTY, None) if most == 1 and exact is not None else (None, None)
    if least == most == 1:
        return exact, need
    return None, _best([exact, need])


def _best(sets: list[Words | None]) -> Words | None:
    """The most telling set: longest shortest word, then fewest words."""
    usable = [each for each in sets if each and "" not in each]
    if not usable:
        return None
    return _shortest(max(usable, key=lambda each: (min(2, min(map(len, each))), -len(each))))


def _shortest(words: Words) -> Words:
    """Words that hold another word of the set add nothing."""
    return frozenset(w for w in words if not any(o != w and o in w for o in words))


def compile_all(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """Compiled expressions, in order."""
    return tuple(re.compile(each) for each in patterns)
