"""定稿: a monthly edition is frozen with its numbers, rows and definitions, and stays whatever changes later."""

from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlmodel import col

from handlers.intents import Intent
from handlers.registry import handles
from handlers.reports import ensure_own, meeting_of, open_rows, reckon
from handlers.work import Reply, Work
from models.report_editions import EditionView, edition_of, editions_of
from models.report_rows import accusing, complaints_among
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.report_editions import Counted, Edition, packed
from models.rules.report_periods import Period, PeriodUnclear, period_coded
from models.rules.report_rows import ReportRow
from models.rules.report_sections import sections
from models.rules.reporting import Tier, reporting_scope
from models.tables import ReportEdition


@dataclass(frozen=True, slots=True)
class FreezeReport(Intent):
    """The month's report of an area is final; ``month`` as in 2025-07."""

    area: int
    month: str


def prepare_edition(ask: FreezeReport, work: Work) -> bytes:
    """The edition's content, counted before the transaction: a month of a township takes seconds.

    As a township sees it, whoever freezes; once for everybody, and once more for each whom a case in it complains about.

    Raises:
        Refusal: it is none of the asker's areas, or no month that has begun.
    """
    ensure_own(work, ask.area)
    try:
        period = period_coded(ask.month)
    except PeriodUnclear as unclear:
        raise Refusal(RefusalKind.NOT_CLEAR, "REPORT_MONTH_DM") from unclear
    if period.kind != "month":
        raise Refusal(RefusalKind.NOT_CLEAR, "REPORT_MONTH_DM")
    if period.span.start >= work.now:
        raise Refusal(RefusalKind.NOT_NOW, "REPORT_NOT_YET_DM")
    everybody = _counted(work, ask.area, period, None)
    complaints = complaints_among(work.store.session, everybody.edition().cases)
    accused = sorted({person for people in complaints.values() for person in people})
    return packed(everybody, {person: _counted(work, ask.area, period, person) for person in accused})


@handles(FreezeReport, may=Permission.CASE_DISPATCH, prepare=prepare_edition)
def freeze_report(ask: FreezeReport, work: Work) -> Reply:
    """An earlier edition of the month stays as it is."""
    content = work.prepared if isinstance(work.prepared, bytes) else prepare_edition(ask, work)
    version = _last_version(work, ask) + 1
    work.store.session.add(
        ReportEdition(
            area_id=ask.area, period=ask.month, version=version, person_id=work.actor.person, at=work.now,
            content=content,
        )
    )  # fmt: skip
    return Reply("REPORT_FROZEN_DM", version=version)


def _counted(work: Work, area: int, period: Period, person: int | None) -> Counted:
    """The month as it is told to a person, without what complains about them; None: with everything."""
    told = replace(work, actor=replace(work.actor, person=person))
    register, still_open = list[ReportRow](), list[ReportRow]()
    reckoning = reckon(told, area, period, take=register.extend, tier=Tier.TOWN)
    open_rows(told, area, reckoning, still_open.extend, Tier.TOWN)
    written = sections(meeting_of(told, area, period, reckoning, Tier.TOWN))
    return Counted(reckoning, tuple(written), tuple(register), tuple(row.no for row in still_open))


def _last_version(work: Work, ask: FreezeReport) -> int:
    here = (col(ReportEdition.area_id) == ask.area, col(ReportEdition.period) == ask.month)
    return int(
        work.store.session.execute(select(func.max(col(ReportEdition.version))).where(*here)).scalar() or 0
    )


def editions_here(work: Work, area: int, period: str) -> list[EditionView]:
    """Frozen editions of an area and a month, the latest first. Raises Refusal: it is none of the asker's areas."""
    ensure_own(work, area)
    return editions_of(work.store.session, reporting_scope(work.actor, work.town), area, period)


def edition_here(work: Work, edition: int) -> tuple[EditionView, Edition]:
    """One of them with its content, as it was counted for whoever asks.

    Where something in it complains about them that did not when it was frozen, it is counted again up to that moment.
    Raises Refusal: there is none within the asker's reach.
    """
    found = edition_of(work.store.session, reporting_scope(work.actor, work.town), edition)
    if found is None:
        raise Refusal(RefusalKind.NOT_FOUND, "REPORT_NO_AREA_DM")
    view, content = found
    ensure_own(work, view.area)
    if accusing(work.store.session, work.actor.person, content.cases):
        then = replace(work, now=content.until)
        return view, _counted(then, view.area, period_coded(view.period), work.actor.person).edition()
    return view, content
