"""定稿: a monthly edition is frozen with its numbers, rows and definitions, and stays whatever changes later."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import col

from handlers.intents import Intent
from handlers.registry import handles
from handlers.reports import ensure_own, meeting_of, open_rows, reckon
from handlers.work import Reply, Work
from models.report_editions import EditionView, edition_of, editions_of
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind
from models.rules.report_editions import Edition, packed
from models.rules.report_periods import PeriodUnclear, period_coded
from models.rules.report_rows import ReportRow
from models.rules.report_sections import sections
from models.rules.reporting import Tier, reporting_scope
from models.tables import ReportEdition


@dataclass(frozen=True, slots=True)
class FreezeReport(Intent):
    """The month's report of an area is final; ``month`` as in 2025-07."""

    area: int
    month: str


@handles(FreezeReport, may=Permission.CASE_DISPATCH)
def freeze_report(ask: FreezeReport, work: Work) -> Reply:
    """As a township sees it, whoever freezes; an earlier edition of the month stays as it is."""
    ensure_own(work, ask.area)
    try:
        period = period_coded(ask.month)
    except PeriodUnclear as unclear:
        raise Refusal(RefusalKind.NOT_CLEAR, "REPORT_MONTH_DM") from unclear
    if period.kind != "month":
        raise Refusal(RefusalKind.NOT_CLEAR, "REPORT_MONTH_DM")
    if period.span.start >= work.now:
        raise Refusal(RefusalKind.NOT_NOW, "REPORT_NOT_YET_DM")
    register: list[ReportRow] = []
    reckoning = reckon(work, ask.area, period, take=register.extend, tier=Tier.TOWN)
    written = sections(meeting_of(work, ask.area, period, reckoning, Tier.TOWN))
    still_open: list[ReportRow] = []
    open_rows(work, ask.area, reckoning, still_open.extend, Tier.TOWN)
    version = _last_version(work, ask) + 1
    work.store.session.add(
        ReportEdition(
            area_id=ask.area, period=period.code, version=version, person_id=work.actor.person, at=work.now,
            content=packed(reckoning, written, register, [row.no for row in still_open]),
        )
    )  # fmt: skip
    return Reply("REPORT_FROZEN_DM", version=version)


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
    """One of them with its content. Raises Refusal: there is none within the asker's reach."""
    found = edition_of(work.store.session, reporting_scope(work.actor, work.town), edition)
    if found is None:
        raise Refusal(RefusalKind.NOT_FOUND, "REPORT_NO_AREA_DM")
    ensure_own(work, found[0].area)
    return found
