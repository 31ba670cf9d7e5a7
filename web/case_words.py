"""The search field above the cases: what was typed, what it may mean, and where it stands in what is shown."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from models.case_search import Sought
from models.rules.case_words import LONGEST_WORD, MOST_WORDS, fold, words_in
from models.rules.lexicon import Item
from models.rules.town import Town
from web.typed import number_in

SHOWN_BEFORE, SHOWN = 20, 70
"""Letters of a case's words that a list shows: so many before what was found, and so many in all."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The words of the field; ``wrong`` says what to do when they cannot be looked for."""

    words: tuple[str, ...]
    wrong: str = ""

    @property
    def number(self) -> int | None:
        """The number of a case, when nothing else was typed."""
        return number_in(self.words[0].lstrip("#＃")) if len(self.words) == 1 else None


def read(typed: str) -> Typed:
    """What stands in the field."""
    words = words_in(typed)
    if any(len(word) > LONGEST_WORD for word in words):
        return Typed((), f"一个词最多 {LONGEST_WORD} 个字，请写短一点，或用空格分开。")
    if len(words) > MOST_WORDS:
        return Typed((), f"一次最多找 {MOST_WORDS} 个词，请少写几个。")
    return Typed(words)


def meant(words: Iterable[str], items: Mapping[str, Item], town: Town) -> tuple[Sought, ...]:
    """Each word, with the categories and post holders that it may name."""
    return tuple(
        Sought(
            word,
            frozenset(code for code, item in items.items() if fold(word) in fold(item.spoken)),
            frozenset(s.id for s in town.seats.values() if word in _calls(s.title, s.surname)),
        )
        for word in words
    )


def _calls(title: str, surname: str) -> tuple[str, ...]:
    """How a post holder is called: 刘, 组长刘, 刘组长."""
    return (surname, f"{title}{surname}", f"{surname}{title}") if surname else ()


def passage(said: str, words: Iterable[str]) -> str:
    """A piece of what was said, around the first of the words."""
    found = _pattern(words).search(said)
    begin = max(found.start() - SHOWN_BEFORE, 0) if found else 0
    end = begin + SHOWN
    return ("…" if begin else "") + said[begin:end].replace("\n", " ") + ("…" if end < len(said) else "")


def marked(said: str, words: Iterable[str]) -> Markup:
    """The words of a search marked in something that is shown; all of it is escaped."""
    parts = _pattern(words).split(said)
    return Markup().join(
        Markup("<mark>{}</mark>").format(one) if number % 2 else escape(one)
        for number, one in enumerate(parts)
    )


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Any of the words, the longest first; without any, what stands nowhere."""
    known = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(f"({known or '(?!)'})", re.IGNORECASE | re.ASCII)
