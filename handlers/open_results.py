"""办理公开: a month's results on a page for everybody, in words that somebody with the right approved; down in one click."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Work
from models.open_results import Edition, Told, editions, names_in, tellable
from models.rules import metrics
from models.rules.open_results import MOST_MATTERS, Counts, Matter, Published, fit_for_all, unfit
from models.rules.pacing import shanghai_date
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.report_periods import Period, PeriodUnclear, period_coded
from models.rules.scope import speaking_scope
from models.secrets import new_link_token
from models.tables import OpenResults


@dataclass(frozen=True, slots=True)
class PublishResults(Intent):
    """These results of an area's month stand in the open, in these words; ``matters``: case number and words of each."""

    area: int
    month: str
    matters: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class WithdrawResults(Intent):
    """A published edition is taken down."""

    edition: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What could be published. ``matters``: ended cases with the result as everybody may read it; empty where it may not."""

    period: Period
    counts: Counts
    matters: tuple[Matter, ...]
    left: int
    """Ended cases beyond those."""


@handles(PublishResults, may=Permission.NOTICE_SEND)
def publish_results(ask: PublishResults, work: Work) -> None:
    """What was approved is kept word for word; an earlier edition of the month gives way to it."""
    draft = draft_of(work, ask.area, ask.month)
    kinds = {each.no: each.kind for each in draft.matters}
    if gone := next((no for no, _ in ask.matters if no not in kinds), None):
        raise Refusal(RefusalKind.NOT_NOW, "RESULTS_NOT_THIS", no=gone)
    chosen = tuple(Matter(no, kinds[no], " ".join(words.split())) for no, words in ask.matters)
    bad = unfit(chosen, work.town.seats.values()) or _naming(work, chosen)
    if bad is not None:
        raise Refusal(RefusalKind.NOT_CLEAR, "RESULTS_WORDS", no=bad.no)
    for row in _up(work, ask.area, draft.period.code):
        row.withdrawn_at, row.withdrawn_by = work.now, work.actor.person
    until = draft.period.span.until(work.now).end
    published = Published(draft.counts, chosen, until, _post_of(work))
    work.store.session.add(
        OpenResults(
            area_id=ask.area, period=draft.period.code, token=new_link_token(), content=published.kept(),
            approved_by=work.actor.person, at=work.now,
        )
    )  # fmt: skip


@handles(WithdrawResults, may=Permission.NOTICE_SEND)
def withdraw_results(ask: WithdrawResults, work: Work) -> None:
    """At once: whoever opens it reads that it was taken down."""
    row = work.store.session.get(OpenResults, ask.edition)
    if row is None:
        raise Refusal(RefusalKind.NOT_FOUND, "BOARD_NO_AREA_DM")
    _ensure_own(work, row.area_id)
    if row.withdrawn_at is not None:
        raise Refusal(RefusalKind.NOT_NOW, "RESULTS_DOWN")
    row.withdrawn_at, row.withdrawn_by = work.now, work.actor.person


def draft_of(work: Work, area: int, month: str) -> Draft:
    """What of a month could be published; counts leave out what is private, as the list does.

    Raises:
        Refusal: none of the asker's areas, no month, or one that is still to come.
    """
    _ensure_own(work, area)
    try:
        period = period_coded(month)
    except PeriodUnclear as unclear:
        raise Refusal(RefusalKind.NOT_CLEAR, "RESULTS_MONTH") from unclear
    if period.kind != "month" or period.span.start >= work.now:
        raise Refusal(RefusalKind.NOT_CLEAR, "RESULTS_MONTH")
    received, ended, waiting = _counted(work, area, period)
    told = tellable(work.store.session, {*received, *ended, *waiting})
    counts = Counts(*(len({*those} & told.keys()) for those in (received, ended, waiting)))
    with_result = [told[no] for no in sorted({*ended} & told.keys()) if told[no].has_result]
    matters = tuple(_matter(work, each) for each in with_result[:MOST_MATTERS])
    return Draft(period, counts, matters, max(len(with_result) - MOST_MATTERS, 0))


def editions_of(work: Work, area: int) -> list[Edition]:
    """What was published of an area. Raises Refusal: it is none of the asker's."""
    _ensure_own(work, area)
    return editions(work.store.session, area)


def _matter(work: Work, told: Told) -> Matter:
    words = fit_for_all(told.result, work.town.seats.values())
    return Matter(told.no, work.standing.items[told.category].name, words)


def _counted(work: Work, area: int, period: Period) -> tuple[list[int], list[int], list[int]]:
    """Numbers of what came in, what has a result and what was still open, as reports count them (decision 0055)."""
    span = period.span.until(work.now)
    received, ended, waiting = list[int](), list[int](), list[int]()
    for part in work.store.happened_in_parts(sorted(work.town.downward(area)), span, work.timetable):
        received += [case.no for case in metrics.valid(part, span)]
        ended += metrics.coverage(part, span).under
        waiting += [case.no for case in metrics.still_open(part, span)]
    return received, ended, waiting


def _naming(work: Work, matters: tuple[Matter, ...]) -> Matter | None:
    """The first that names somebody we know."""
    names = names_in(work.store.session, "\n".join(each.words for each in matters))
    return next((each for each in matters if any(name in each.words for name in names)), None)


def _up(work: Work, area: int, period: str) -> Iterator[OpenResults]:
    same = (col(OpenResults.area_id) == area, col(OpenResults.period) == period)
    found = select(OpenResults).where(*same, col(OpenResults.withdrawn_at).is_(None)).with_for_update()
    yield from work.store.session.execute(found).scalars().all()


def _post_of(work: Work) -> str:
    """The post of whoever approves, never a name; empty: the operator."""
    on = shanghai_date(work.now)
    seats = work.town.seats_of(work.actor.person, on) if work.actor.person is not None else ()
    return next((f"{work.town.areas[seat.area].name}{seat.title}" for seat in seats), "")


def _ensure_own(work: Work, area: int) -> None:
    """Raises Refusal: the asker may not speak to this area."""
    if area not in work.town.areas or not speaking_scope(work.actor, work.town).reaches(area):
        raise Refusal(RefusalKind.NOT_FOUND, "BOARD_NO_AREA_DM")
