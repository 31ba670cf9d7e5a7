"""A place's own words: read from what a cadre wrote, and laid over the shipped lexicon. Pure.

The file is described in docs/lexicon.md. What cannot be used is a ``Slip``: a key of a sentence in
``locale/zh_CN/lexicon.toml`` with its blanks, so that the writer is told in his own language.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from models.rules.correcting import categories_named
from models.rules.lexicon import Item, Lexicon

IMPORTED = "imported"
"""What was brought in from spreadsheets: one table for each row."""
KEYS = ("places", "not_requests", "words", "learned", IMPORTED)
IMPORTED_KEYS = ("word", "place", "not_request")
"""Of which an imported row has one."""
LENGTHS = range(2, 21)
"""Characters a word may have: one character stands in too many others, a sentence comes only once."""
HEAVIEST = 3.0
MOST_NAMED = 6
NOT_HERE = "not_here"
"""Kind of evidence of the sayings that are no requests in this place."""
TALK = "private"
"""Kind of evidence of talk that is nobody else's business: beside it the tables are trusted less."""
AGAINST = -0.6
"""What one of them weighs: about what three words of trade weigh (``lexicon/weights.tsv``)."""


@dataclass(frozen=True, slots=True)
class LocalWord:
    """A word of one category. ``factor``: 1 counts like the category's own words, 0 takes a shipped word away."""

    word: str
    category: str
    factor: float = 1.0


class WordKind(StrEnum):
    """What a cadre may add, as the file calls it."""

    WORD = "word"
    PLACE = "place"
    NOT_REQUEST = "not_request"


@dataclass(frozen=True, slots=True)
class AreaWord:
    """One entry that holds in an area and below it, in normalised writing."""

    area: int
    kind: WordKind
    word: str
    category: str = ""
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class LocalWords:
    """Everything in the file that can be used, in normalised writing."""

    words: tuple[LocalWord, ...] = ()
    places: tuple[str, ...] = ()
    not_requests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slip:
    """Something a cadre wrote that cannot be used."""

    key: str
    blanks: Mapping[str, Any]


