"""How pressing a request is beyond its category: danger, weather, persons at risk, how long, how many (urgencies.toml)."""

import re
from datetime import timedelta

from handlers.understanding.terms import Scan, Vocabulary
from models.lexicon import Lexicon
from models.rules.decision import Because, Details
from models.rules.expressions import Expression
from models.rules.spoken import Raise
from models.rules.told import Told
from models.rules.urgency import URGENCY_ORDER, Urgency

WORDS = "raise"
RISKS = "risk"
_MAY_RISE = frozenset({Urgency.U2, Urgency.U3})
"""Questions and suggestions wait; what is urgent already cannot rise: only an emergency is U0."""
_NO_POINTS = 0.0
"""A reason for haste says nothing about the category."""


class Pressing:
    """The table of reasons for haste, made ready once; pure afterwards."""

    def __init__(self, raises: tuple[Raise, ...], night: tuple[str, ...]) -> None:
        """``night``: words of the hours of sleep."""
        self._rows = raises
        self._by_case: dict[tuple[Urgency, str], tuple[Raise, ...]] = {}
        self._night = Expression("|".join(map(re.escape, night)))

    @staticmethod
    def learn(lexicon: Lexicon, context: Vocabulary) -> None:
        """Put the words of the rows and of persons at risk into the second pass."""
        for row in lexicon.raises:
            if row.words:
                context.add_patterns(WORDS, row.name, ["|".join(row.words)])
        for code, patterns in lexicon.told.risk.items():
            context.add_patterns(RISKS, code, ["|".join(patterns)])

    def raised(
        self, urgency: Urgency | None, category: str, text: str, seen: Scan, details: Details
    ) -> tuple[Urgency | None, Because]:
        """The urgency, and the row with its words when one raised it: (name: words, 0).

        ``seen`` is what the second pass found.
        """
        rows = self._possible(urgency, category)
        if not rows:
            return urgency, ()
        said = {each.key: each.found for each in seen.matches.get(WORDS, ())}
        risks = seen.keys(RISKS)
        for row in rows:
            if (row.words and row.name not in said) or (row.risk and risks.isdisjoint(row.risk)):
                continue
            reasons = self._reasons(row, said.get(row.name), text, details.told)
            if reasons is not None:
                return row.to, tuple((f"{row.name}: {each}", _NO_POINTS) for each in reasons)
        return urgency, ()

    def _possible(self, urgency: Urgency | None, category: str) -> tuple[Raise, ...]:
        """The rows that could raise it."""
        if urgency not in _MAY_RISE:
            return ()
        known = self._by_case.get((urgency, category))
        if known is None:
            order = URGENCY_ORDER[urgency]
            known = tuple(
                r for r in self._rows if URGENCY_ORDER[r.to] < order and category.startswith(r.categories)
            )
            self._by_case[urgency, category] = known
        return known

    def _reasons(self, row: Raise, words: re.Match[str] | None, text: str, told: Told) -> list[str] | None:
        """The words by which each condition of the row is met; None when one is not."""
        met: list[str | None] = []
        if words is not None:
            met.append(words.group())
        if row.risk:
            met.append(next((word for code, word in told.at_risk if code in row.risk), None))
        if row.night:
            met.append(found.group() if (found := self._night.search(text)) else None)
        if row.hours:
            long = told.since and told.since.lasting and told.since.lasting >= timedelta(hours=row.hours)
            met.append(told.since.words if told.since and long else None)
        if row.whole or row.households:
            many = told.whole in row.whole or (row.households and (told.households or 0) >= row.households)
            met.append(told.affected if many else None)
        return [each for each in met if each] if all(met) else None
