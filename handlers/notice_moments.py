"""When a notice goes: words become a moment or a series, and what the cadre sees of it before agreeing."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from handlers.case_steps.desk import joined
from handlers.work import Work
from models.rules.moments import Once, UnclearMoment, read_moment, read_schedule
from models.rules.pacing import SHANGHAI, is_quiet, next_local
from models.rules.refusals import Refusal, RefusalKind
from models.rules.series import Firing, OnDaysOff, firings, first_five, is_cron, knows_days_off, series_of

USUAL = time(9)
"""When a notice goes whose hour nobody said; the preview says so."""
EMERGENCY = "emergency"
PLAIN = frozenset({"SKIPS_MONTHS", "NOT_ANNOUNCED", "TOO_OFTEN"})
"""Refusals that do not repeat the words."""


@dataclass(frozen=True, slots=True)
class When:
    """A first moment (ISO; empty: now) and how it repeats (empty: once). ``usual``: nobody said the hour."""

    at: str = ""
    again: str = ""
    usual: bool = False


def when_said(words: str, level: str, work: Work, said_at: datetime | None = None) -> When:
    """What these words mean, as they were said at ``said_at`` (now); the quiet hours move it later, when it is planned.

    Raises:
        Refusal: they are not plain; the sentence gives an example.
    """
    if not words:
        return When()
    days, at = work.standing.days, said_at or work.now
    try:
        try:
            read, usual = read_moment(words, at, days), False
        except UnclearMoment as unclear:
            if unclear.why != "no_time":
                raise
            read, usual = read_schedule(words, at, days, USUAL), True
    except UnclearMoment as unclear:
        key = f"MOMENT_{unclear.why.upper()}_DM"
        blanks = {} if unclear.why.upper() in PLAIN else {"words": words}
        raise Refusal(RefusalKind.NOT_CLEAR, key, **blanks) from unclear
    if isinstance(read, Once):
        return When("" if read.at <= work.now else read.at.isoformat(), "", usual)
    first = following(work, read.expression, work.now, level)
    if first is None:
        raise Refusal(RefusalKind.NOT_CLEAR, "MOMENT_NEVER_DM", words=words)
    return When(first.isoformat(), read.expression, usual)


def following(work: Work, again: str, after: datetime, level: str) -> datetime | None:
    """The next moment of a series, never in the quiet hours unless it is an emergency; None: none is known."""
    quiet = "" if level == EMERGENCY else work.pace.quiet
    found = firings(again, after, work.standing.days, quiet, work.pace.notice_opens_at)
    return next((firing.at for firing in found), None)


def out_of_the_night(work: Work, at: datetime, level: str) -> datetime:
    """The moment itself, or the end of the quiet hours it lies in."""
    if level == EMERGENCY or not is_quiet(at, work.pace.quiet):
        return at
    return next_local(at, work.pace.notice_opens_at)


def series_tips(work: Work, again: str, words: str, level: str) -> list[tuple[str, dict[str, Any]]]:
    """What the preview says of a series: its next five moments, and whether days off may still move them."""
    five, unsure = five_moments(work, again, level)
    return [("NOTICE_TIP_REPEAT", {"words": words, "list": joined(work, five)}), *unsure]


def five_moments(work: Work, again: str, level: str) -> tuple[list[str], list[tuple[str, dict[str, Any]]]]:
    """The next five moments of a series in words, and whether days off may still move them."""
    quiet, days = "" if level == EMERGENCY else work.pace.quiet, work.standing.days
    five = first_five(again, work.now, days, quiet, work.pace.notice_opens_at)
    unsure: list[tuple[str, dict[str, Any]]] = []
    if five and not knows_days_off(again, five[-1].at, days):
        unsure.append(("NOTICE_TIP_NOT_ANNOUNCED", {"year": five[-1].at.astimezone(SHANGHAI).year}))
    return [moment_words(work, firing, again) for firing in five], unsure


def moment_words(work: Work, firing: Firing, again: str = "") -> str:
    """``12月5日周五08:00``, and why it is another day or hour than was said."""
    texts, local = work.standing.texts, firing.at.astimezone(SHANGHAI)
    why = ""
    if firing.woken:
        why = texts.render("FIRING_WOKEN", {})
    elif firing.moved and not is_cron(again):
        why = texts.render(
            "FIRING_EARLIER" if series_of(again).move is OnDaysOff.BEFORE else "FIRING_LATER", {}
        )
    weekday = texts.render("WEEKDAY_NAMES", {})[local.weekday()]
    blanks = {"month": local.month, "day": local.day, "weekday": weekday, "clock": f"{local:%H:%M}"}
    return texts.render("FIRING_DAY", {**blanks, "why": why})
