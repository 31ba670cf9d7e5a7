"""What is left of a clock that stops, and how far a date may move."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.presets import preset_named
from models.rules.approving import rung_above
from models.rules.pacing import SHANGHAI
from models.rules.pausing import (
    corrected_due,
    due_again,
    hours_left,
    latest_due,
    left_when_corrected,
    rest_ends,
)

MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
CLOCKS = st.sampled_from(["calendar", "workday"])


def at(day: int, clock: str) -> datetime:
    """A moment of July 2025 (the 15th is a Tuesday)."""
    return datetime.fromisoformat(f"2025-07-{day:02}T{clock}").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "due", "clock", "left"),
    [
        (at(15, "09:00"), at(17, "09:00"), "calendar", 48),
        (at(15, "09:00"), at(22, "09:00"), "workday", 120),
        (at(18, "09:00"), at(21, "09:00"), "workday", 24),
        (at(19, "09:00"), at(21, "09:00"), "workday", 9),
        (at(19, "09:00"), at(20, "09:00"), "workday", 0),
        (at(17, "09:00"), at(17, "08:00"), "calendar", 0),
    ],
)
def test_what_is_left_counts_in_the_clocks_own_time(now: datetime, due: datetime, clock: str, left: float):
    assert hours_left(due, now, clock) == pytest.approx(left)


@given(MOMENTS, st.floats(0.01, 400), CLOCKS)
def test_a_clock_that_stops_and_starts_at_once_is_due_when_it_was(now: datetime, hours: float, clock: str):
    due = due_again(now, hours, clock)

    assert abs(due_again(now, hours_left(due, now, clock), clock) - due) < timedelta(seconds=1)


@given(MOMENTS, st.floats(1, 400), st.floats(1, 500), CLOCKS)
def test_a_rest_gives_no_time_and_takes_none(now: datetime, hours: float, later: float, clock: str):
    left = hours_left(due_again(now, hours, clock), now, clock)
    again = now + timedelta(hours=later)

    assert hours_left(due_again(again, left, clock), again, clock) == pytest.approx(hours, abs=0.001)


def test_half_of_the_first_term_is_the_most():
    assert latest_due(at(17, "09:00"), 48, "calendar") == at(18, "09:00")
    assert latest_due(at(18, "09:00"), 120, "workday") == at(22, "21:00")


def test_what_a_stopped_clock_used_stays_used_when_its_term_changes():
    assert left_when_corrected(100, 120, 48) == 28
    assert left_when_corrected(10, 120, 48) == 0
    assert left_when_corrected(120, 120, 48) == 48


def test_a_date_that_was_moved_stays_moved_when_the_category_changes():
    road, lamp, created = (120, "workday"), (48, "calendar"), at(15, "09:00")

    assert corrected_due(created, at(22, "09:00"), road, lamp) == at(17, "09:00")
    assert corrected_due(created, at(24, "09:00"), road, lamp) == at(19, "09:00")
    assert corrected_due(created, None, road, lamp) == at(17, "09:00")


def test_a_rest_ends_in_the_morning():
    assert rest_ends(at(18, "00:00").date()) == at(18, "07:30")


def test_above_a_post_that_is_not_on_the_ladder_is_the_next_level():
    preset = preset_named("anxiang")

    assert preset.ladder[rung_above(preset, "lin_head")] == "zu_head"
    assert preset.ladder[rung_above(preset, "supervision")] == "town_station"
    assert rung_above(preset, "town_station") == len(preset.ladder)
