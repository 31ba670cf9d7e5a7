"""Which words must stand in a text before a regular expression can match it.

An expression is only tried on messages that hold one of its anchors, so one automaton pass replaces hundreds of
searches (the idea of RE2's FilteredRE2). Anchors are necessary, never sufficient: leaving an expression out because no
anchor was seen cannot change a result.
"""

import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Callable, Iterable
from typing import Any

from models.rules.expressions import Expression, Needs, digest, known, read, remember

_MOST_WORDS = 400
"""A word set larger than this is not followed further."""
_MOST_CHARS = 24
"""A character class larger than this is treated as any character."""

_EVERYDAY = 256.0
"""In about so many of ten thousand lines a frequent word or character is met; the others by their length.

Powers of two, so that sums come out the same in whatever order a set is walked through."""
_BY_LENGTH = {1: 32.0, 2: 0.25}
_LONG = 0.125
# What everyday messages are made of, as code points: handlers hold no Chinese.
_CHARACTERS = bytes.fromhex(
    "7684 4e86 6211 4e0d 662f 4f60 5728 6709 8fd9 4e2a 4eba 5c31 597d 90fd 6ca1 8981 5230 4e00 53bb"
    "6765 5417 90a3 8bf4 4e5f 4eec 5927 4e0a 4e2d 5bb6 770b 8fd8 4f1a 80fd 53ef 5f97 4e0b 5929 4e48"
    "8fc7 884c 6253 5bf9 0021 002c 3002 003f 0020 002e 0031 0032 0033 7ed9 5403 8001 91cc 5feb 628a"
    "8f66 70b9 53eb 8ba9 7740 8c01 6c34 8def 5b66 5c06 51fa 624b 5f00 6c14 7535"
).decode("utf-16-be")
_EVERYDAY_WORDS = bytes.fromhex(
    "4eca 5929 0020 660e 5929 0020 73b0 5728 0020 6211 4eec 0020 665a 4e0a 0020 81ea 5df1 0020 53ef"
    "4ee5 0020 56de 5bb6 0020 597d 4e86 0020 4e00 4e0b 0020 5230 4e86 0020 6765 4e86 0020 6211 5728"
    "0020 6211 53bb 0020 6211 5c31 0020 6211 8981 0020 7535 8bdd 0020 5b66 6821 0020 8fd8 662f 0020"
    "770b 5230 0020 4e0d 4f1a 0020 8001 5e08 0020 95ee 9898 0020 65f6 5019 0020 4ed6 4eec 0020 5e2e"
    "6211 0020 6709 4eba 0020 5bb6 91cc 0020 4ec0 4e48 65f6 5019 0020 600e 4e48 6837 0020 6ca1 6709"
    "0020 4e0d 77e5 0020 6ce8 610f 0020 6211 6765 0020 8d70 4e86 0020 51fa 53bb 0020 4eca 665a 0020"
    "9a6c 4e0a 0020 6628 5929 0020 4e2d 5348 0020 4e0b 5348 0020 4e0a 5348 0020 65e9 4e0a 0020 6211"
    "5bb6 0020 5927 5bb6 0020 8c01 5bb6 0020 8fd8 5728 0020 5f88 591a 0020 4e0d 89c1"
).decode("utf-16-be")
_FREQUENT = frozenset(_CHARACTERS) | frozenset(_EVERYDAY_WORDS.split())

Words = frozenset[str]
_Sets = tuple[Words, ...]
"""Sets of which a match holds a word each, rarest first."""
_ONE_EMPTY: Words = frozenset({""})
_MOST_NEEDS = 4
_AT_BEGINNING = (parser.AT, parser.AT_BEGINNING)


def needs(pattern: str) -> Needs:
    """What must stand in a text before ``pattern`` can match it; worked out once for each expression."""
    found = known(pattern)
    if found is None:
        found = work_out(pattern)
        remember({digest(pattern): found})
    return found


def work_out(pattern: str) -> Needs:
    """The same, from the expression itself."""
    exact, sets = _sequence(read(pattern))
    rarest = _rarest([*sets, exact])
    beside = tuple(frozenset(min(word, key=_often) for word in words) for words in rarest[1:])
    return Needs(_heads(pattern), rarest[0] if rarest else None, beside)


def _heads(pattern: str) -> tuple[str, ...] | None:
    nodes = list(read(pattern))
    if not nodes or nodes[0] != _AT_BEGINNING:
        return None
    run = _ONE_EMPTY
    for kind, what in nodes[1:]:
        exact, _ = _node(kind, what)
        if exact is None or len(run) * len(exact) > _MOST_WORDS:
            break
        run = frozenset(a + b for a in run for b in exact)
    return None if "" in run else tuple(sorted(_beginnings(run)))


