"""The three rates of this month for the console's first page: the same figures as in chat and in reports."""

from collections.abc import Collection
from dataclasses import dataclass

from handlers.work import Work
from models.rules import metrics
from models.rules.metrics import Share
from models.rules.periods import USUAL, span_named


@dataclass(frozen=True, slots=True)
class Rates:
    """响应率, 解决率, 满意率 and how many of those closed were asked at all (reports.md §2)."""

    response: Share
    solved: Share
    satisfied: Share
    covered: Share


def rates_of(work: Work, areas: Collection[int], but: int | None) -> Rates:
    """Rates of this month so far in these areas; what complains about the person ``but`` is not in them."""
    span = span_named(USUAL, work.now).until(work.now)
    happened = work.store.happened(sorted(areas), span, work.timetable, but=but, repeats=False)
    return Rates(
        metrics.response_rate(happened, span),
        metrics.resolve_rate(happened, span),
        metrics.satisfaction(happened, span),
        metrics.coverage(happened, span),
    )
