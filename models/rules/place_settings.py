"""What cadres may change on pages, within which bounds, and how a place's limits follow from it (decision 0058). Pure.

Only what takes effect at the next moment in every process stands here: limits that handlers ask for through the
snapshot of the town, and what delivery and listener ask of a group's own row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from functools import lru_cache
from typing import Any

from models.rules.following_up import Habits, habits_of
from models.rules.pacing import SHANGHAI, Pace, is_quiet, parse_span
from models.rules.preset import Preset


class Shape(StrEnum):
    """How a value is written."""

    DAY_SPAN = "day_span"
    """Two clock times of one day: 08:00-20:00."""
    NIGHT = "night"
    """Quiet hours: 21:30-07:00."""
    NUMBER = "number"
    SWITCH = "switch"
    """on or off."""
    MODE = "mode"
    """active or listen_off."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One thing that may be set. ``least`` and ``most`` bound a number."""

    name: str
    shape: Shape
    least: int = 0
    most: int = 0


OF_PLACE: Mapping[str, Limit] = {
    limit.name: limit
    for limit in (
        Limit("service_hours", Shape.DAY_SPAN),
        Limit("person_daily", Shape.NUMBER, 4, 40),
        Limit("urgent_claim_min", Shape.NUMBER, 5, 120),
        Limit("urgent_tells_above", Shape.SWITCH),
        Limit("receipt_per_sender_min", Shape.NUMBER, 1, 120),
    )
}
"""Fields of ``Pace`` that a place may set for all of it."""
OF_PRESET: Mapping[str, Limit] = {
    limit.name: limit
    for limit in (
        Limit("second_above", Shape.NUMBER, 1, 40),
        Limit("follow_up_percent", Shape.NUMBER, 5, 100),
        Limit("follow_up_days", Shape.NUMBER, 3, 7),
        Limit("monthly_calls", Shape.SWITCH),
    )
}
"""What the preset says and a place may set otherwise; never so that nobody agrees or nobody asks again (decision 0064)."""
FOR_PLACE: Mapping[str, Limit] = {**OF_PLACE, **OF_PRESET}
"""Everything that may be set for the whole place."""
OF_ROOM: Mapping[str, Limit] = {
    limit.name: limit for limit in (Limit("quiet", Shape.NIGHT), Limit("mode", Shape.MODE))
}
"""Columns of a group's row."""
SLEEP = (time(23), time(0), time(3), time(5, 59))
"""When a group is quiet whatever anybody sets."""
LONGEST_NIGHT_H = 14
SHORTEST_DAY_H = 4


def usable(limit: Limit, value: str) -> str | None:
    """The value as it is kept; None: it cannot be used."""
    if limit.shape is Shape.NUMBER:
        number = int(value) if value.isascii() and value.isdecimal() and len(value) < len("10000") else -1
        return str(number) if limit.least <= number <= limit.most else None
    if limit.shape in {Shape.SWITCH, Shape.MODE}:
        known = {"on", "off"} if limit.shape is Shape.SWITCH else {"active", "listen_off"}
        return value if value in known else None
    return _span(limit.shape, value)


def _span(shape: Shape, value: str) -> str | None:
    try:
        begin, end = parse_span(value)
    except ValueError:
        return None
    hours = (end.hour - begin.hour) + (end.minute - begin.minute) / 60
    told = f"{begin:%H:%M}-{end:%H:%M}"
    if shape is Shape.DAY_SPAN:
        return told if hours >= SHORTEST_DAY_H else None
    sleeps = all(is_quiet(datetime.combine(date(2025, 1, 1), at, SHANGHAI), told) for at in SLEEP)
    return told if sleeps and hours % 24 <= LONGEST_NIGHT_H else None


def pace_of(pace: Pace, changed: Mapping[str, str]) -> Pace:
    """The limits of the settings' file with what was set for the place."""
    held = tuple(sorted((name, value) for name, value in changed.items() if value and name in OF_PLACE))
    return _paced(pace, held) if held else pace


@lru_cache(16)
def _paced(pace: Pace, held: tuple[tuple[str, str], ...]) -> Pace:
    return replace(pace, **{name: _as_kept(OF_PLACE[name], value) for name, value in held})


def _as_kept(limit: Limit, value: str) -> Any:
    if limit.shape is Shape.NUMBER:
        return int(value)
    return value == "on" if limit.shape is Shape.SWITCH else value


def second_above_of(preset: Preset, changed: Mapping[str, str]) -> int:
    """A notice to more groups than this waits for a second person; 0: none does."""
    return int(changed.get("second_above") or preset.second_above)


def habits_here(preset: Preset, changed: Mapping[str, str]) -> Habits:
    """How often and how soon the place asks again, and whether it calls every month."""
    said = habits_of(preset.extras)
    percent, monthly = changed.get("follow_up_percent"), changed.get("monthly_calls")
    return replace(
        said,
        share=int(percent) / 100 if percent else said.share,
        due_days=int(changed.get("follow_up_days") or said.due_days),
        monthly=monthly == "on" if monthly else said.monthly,
    )


def of_preset(preset: Preset, changed: Mapping[str, str]) -> Mapping[str, str]:
    """Each setting whose default is the preset's, as a setting writes it."""
    habits = habits_here(preset, changed)
    return {
        "second_above": str(second_above_of(preset, changed)), "follow_up_percent": str(round(100 * habits.share)),
        "follow_up_days": str(habits.due_days), "monthly_calls": "on" if habits.monthly else "off",
    }  # fmt: skip


def as_value(limit: Limit, kept: object) -> str:
    """A field of ``Pace`` or a column of a group as a setting writes it."""
    if limit.shape is Shape.SWITCH:
        return "on" if kept else "off"
    return f"{kept:g}" if isinstance(kept, float | int) else str(kept or "")
