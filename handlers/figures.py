"""How a place does, in a few sentences with their denominators: privately or in a working group, for one's own areas only."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.case_steps.desk import joined
from handlers.case_steps.taking_part import kinds_of_work
from handlers.intents import Intent
from handlers.registry import handles
from handlers.work import Work
from models.rules import metrics
from models.rules.audiences import AudienceUnclear, path_of, read_audience
from models.rules.following_up import LISTED_AFTER, index_of
from models.rules.happened import Happened
from models.rules.metrics import Share
from models.rules.pacing import SHANGHAI
from models.rules.periods import USUAL, Span, span_named
from models.rules.permissions import Permission
from models.rules.refusals import Refusal, RefusalKind

LONGEST_MONTH = 31
MOST_NAMED = 6
"""Channels or kinds named in one sentence."""


@dataclass(frozen=True, slots=True)
class ShowStats(Intent):
    """Figures of a span ("本月"), of an area below one's own; ``rates``: the three rates alone."""

    period: str = ""
    area: str = ""
    rates: str = ""


@handles(ShowStats, may=Permission.CASE_RESOLVE)
def show_stats(ask: ShowStats, work: Work) -> None:
    """Figures are of areas, never of persons (metrics.toml person_ranking); residents' groups do not hear them."""
    areas, name = _areas(ask, work)
    whole = span_named(ask.period, work.now)
    span = whole.until(work.now)
    happened = work.store.happened(areas, span, work.timetable)
    period = ask.period or USUAL
    _tell(
        work, "STATS_RATES", area=name, period=period, response=_said(work, metrics.response_rate(happened, span)),
        solved=_said(work, metrics.resolve_rate(happened, span)),
        satisfied=_said(work, metrics.satisfaction(happened, span)),
        covered=_said(work, metrics.coverage(happened, span)),
    )  # fmt: skip
    if ask.rates:
        return
    _tell(work, "STATS_WORK", **_work_done(work, happened, span))
    _tell(work, "STATS_VOICES", **_voices(work, happened, span))
    _tell_sources(work, happened, span)
    _tell_work(work, happened, span)
    _tell_phone_round(work, areas, whole)


def _areas(ask: ShowStats, work: Work) -> tuple[list[int], str]:
    """The asker's own areas and all below them, or the one named among these.

    Raises:
        Refusal: no such area, or not one of the asker's.
    """
    own = [work.town.seats[s].area for s in work.actor.seats]
    try:
        named = read_audience(ask.area, work.town, own).areas
    except AudienceUnclear as unclear:
        raise Refusal(RefusalKind.NOT_CLEAR, "STATS_AREA_DM", area=ask.area) from unclear
    inside = {below for area in named for below in work.town.downward(area.id)}
    return sorted(inside), joined(work, [path_of(area, work.town) for area in named[:3]])


def _work_done(work: Work, happened: Happened, span: Span) -> dict[str, Any]:
    reported = metrics.self_close_rate(happened, span)
    hours = metrics.first_contact_hours(happened, span)
    middle, late = metrics.percentile(hours, 0.5), metrics.percentile(hours, 0.9)
    texts = work.standing.texts
    few = middle is None or late is None
    contact = (
        texts.render("STATS_FEW_CONTACTS", {"n": len(hours)})
        if few
        else texts.render("STATS_CONTACTS", {"n": len(hours), "half": middle, "most": late})
    )
    return {
        "valid": len(metrics.valid(happened, span)), "withdrawn": metrics.withdrawn(happened, span),
        "claimed": _said(work, metrics.claim_on_time(happened, span)), "contact": contact,
        "ontime": _said(work, metrics.closed_on_time(happened, span)), "reported": _said(work, reported),
    }  # fmt: skip


def _voices(work: Work, happened: Happened, span: Span) -> dict[str, Any]:
    by = {name: metrics.satisfaction(happened, span, name) for name in ("effect", "duration", "attitude")}
    confirmed = metrics.resolve_rate(happened, span)
    apart = metrics.gap(metrics.self_close_rate(happened, span), confirmed)
    doubt = apart is not None and apart > metrics.SUSPICIOUS_GAP
    return {
        "n": by["effect"].denominator, **{name: f"{share.numerator:g}" for name, share in by.items()},
        "reopened": _said(work, metrics.reopen_rate(happened, span)),
        "up": _said(work, metrics.escalation_rate(happened, span)),
        "repeated": _said(work, metrics.repeat_rate(happened, span)), "partly": confirmed.halves,
        "gap": work.standing.texts.render("STATS_GAP", {"points": f"{apart:.0f}"}) if doubt else "",
    }  # fmt: skip


def _tell_sources(work: Work, happened: Happened, span: Span) -> None:
    """What came in by chat and what was written down elsewhere (seed A14); nothing where all came by chat."""
    offline = metrics.offline_sources(happened, span)
    if offline:
        away = sum(offline.values())
        online = len(metrics.valid(happened, span)) - away
        _tell(work, "STATS_SOURCES", online=online, offline=away, list=_listed(work, offline))


def _tell_work(work: Work, happened: Happened, span: Span) -> None:
    """By the kinds of work that the place counts, in its own order (seed D06)."""
    counted = Counter(work.standing.items[c.category].focus for c in metrics.valid(happened, span))
    kinds = {kind: counted[kind] for kind in kinds_of_work(work.town.preset) if counted[kind]}
    if kinds:
        _tell(work, "STATS_KINDS", list=_listed(work, kinds))


def _listed(work: Work, counted: Mapping[str, int]) -> str:
    texts = work.standing.texts
    said = [texts.render("STATS_OF", {"name": name, "n": n}) for name, n in counted.items()]
    return joined(work, said[:MOST_NAMED])


def _said(work: Work, share: Share) -> str:
    """``18/20（90%）``; of few only the counts."""
    counted = {"n": f"{share.numerator:g}", "of": share.denominator}
    if share.percent is None:
        return work.standing.texts.render("STATS_COUNTS", counted)
    return work.standing.texts.render("STATS_SHARE", {**counted, "percent": f"{share.percent:.0f}"})


def _tell_phone_round(work: Work, areas: list[int], whole: Span) -> None:
    """The month's phone sample, and follow-ups nobody made."""
    first = whole.start.astimezone(SHANGHAI)
    index = index_of(work.store.outcomes_of_month(f"{first:%Y-%m}", areas))
    a_month = first.day == 1 and 1 < (whole.end - whole.start).days <= LONGEST_MONTH
    if a_month and index.reached:
        _tell(
            work, "STATS_PHONE", n=index.sampled, reached=index.reached, solved=index.solved,
            partly=index.partly, percent=index.percent,
        )  # fmt: skip
    missed = work.store.not_asked(areas, work.now - LISTED_AFTER)
    if missed:
        _tell(work, "STATS_NOT_ASKED", n=missed)


def _tell(work: Work, key: str, **blanks: Any) -> None:
    room = work.room
    if room is not None and room.of_leaders:
        work.tell_room(room.id, key, **blanks)
    else:
        work.tell(work.actor.identity, key, **blanks)
