"""How pressing a request is beyond its category: danger, weather, persons at risk, how long, how many (urgencies.toml)."""

import re
from datetime import timedelta

from models.rules.expressions import Expression
from models.rules.spoken import Raise
from models.rules.told import Told
from models.rules.urgency import URGENCY_ORDER, Urgency

Reasons = tuple[tuple[str, float], ...]
_MAY_RISE = frozenset({Urgency.U2, Urgency.U3})
"""Questions and suggestions wait; what is urgent already cannot rise: only an emergency is U0."""
_NO_POINTS = 0.0
"""A reason for haste says nothing about the category."""


class Pressing:
    """The table of reasons for haste, made ready once; pure afterwards."""

    def __init__(self, raises: tuple[Raise, ...], night: tuple[str, ...]) -> None:
        self._rows = [(row, Expression("|".join(row.words)) if row.words else None) for row in raises]
        self._night = Expression("|".join(map(re.escape, night)))

    def raised(
        self, urgency: Urgency | None, category: str, text: str, told: Told
    ) -> tuple[Urgency | None, Reasons]:
        """The urgency, and the row with its words when one raised it: (name: words, 0)."""
        if urgency not in _MAY_RISE:
            return urgency, ()
        for row, words in self._rows:
            if URGENCY_ORDER[row.to] >= URGENCY_ORDER[urgency] or not category.startswith(row.categories):
                continue
            reasons = self._reasons(row, words, text, told)
            if reasons is not None:
                return row.to, tuple((f"{row.name}: {each}", _NO_POINTS) for each in reasons)
        return urgency, ()

    def _reasons(self, row: Raise, words: Expression | None, text: str, told: Told) -> list[str] | None:
        """The words by which each condition of the row is met; None when one is not."""
        met: list[str | None] = []
        if words is not None:
            met.append(found.group() if (found := words.search(text)) else None)
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
