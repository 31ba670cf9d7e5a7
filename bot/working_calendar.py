"""The working days of the place that the settings describe, and what `check` and `doctor` say about them."""

from collections.abc import Iterator
from datetime import datetime

from bot.findings import Finding, good, note
from bot.settings import CalendarSettings
from models.holidays import public_working_days
from models.rules.pacing import shanghai_date
from models.rules.working_days import WorkingDays

ANNOUNCED_BY = 12
"""Month by which the next year's holidays have been announced (the notices came in October and November)."""


def place_days(calendar: CalendarSettings) -> WorkingDays:
    """The public calendar, and over it what the place set."""
    return public_working_days().with_local(calendar.days_off, calendar.working_days)


def check_calendar(calendar: CalendarSettings) -> Iterator[Finding]:
    """Whether what the place set changes anything."""
    public = public_working_days()
    yield good(
        f"public holidays known {min(public.years)}-{max(public.years)}; "
        f"set here: {len(calendar.days_off)} days off, {len(calendar.working_days)} working days"
    )
    for name, days, idle in (
        ("days_off", calendar.days_off, [d for d in calendar.days_off if public.why_off(d)]),
        ("working_days", calendar.working_days, [d for d in calendar.working_days if not public.why_off(d)]),
    ):
        for day in idle:
            yield note(
                f"[calendar] {name}: {day} changes nothing, it is so already",
                "look whether the date is meant",
            )
        for day in days:
            if not public.knows(day.year):
                yield note(
                    f"[calendar] {name}: {day} lies in a year whose public holidays are not known here"
                )


def examine_calendar(calendar: CalendarSettings, now: datetime) -> Iterator[Finding]:
    """Whether the holidays of this year, and in time those of the next, are known."""
    days, today = public_working_days(), shanghai_date(now)
    years = [today.year, *([today.year + 1] if today.month >= ANNOUNCED_BY else [])]
    for year in years:
        own = sum(day.year == year for day in (*calendar.days_off, *calendar.working_days))
        if days.knows(year):
            yield good(f"public holidays of {year} are known")
        elif own:
            yield note(
                f"public holidays of {year} are those of [calendar]: {own} days; beside them only weekends are off"
            )
        else:
            yield note(
                f"public holidays of {year} are not known: only weekends count as days off",
                "update Linli and run: python3 run.py setup; or set days_off and working_days under [calendar]",
            )
