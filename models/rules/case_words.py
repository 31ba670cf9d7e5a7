"""What a case can be found by: its characters, every two that stand beside each other, and what kind of case it is.

Two characters, because Chinese words are mostly two and are not set apart: whatever LIKE finds holds all the pairs of
the word it looks for. A token names its characters by their code points, so that punctuation, digits and rare
characters are found like any other and no database takes a token apart. Capital letters A to Z count as small ones.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from models.rules.urgency import Urgency

LONGEST_WORD = 20
MOST_WORDS = 6
"""So many words are looked for at once."""
BLOCK = 65_536
"""So many numbers of cases share the beginning of all their tokens in PostgreSQL's index."""
PARTS = {"t": 1024, "v": 16_384}
"""So many of a block share one more token, of each size."""
GAPS = frozenset(" \n\r\t\u3000")
"""Nobody can type these inside a word: what follows one has no pair with what was before."""
HURRIED = frozenset({Urgency.U0, Urgency.U1})
_FOLD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
Tokens = tuple[str, ...]


def fold(words: str) -> str:
    """As words are compared."""
    return words.translate(_FOLD)


def words_in(typed: str) -> tuple[str, ...]:
    """The words of a search field, each once, in their order."""
    return tuple(dict.fromkeys("".join(c if c.isprintable() else " " for c in typed).split()))


def pairs_in(words: str) -> frozenset[str]:
    """Tokens of what was said: each character, and each with the one behind it."""
    return frozenset(_pairs(words))


def _pairs(words: str) -> list[str]:
    letters = [(one in GAPS, f"{ord(one):06x}") for one in f"{fold(words)}\n"]
    pairs = [code + then for (gap, code), (ends, then) in pairwise(letters) if not gap and not ends]
    return [*pairs, *(code for gap, code in letters if not gap)]


def area_token(area: int) -> str:
    """Cases of one place."""
    return f"g{area}"


def category_token(code: str) -> str:
    """Cases of one category."""
    return f"k{code.lower()}"


def seat_token(seat: int) -> str:
    """Cases that lie with one appointment, are kept or were claimed by it."""
    return f"s{seat}"


def part_token(part: str, nth: int) -> str:
    """Cases with numbers near each other: the nth part of this size, counted from number 0."""
    return f"{part}{nth}"


URGENT_TOKEN = "u1"  # noqa: S105 - a token of an index


@lru_cache(8)
def case_tokens(
    text: str, place: str, result: str, area: int, category: str, urgency: str, *seats: int | None
) -> str:
    """All of a case's tokens but the one of its number, with spaces between; ``seats``: with whom it lies.

    The triggers ask several times for the same one.
    """
    marks = [area_token(area), category_token(category)]
    marks += [seat_token(seat) for seat in seats if seat is not None]
    marks += [URGENT_TOKEN] if urgency in HURRIED else []
    return " ".join(dict.fromkeys([*marks, *_pairs(f"{text}\n{place}\n{result}")]))


def tokens_beyond(some: str, others: str) -> str:
    """Those of ``some`` that are not among the others."""
    known = frozenset(others.split())
    return " ".join([token for token in some.split() if token not in known])


@dataclass(frozen=True, slots=True)
class Choice:
    """Any of these may hold; each holds where all its tokens stand."""

    ways: tuple[Tokens, ...]


def any_of(tokens: Collection[str]) -> Choice:
    """One of these tokens stands there."""
    return Choice(tuple((token,) for token in sorted(tokens)))


def holding(word: str) -> Tokens:
    """What stands wherever LIKE finds a word, in any of a case's texts: pairs that hold all its characters.

    Pairs that overlap would say hardly more, and each list of cases that is read costs.
    """
    letters = [f"{ord(one):06x}" for one in fold(word)]
    if len(letters) == 1:
        return (letters[0],)
    begins = [*range(0, len(letters) - 2, 2), len(letters) - 2]
    return tuple(dict.fromkeys(letters[at] + letters[at + 1] for at in begins))


def as_fts5(choices: Iterable[Choice]) -> str:
    """All of these choices in the language of SQLite's FTS5."""
    return _spelled(choices, " AND ", " OR ")


def as_tsquery(choices: Iterable[Choice], block: int) -> str:
    """The same in PostgreSQL's, of the cases of one block."""
    begins = f"{block:x}."
    named = [Choice(tuple(tuple(begins + token for token in way) for way in one.ways)) for one in choices]
    return _spelled(named, " & ", " | ")


def _spelled(choices: Iterable[Choice], both: str, either: str) -> str:
    return both.join("(" + either.join(f"({both.join(way)})" for way in one.ways) + ")" for one in choices)
