"""Reports of a period and an area of one's own: figures, the cases behind each, and what is written of them.

Nothing here writes: pages ask through ``Dispatch.look``, and whoever freezes an edition asks in his own piece of work.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from handlers.case_steps.taking_part import kinds_of_work
from handlers.work import Work
from models.report_extras import beside_cases
from models.report_rows import cases_between, report_rows
from models.rules import metrics
from models.rules.audiences import long_path_of
from models.rules.happened import CaseFacts
from models.rules.permissions import Permission
from models.rules.reckoning import Reckoning, Sorts
from models.rules.refusals import Refusal, RefusalKind
from models.rules.report_figures import PRIVATE
from models.rules.report_periods import Period
from models.rules.report_rows import ReportRow
from models.rules.report_sections import MOST_NAMED, MOST_STUCK, Meeting, Names
from models.rules.reporting import Tier, reporting_scope, tier_of

BATCH = 500
"""Rows read and handed on at a time."""
Take = Callable[[list[ReportRow]], None]


def ensure_own(work: Work, area: int) -> None:
    """Raises Refusal: reports are not for this post, or the area is none of one's own."""
    if Permission.CASE_RESOLVE not in work.actor.permissions:
        raise Refusal(RefusalKind.NOT_ALLOWED, "POST_MAY_NOT_DM", contact=work.town.contact)
    if area not in work.town.areas or not reporting_scope(work.actor, work.town).reaches(area):
        raise Refusal(RefusalKind.NOT_FOUND, "REPORT_NO_AREA_DM")


def reckon(
    work: Work,
    area: int,
    period: Period,
    *,
    keep: bool = True,
    take: Take | None = None,
    tier: Tier | None = None,
) -> Reckoning:
    """Every figure of what has passed of the period, in the area and all below it.

    ``take`` is handed every row of the register on the way, so many at a time, in the order the cases came in.

    Raises:
        Refusal: it is none of the asker's areas.
    """
    ensure_own(work, area)
    span = period.span.until(work.now)
    found = Reckoning(span, sorted_into(work, area), keep)
    areas = sorted(work.town.downward(area))
    for part in work.store.happened_in_parts(areas, span, work.timetable, but=work.actor.person):
        found.add(part)
        if take is not None:
            numbers = [case.no for case in metrics.received(part, span)]
            rows = rows_of(work, area, numbers, tier)
            take([rows[no] for no in numbers if no in rows])
    return found


def sorted_into(work: Work, area: int) -> Sorts:
    """By kind of work, first and second level, and by the areas directly below; of private ones only where."""
    town, items = work.town, work.standing.items
    directly = {below: child for child in town.children.get(area, ()) for below in town.downward(child)}

    def sorts(case: CaseFacts) -> Iterator[tuple[str, str]]:
        yield "area", str(directly.get(case.area, area))
        if case.private:
            yield from (("l1", PRIVATE), ("l2", PRIVATE))
            return
        item = items[case.category]
        yield from (("focus", item.focus), ("l1", item.parent), ("l2", item.code), ("type", case.hotline))

    return sorts


def rows_of(work: Work, area: int, numbers: Iterable[int], tier: Tier | None = None) -> dict[int, ReportRow]:
    """Cases by number, with as much of a person as the asker's post allows, or as little as ``tier``."""
    scope = reporting_scope(work.actor, work.town)
    shown = tier or tier_of(work.actor, work.town, area)
    return report_rows(work.store.session, scope, work.town, shown, numbers)


def meeting_of(
    work: Work, area: int, period: Period, reckoning: Reckoning, tier: Tier | None = None
) -> Meeting:
    """What the month's material is written from."""
    shown, areas = tier or tier_of(work.actor, work.town, area), sorted(work.town.downward(area))
    late = sorted(reckoning.numbers("overdue", "over") or ())
    stuck = sorted(reckoning.numbers("stuck", "over") or ())
    named = rows_of(work, area, [*late[:MOST_NAMED], *stuck[:MOST_STUCK]], shown)
    return Meeting(
        period, reckoning, names_of(work, area),
        beside_cases(work.store.session, areas, work.town, shown, reckoning.span), named,
        _valid_in(work, areas, period.before()), _valid_in(work, areas, period.year_before()),
    )  # fmt: skip


def names_of(work: Work, area: int) -> Names:
    """What codes are called in a report of this area."""
    names = {str(below): long_path_of(below, work.town) for below in work.town.downward(area)}
    kinds = {code: item.name for code, item in work.standing.items.items()}
    return Names(work.standing.groups, kinds, names, kinds_of_work(work.town.preset))


def _valid_in(work: Work, areas: Sequence[int], period: Period) -> int:
    span = period.span.until(work.now)
    parts = work.store.happened_in_parts(areas, span, work.timetable, but=work.actor.person)
    return sum(len(metrics.valid(part, span)) for part in parts)


def received_about(work: Work, area: int, period: Period) -> int:
    """How many cases a report will have, about: without looking at each. Raises Refusal: it is none of the asker's areas."""
    ensure_own(work, area)
    return cases_between(work.store.session, work.town.downward(area), period.span)


def open_rows(work: Work, area: int, reckoning: Reckoning, take: Take, tier: Tier | None = None) -> None:
    """Hand on what was still open at the end of the period, the longest waiting first."""
    numbers = sorted(reckoning.numbers("open", "over") or ())
    for first in range(0, len(numbers), BATCH):
        some = numbers[first : first + BATCH]
        rows = rows_of(work, area, some, tier)
        take([rows[no] for no in some if no in rows])