class _Reader:
    """One file under way."""

    def __init__(self, lexicon: Lexicon, plain: Callable[[str], str]) -> None:
        self.lexicon, self.plain = lexicon, plain
        self.slips: list[Slip] = []
        self.words: dict[tuple[str, str], LocalWord] = {}

    def slip(self, key: str, /, **blanks: Any) -> None:
        self.slips.append(Slip(key, blanks))

    def listed(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        """A list of texts."""
        told = table.get(key, [])
        if not isinstance(told, list) or not all(isinstance(each, str) for each in told):
            self.slip("NOT_A_LIST", key=key)
            return ()
        return tuple(word for each in told if (word := self.usable(each)))

    def usable(self, told: str) -> str:
        """A word in normalised writing, empty when its length cannot be used."""
        word = self.plain(told)
        if len(word) in LENGTHS:
            return word
        self.slip("LENGTH", word=told, least=LENGTHS[0], most=LENGTHS[-1])
        return ""

    def word(self, told: str, wanted: Any, weight: Any) -> None:
        """One word of one category; a later line about the same word takes the place of an earlier one."""
        word = self.usable(told)
        item = self.category(told, wanted)
        good = isinstance(weight, int | float) and not isinstance(weight, bool) and 0 <= weight <= HEAVIEST
        if not good:
            self.slip("WEIGHT", word=told, value=weight, most=f"{HEAVIEST:g}")
        elif word and item is not None:
            self.words[item.code, word] = LocalWord(word, item.code, float(weight))

    def category(self, word: str, wanted: Any) -> Item | None:
        """The one category that is named."""
        if not isinstance(wanted, str):
            self.slip("NO_CATEGORY", word=word)
            return None
        found = categories_named(self.lexicon.items, wanted)
        if len(found) == 1:
            return found[0]
        if found:
            self.slip(
                "WHICH_CATEGORY", word=word, category=wanted, names=[i.name for i in found[:MOST_NAMED]]
            )
        else:
            self.slip("UNKNOWN_CATEGORY", word=word, category=wanted)
        return None


def read_local(
    table: Mapping[str, Any], lexicon: Lexicon, plain: Callable[[str], str]
) -> tuple[LocalWords, tuple[Slip, ...]]:
    """What can be used of a parsed file, and everything that cannot.

    Args:
        table: the TOML table.
        lexicon: the shipped lexicon; its categories are what words may belong to.
        plain: writes a word as the normalised messages have it.
    """
    reader = _Reader(lexicon, plain)
    for key in table:
        if key not in KEYS:
            reader.slip("UNKNOWN_KEY", key=key)
    places, quiet = reader.listed(table, "places"), reader.listed(table, "not_requests")
    _read_words(reader, table.get("words", {}))
    _read_learned(reader, table.get("learned", []))
    brought = _read_imported(reader, table.get(IMPORTED, []))
    places, quiet = (*places, *brought["place"]), (*quiet, *brought["not_request"])
    _check_quiet(reader, quiet)
    return LocalWords(tuple(reader.words.values()), places, quiet), tuple(reader.slips)


def _read_words(reader: _Reader, told: Any) -> None:
    if not isinstance(told, dict):
        reader.slip("NOT_A_TABLE", key="words")
        return
    for word, value in told.items():
        if isinstance(value, dict):
            if unknown := sorted(set(value) - {"category", "weight"}):
                reader.slip("UNKNOWN_KEY", key=f"{word}: {unknown[0]}")
            reader.word(word, value.get("category"), value.get("weight", 1.0))
        else:
            reader.word(word, value, 1.0)


def _read_learned(reader: _Reader, told: Any) -> None:
    """What ``lexicon apply`` wrote; its evidence is for people."""
    if not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
        reader.slip("NOT_A_TABLE", key="learned")
        return
    for each in told:
        reader.word(str(each.get("word", "")), each.get("category"), each.get("weight", 1.0))


def _read_imported(reader: _Reader, told: Any) -> dict[str, list[str]]:
    """What ``lexicon import`` wrote: places and sayings by key; a word's last row takes the place of earlier ones."""
    found: dict[str, list[str]] = {key: [] for key in IMPORTED_KEYS}
    if not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
        reader.slip("NOT_A_TABLE", key=IMPORTED)
        return found
    last: dict[str, Mapping[str, Any]] = {}
    for each in told:
        keys = [key for key in IMPORTED_KEYS if key in each]
        if len(keys) != 1 or not isinstance(each[keys[0]], str):
            reader.slip("NOT_A_TABLE", key=IMPORTED)
        elif keys == ["word"]:
            last[reader.plain(each["word"])] = each
        elif word := reader.usable(each[keys[0]]):
            found[keys[0]].append(word)
    for each in last.values():
        reader.word(each["word"], each.get("category"), each.get("weight", 1.0))
    return found


def _check_quiet(reader: _Reader, quiet: tuple[str, ...]) -> None:
    """Nobody silences an alarm, or a whole category, by a word."""
    if not quiet:
        return
    alarms = {cue: each.name for each in reader.lexicon.emergencies for cue in each.cues}
    owners = {word: item.name for item in reader.lexicon.items for word in (*item.keywords, *item.dialect)}
    for word in quiet:
        # A longer saying may hold such a word; the bare word, or a piece of it, may not be silenced.
        if alarm := next((cue for cue in alarms if word in cue or cue in word), None):
            reader.slip("ALARM", word=word, alarm=alarms[alarm])
        elif owner := next((owners[own] for own in owners if word in own), None):
            reader.slip("SILENCES", word=word, category=owner)


def merge_local(lexicon: Lexicon, local: LocalWords) -> Lexicon:
    """The lexicon with a place's own words; the shipped files stay as they are.

    Local words are taken like dialect: known as they are written, whatever the general dictionary makes of them.
    What is not a request here counts against every category and against a request; it silences no emergency.
    """
    if local == LocalWords():
        return lexicon
    by_category: dict[str, list[LocalWord]] = {}
    for each in local.words:
        by_category.setdefault(each.category, []).append(each)
    items = tuple(_with_words(item, by_category.get(item.code, ()), local) for item in lexicon.items)
    told = {(each.category, each.word): each.factor for each in local.words}
    factors = {key: factor for key, factor in {**lexicon.factors, **told}.items() if factor not in {0.0, 1.0}}
    return replace(
        lexicon,
        items=items,
        places=replace(lexicon.places, names=_longest_first((*lexicon.places.names, *local.places))),
        factors=MappingProxyType(factors),
        evidence=MappingProxyType({**lexicon.evidence, **_with_sayings(lexicon, local.not_requests)}),
        weights=replace(lexicon.weights, marks={**lexicon.weights.marks, f"{NOT_HERE} 1": AGAINST}),
    )


def _with_words(item: Item, words: Iterable[LocalWord], local: LocalWords) -> Item:
    gone = {each.word for each in words if not each.factor}
    keywords, dialect, hints = (
        tuple(word for word in own if word not in gone) for own in (item.keywords, item.dialect, item.hints)
    )
    new = tuple(each.word for each in words if each.factor and each.word not in {*keywords, *dialect})
    return replace(
        item, keywords=keywords, dialect=dialect + new, hints=hints, exclude=item.exclude + local.not_requests
    )


def _with_sayings(lexicon: Lexicon, sayings: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Like talk among neighbours, and with a weight of their own besides."""
    return {kind: lexicon.evidence.get(kind, ()) + sayings for kind in (TALK, NOT_HERE)}


def _longest_first(places: tuple[str, ...]) -> tuple[str, ...]:
    """Longer names first, so that 王家湾老屋 is not taken for 王家湾."""
    return tuple(sorted(set(places), key=lambda name: (-len(name), name)))
