"""Who: how many are affected, who is at risk, who is complained about."""

from handlers.understanding.anchors import compile_all
from handlers.understanding.moments_said import NumberReader
from handlers.understanding.terms import Likely
from models.rules.expressions import Expression
from models.rules.spoken import ToldWords
from models.rules.told import Accused

_LOOK_BACK = 4
"""Characters before a number that say it counts something else (五保户, 第三家)."""


class PeopleReader:
    """The tables of people, made ready once; pure afterwards."""

    def __init__(self, words: ToldWords) -> None:
        self._number = NumberReader(words.numbers)
        self._households = compile_all(words.households)
        self._persons = compile_all(words.persons)
        self._least = words.least
        self._not_counted_after = Expression(words.not_counted_after)
        self._whole = [(code, Expression(pattern)) for code, pattern in words.whole.items()]
        self._risk = [(code, Expression("|".join(patterns))) for code, patterns in words.risk.items()]
        self._accused = [(party, compile_all(patterns)) for party, patterns in words.accused.items()]
        self.expressions = (
            *self._households, *self._persons, *(whole for _, whole in self._whole),
            *(risk for _, risk in self._risk), *(each for _, patterns in self._accused for each in patterns),
        )  # fmt: skip
        """All of them: the caller says which are worth trying on a text (``terms.Gate``)."""

    def households(self, text: str, likely: Likely) -> tuple[int, str] | None:
        """(how many households, the words), the largest number said."""
        return self._largest(text, self._households, likely)

    def persons(self, text: str, likely: Likely) -> tuple[int, str] | None:
        """(how many persons, the words), the largest number said."""
        return self._largest(text, self._persons, likely)

    def whole(self, text: str, likely: Likely) -> tuple[str, str] | None:
        """(what is affected as a whole, the words); of several the first in the text."""
        found = [
            (each.start(), code, each.group())
            for code, whole in self._whole
            if whole in likely and (each := whole.search(text))
        ]
        return min(found)[1:] if found else None

    def at_risk(self, text: str, likely: Likely) -> tuple[tuple[str, str], ...]:
        """Each kind of person at risk once, with the word that said so."""
        return tuple(
            (code, each.group())
            for code, risk in self._risk
            if risk in likely and (each := risk.search(text))
        )

    def accused(self, text: str, likely: Likely) -> tuple[Accused, ...]:
        """Each party once, with the words that name it."""
        kept: list[Accused] = []
        for party, patterns in self._accused:
            tried = (pattern.search(text) for pattern in patterns if pattern in likely)
            found = next((each for each in tried if each), None)
            if found:
                kept.append(Accused(party, found["who"]))
        return tuple(kept)

    def _largest(self, text: str, patterns: tuple[Expression, ...], likely: Likely) -> tuple[int, str] | None:
        counted = [
            (int(self._number.read(found["n"])), found.group())
            for pattern in patterns
            if pattern in likely
            for found in pattern.finditer(text)
            if not self._not_counted_after.search(text[max(0, found.start() - _LOOK_BACK) : found.start()])
        ]
        return max((each for each in counted if each[0] >= self._least), default=None)