def _beginnings(words: Words) -> Words:
    """Without words that begin with another one."""
    return frozenset(word for word in words if not any(word[:at] in words for at in range(1, len(word))))


def _sequence(nodes: Iterable[Any]) -> tuple[Words | None, _Sets]:
    """(all texts the sequence can be, or None; words it needs)."""
    found: list[Words | None] = []
    run, written = _ONE_EMPTY, ""
    whole = True
    for kind, what in nodes:
        if kind is parser.LITERAL:
            written += chr(what)
            continue
        run, written = _followed(run, written), ""
        exact, sets = _node(kind, what)
        if exact is not None and len(run) * len(exact) <= _MOST_WORDS:
            run = frozenset(a + b for a in run for b in exact)
            continue
        found += [run, *sets]
        whole = False
        run = exact if exact is not None else _ONE_EMPTY
    run = _followed(run, written)
    if whole:
        return run, ()
    found.append(run)
    return None, _rarest(found)


def _followed(run: Words, written: str) -> Words:
    return frozenset(each + written for each in run) if written else run


def _node(kind: Any, what: Any) -> tuple[Words | None, _Sets]:
    """One node: (all texts it can be, or None; words it needs). An unknown kind can be anything."""
    look = _NODES.get(kind)
    return look(what) if look else (None, ())


def _characters(members: list[tuple[Any, Any]]) -> Words | None:
    if all(kind is parser.LITERAL for kind, _ in members) and len(members) <= _MOST_CHARS:
        return frozenset(chr(what) for _, what in members)
    return None


def _branches(branches: list[Any]) -> tuple[Words | None, _Sets]:
    parts = [_sequence(each) for each in branches]
    exacts = [exact for exact, _ in parts if exact is not None]
    if len(exacts) == len(parts):
        union = frozenset().union(*exacts)
        return (union, ()) if len(union) <= _MOST_WORDS else (None, _rarest([union]))
    needed = [_rarest([*sets, exact]) for exact, sets in parts]
    if not all(needed):
        return None, ()
    # A branch that needs less than the others says so twice.
    return None, tuple(
        frozenset().union(*(sets[min(n, len(sets) - 1)] for sets in needed))
        for n in range(max(map(len, needed)))
    )


def _repeat(least: int, most: Any, inner: Any) -> tuple[Words | None, _Sets]:
    exact, sets = _sequence(inner)
    if least == 0:
        return (exact | _ONE_EMPTY, ()) if most == 1 and exact is not None else (None, ())
    if least == most == 1:
        return exact, sets
    return None, _rarest([*sets, exact])


def _rarest(sets: list[Words | None]) -> _Sets:
    """The sets that will be met least often."""
    usable = [_shortest(each) for each in sets if each and "" not in each]
    return tuple(sorted(usable, key=_commonness)[:_MOST_NEEDS])


def _commonness(words: Words) -> float:
    """A guess at how often one of ``words`` is met: short words and everyday characters often, long words rarely."""
    return sum(map(_often, words))


def _often(word: str) -> float:
    return _EVERYDAY if word in _FREQUENT else _BY_LENGTH.get(len(word), _LONG)


def _shortest(words: Words) -> Words:
    """Words that hold another word of the set add nothing."""
    lengths = sorted({len(word) for word in words})
    if len(lengths) == 1:
        return words
    return frozenset(word for word in words if not _holds_another(word, words, lengths))


def _holds_another(word: str, words: Words, lengths: list[int]) -> bool:
    for length in lengths:
        if length >= len(word):
            return False
        if any(word[at : at + length] in words for at in range(len(word) - length + 1)):
            return True
    return False


def compile_all(patterns: Iterable[str]) -> tuple[Expression, ...]:
    """Expressions, in order."""
    return tuple(map(Expression, patterns))


_NODES: dict[Any, Callable[[Any], tuple[Words | None, _Sets]]] = {
    parser.LITERAL: lambda what: (frozenset(chr(what)), ()),
    parser.AT: lambda _: (_ONE_EMPTY, ()),
    parser.ASSERT: lambda _: (_ONE_EMPTY, ()),
    parser.ASSERT_NOT: lambda _: (_ONE_EMPTY, ()),
    parser.IN: lambda what: (_characters(what), ()),
    parser.BRANCH: lambda what: _branches(what[1]),
    parser.SUBPATTERN: lambda what: _sequence(what[3]),
    parser.MAX_REPEAT: lambda what: _repeat(*what),
    parser.MIN_REPEAT: lambda what: _repeat(*what),
}
