"""Since when: spans (三天了, 好几天), moments (从昨晚, 国庆那天) and what comes again and again (一到下雨就)."""

import re
from datetime import timedelta

from handlers.understanding.anchors import compile_all
from handlers.understanding.terms import Likely
from models.rules.expressions import Expression
from models.rules.spoken import MomentRow, Numbers, ToldWords
from models.rules.told import Moment, SaidTime

_LOOK_AROUND = 8
"""Characters beside a span that say whether it is meant as "for so long already"."""
_HALF = 0.5


class NumberReader:
    """Numbers as people write them; of a vague one the smaller guess."""

    def __init__(self, numbers: Numbers) -> None:
        self._digits = {digit: value for value, digit in enumerate(numbers.digits)} | dict(numbers.twins)
        self._powers = dict(numbers.powers)
        self._vague = dict(numbers.vague)

    def read(self, words: str) -> float:
        """The number; of two neighbours (三四天) the first, of 十几 one more than ten."""
        if words.isdecimal():
            return float(words)
        if words in self._vague:
            return float(self._vague[words])
        total, last, seen = 0.0, 0.0, False
        for each in words:
            if each in self._powers:
                total += (last or 1) * self._powers[each]
                last, seen = 0.0, False
            elif each in self._vague:
                last = last or (1.0 if total else float(self._vague[each]))
            elif not seen:
                last, seen = float(self._digits.get(each, 0)), True
        return total + last


class MomentReader:
    """The tables of spans and moments, made ready once; pure afterwards."""

    def __init__(self, words: ToldWords) -> None:
        spans = words.spans
        self._number = NumberReader(words.numbers)
        units = "|".join(map(re.escape, sorted(spans.units, key=len, reverse=True)))
        self._span = Expression(
            rf"{spans.approx}{spans.number}(?P<more>{spans.more}){spans.measure}(?P<half>{spans.half})?"
            rf"{spans.more}{spans.measure}(?P<unit>{units})"
        )
        self._units = dict(spans.units)
        self._fixed = Expression("|".join(map(re.escape, sorted(spans.fixed, key=len, reverse=True))))
        self._hours = dict(spans.fixed)
        self._before = Expression(spans.before)
        self._after = Expression(spans.after)
        self._not_before = Expression(spans.not_before)
        self._not_after = Expression(spans.not_after)
        self._moments = [(row, Expression(row.pattern)) for row in words.moments]
        self._parts = dict(words.parts)
        self._ordinary = words.ordinary_hour
        self._recurring = compile_all(words.recurring)
        self.expressions = (
            self._span, self._fixed, *(pattern for _, pattern in self._moments), *self._recurring
        )  # fmt: skip
        """All that stand for themselves: the caller says which are worth trying on a text (``terms.Gate``)."""

    def since(self, text: str, likely: Likely) -> SaidTime | None:
        """How long it has lasted: the longest span said, else the first row of moments that is said."""
        spans: list[SaidTime] = [
            *(self._counted(text) if self._span in likely else ()),
            *(self._said_whole(text) if self._fixed in likely else ()),
        ]
        if spans:
            return max(spans, key=lambda said: said.lasting or timedelta())
        for row, pattern in self._moments:
            if pattern in likely and (found := pattern.search(text)):
                return SaidTime(found.group(), moment=self._moment(row, found))
        return None

    def recurring(self, text: str, likely: Likely) -> str:
        """The words that say it comes again and again; empty when none do."""
        found = [e for pattern in self._recurring if pattern in likely and (e := pattern.search(text))]
        return min(found, key=re.Match.start).group() if found else ""

    def _counted(self, text: str) -> list[SaidTime]:
        said = []
        for found in self._span.finditer(text):
            if self._means_already(text, found.start(), found.end()):
                count = self._number.read(found["n"]) + (_HALF if found["half"] else 0)
                said.append(SaidTime(found.group(), timedelta(hours=count * self._units[found["unit"]])))
        return said

    def _said_whole(self, text: str) -> list[SaidTime]:
        return [
            SaidTime(found.group(), timedelta(hours=self._hours[found.group()]))
            for found in self._fixed.finditer(text)
            if self._means_already(text, found.start(), found.end())
        ]

    def _means_already(self, text: str, start: int, end: int) -> bool:
        before, after = text[max(0, start - _LOOK_AROUND) : start], text[end : end + _LOOK_AROUND]
        if self._not_before.search(before) or self._not_after.search(after):
            return False
        return bool(self._before.search(before) or self._after.search(after))

    def _moment(self, row: MomentRow, found: re.Match[str]) -> Moment:
        said = {name: words for name, words in found.groupdict().items() if words}
        hour = next(
            (self._parts[words] for name, words in said.items() if name.startswith("part")), self._ordinary
        )
        numbers = {
            name: int(self._number.read(said[name])) for name in ("month", "day", "weekday") if name in said
        }
        weekday = numbers.get("weekday", 0) or 7
        return Moment(
            unit=row.unit, back=row.back, month=numbers.get("month", row.month), day=numbers.get("day", row.day),
            weekday=weekday, hour=hour, dates=row.dates,
        )  # fmt: skip
