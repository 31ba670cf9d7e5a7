"""What is left of a clock that stops, and how far a date may move."""

from datetime import datetime

from models.rules.pacing import SHANGHAI
from models.rules.pausing import (
    corrected_due,
    latest_due,
    left_when_corrected,
    rest_ends,
)
from models.rules.sla import Clock, Timetable

PLAIN = Timetable()


def at(day: int, clock: str) -> datetime:
    """A moment of July 2025 (the 15th is a Tuesday)."""
    return datetime.fromisoformat(f"2025-07-{day:02}T{clock}").replace(tzinfo=SHANGHAI)


def test_half_of_the_first_term_is_the_most():
    assert latest_due(at(17, "09:00"), 48, Clock.CALENDAR, PLAIN) == at(18, "09:00")
    assert latest_due(at(18, "09:00"), 120, Clock.WORKDAY, PLAIN) == at(22, "21:00")


def test_what_a_stopped_clock_used_stays_used_when_its_term_changes():
    assert left_when_corrected(100, 120, 48) == 28
    assert left_when_corrected(10, 120, 48) == 0
    assert left_when_corrected(120, 120, 48) == 48


def test_a_date_that_was_moved_stays_moved_when_the_category_changes():
    road, lamp, created = (120, Clock.WORKDAY), (48, Clock.CALENDAR), at(15, "09:00")

    assert corrected_due(created, at(22, "09:00"), road, lamp, PLAIN) == at(17, "09:00")
    assert corrected_due(created, at(24, "09:00"), road, lamp, PLAIN) == at(19, "09:00")
    assert corrected_due(created, None, road, lamp, PLAIN) == at(17, "09:00")


def test_a_rest_ends_in_the_morning():
    assert rest_ends(at(18, "00:00").date()) == at(18, "07:30")
