"""Clocks against a table computed by hand, their two questions as each other's inverse, and what they are made of."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.holidays import public_working_days
from models.rules.pacing import SHANGHAI
from models.rules.sla import Clock, Due, Timetable, due_claim, earlier, later, left, reckon
from models.rules.urgency import Urgency
from models.rules.working_days import WEEKENDS

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "working_time.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith(("#", "start"))
]
PLACE = Timetable(public_working_days(), "21:30-07:00")
PROMISES = {"claim": Urgency.U2, "danger": Urgency.U0}
MOMENTS = st.datetimes(datetime(2023, 12, 1), datetime(2026, 11, 30)).map(  # noqa: DTZ001 - the zone comes next
    lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
)
MINUTES = st.integers(0, 30 * 24 * 60)
CLOCKS = st.sampled_from(Clock)
TABLES = st.sampled_from(
    [PLACE, Timetable(PLACE.days, ""), Timetable(PLACE.days, "12:00-14:00", "09:00-17:30")]
)


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def due(start: str, hours: float, clock: str) -> Due:
    if clock in PROMISES:
        return due_claim(shanghai(start), hours, PROMISES[clock], PLACE)
    return reckon(shanghai(start), hours, Clock(clock), PLACE)


def test_the_table_is_long_enough():
    assert len({tuple(row[:3]) for row in ROWS}) == len(ROWS) >= 60


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row[:3]))
def test_the_due_moment_is_the_one_computed_by_hand(row: list[str]):
    start, hours, clock, expected, why = row

    assert due(start, float(hours), clock).at == shanghai(expected), why


@settings(deadline=None)
@given(MOMENTS, MINUTES, CLOCKS, TABLES)
def test_what_is_left_until_a_due_moment_is_what_was_given(
    start: datetime, minutes: int, clock: Clock, table: Timetable
):
    hours = minutes / 60

    assert left(start, later(start, hours, clock, table), clock, table) == pytest.approx(hours)


@settings(deadline=None)
@given(MOMENTS, MINUTES, st.floats(0, 1), CLOCKS, TABLES)
def test_a_clock_that_is_stopped_and_goes_on_at_once_ends_when_it_would_have(
    start: datetime, minutes: int, share: float, clock: Clock, table: Timetable
):
    end = later(start, minutes / 60, clock, table)
    stopped = start + (end - start) * share
    rest = left(stopped, end, clock, table)
    again = later(stopped, rest, clock, table)

    if rest:
        assert abs(again - end) < timedelta(milliseconds=1)
    else:
        assert again >= stopped


@settings(deadline=None)
@given(MOMENTS, MINUTES, MINUTES, CLOCKS, TABLES)
def test_a_rest_moves_the_end_and_takes_nothing_from_what_is_left(
    start: datetime, minutes: int, rest: int, clock: Clock, table: Timetable
):
    """Suspended at once for a while, then resumed: the whole promise is still to come."""
    resumed = start + timedelta(minutes=rest)
    end = later(resumed, minutes / 60, clock, table)

    assert end >= later(start, minutes / 60, clock, table)
    assert left(resumed, end, clock, table) == pytest.approx(minutes / 60)


@settings(deadline=None)
@given(MOMENTS, MINUTES, CLOCKS, TABLES)
def test_counting_back_from_the_end_finds_when_so_much_was_left(
    end: datetime, minutes: int, clock: Clock, table: Timetable
):
    hours = minutes / 60
    before = earlier(end, hours, clock, table)

    assert before <= end
    assert left(before, end, clock, table) == pytest.approx(hours)


@settings(deadline=None)
@given(MOMENTS, MINUTES, MINUTES, CLOCKS, TABLES)
def test_more_time_is_never_due_sooner(
    start: datetime, minutes: int, more: int, clock: Clock, table: Timetable
):
    assert later(start, minutes / 60, clock, table) <= later(start, (minutes + more) / 60, clock, table)


def test_a_due_moment_says_what_did_not_count():
    assert due("2025-09-26 10:00", 120, "workday").off == (
        ("weekend", 1),
        ("national_day", 7),
        ("mid_autumn_festival", 1),
    )
    assert due("2025-07-15 09:00", 120, "workday").off == (("weekend", 2),)
    assert due("2025-07-18 23:00", 1, "workday").off == ()
    assert due("2025-07-15 22:00", 2, "awake").night == 9
    assert due("2025-07-15 22:00", 24, "claim").moved == 9
    assert due("2025-10-01 09:00", 24, "calendar") == Due(shanghai("2025-10-02 09:00"), 24, Clock.CALENDAR)


def test_what_the_place_sets_goes_before_the_public_calendar():
    days = PLACE.days.with_local([date(2025, 7, 16)], [date(2025, 10, 4), date(2025, 7, 19)])

    assert days.why_off(date(2025, 7, 16)) == "local"
    assert days.why_off(date(2025, 10, 4)) is None
    assert days.why_off(date(2025, 7, 19)) is None
    assert days.why_off(date(2025, 10, 5)) == "national_day"
    found = reckon(shanghai("2025-07-15 09:00"), 24, Clock.WORKDAY, Timetable(days))
    assert (found.at, found.off) == (shanghai("2025-07-17 09:00"), (("local", 1),))


def test_a_worked_weekend_day_can_be_given_off_again():
    assert PLACE.days.why_off(date(2025, 9, 28)) is None
    assert PLACE.days.with_local([date(2025, 9, 28)], []).why_off(date(2025, 9, 28)) == "local"


def test_in_a_year_that_is_not_known_only_weekends_are_off():
    assert not WEEKENDS.knows(2025)
    assert later(shanghai("2025-09-30 10:00"), 24, Clock.WORKDAY, Timetable(WEEKENDS)) == shanghai(
        "2025-10-01 10:00"
    )
    assert PLACE.days.knows(2025)
    assert not PLACE.days.knows(2100)
