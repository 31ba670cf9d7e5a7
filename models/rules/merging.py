"""When two requests are one (domain state_machine.toml [merge]).

Outages arrive by the dozen and are joined by themselves; other likenesses are joined when the second resident says so
("我家也是", "有人报了吗") or a person merges them, after a hint to the responsible person alone; private matters are never
joined.
"""

from datetime import timedelta

AUTOMATIC = frozenset({"A01", "A03", "A04", "A08", "F03"})
NEVER = frozenset({"E05", "H05", "G01", "G02", "J05", "K05"})
_WINDOW_H = {
    "A01": 24,
    "A03": 24,
    "A04": 24,
    "A08": 24,
    "B02": 72,
    "C01": 24,
    "C03": 48,
    "C07": 12,
    "F03": 24,
}
_DEFAULT_WINDOW_H = 168
LIKENESS = 0.35
"""Least bigram Jaccard of two texts that speak of one thing when no place decides."""
UNDO_WITHIN = timedelta(days=7)
"""So long after a merge either case may become one of its own again."""


def window_of(category: str) -> timedelta:
    """How far apart two reports of one thing may lie."""
    return timedelta(hours=_WINDOW_H.get(category, _DEFAULT_WINDOW_H))


def bigrams(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters, spaces ignored."""
    packed = "".join(text.split())
    return frozenset(packed[i : i + 2] for i in range(len(packed) - 1))


def likeness(one: str, other: str) -> float:
    """Jaccard index of character bigrams, 0…1."""
    a, b = bigrams(one), bigrams(other)
    return len(a & b) / len(a | b) if a and b else 0.0


def same_place(one: str, other: str) -> bool:
    """Whether one of two place names contains the other; an unnamed place contradicts nothing."""
    return not one or not other or one in other or other in one


def may_be_one(one: str, place: str, other: str, other_place: str) -> bool:
    """Whether two requests of one category deserve a hint: the same named place, or much the same words."""
    named = bool(place and other_place)
    return same_place(place, other_place) if named else likeness(one, other) >= LIKENESS
