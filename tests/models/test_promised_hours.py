"""Until when a case must be claimed, and how the hours of the night are written."""

from datetime import UTC, datetime

import pytest

from models.rules.pacing import parse_span
from models.rules.sla import Timetable, due_claim
from models.rules.urgency import Urgency

EVENING = datetime(2025, 7, 15, 12, 30, tzinfo=UTC)  # 20:30 in Shanghai


@pytest.mark.parametrize(
    ("hours", "urgency", "quiet", "due"),
    [
        (0.5, Urgency.U2, "21:30-07:00", "2025-07-15T13:00"),
        (2, Urgency.U2, "21:30-07:00", "2025-07-16T00:00"),  # one hour this evening, one from seven o'clock
        (2, Urgency.U0, "21:30-07:00", "2025-07-15T14:30"),
        (2, Urgency.U2, "", "2025-07-15T14:30"),
        (24, Urgency.U2, "21:30-07:00", "2025-07-16T12:30"),
        (26, Urgency.U2, "21:30-07:00", "2025-07-16T23:00"),
    ],
)
def test_short_promises_rest_at_night_and_long_ones_do_not_end_there(
    hours: float, urgency: Urgency, quiet: str, due: str
):
    assert due_claim(EVENING, hours, urgency, Timetable(quiet=quiet)).at == datetime.fromisoformat(
        due
    ).replace(tzinfo=UTC)


@pytest.mark.parametrize("span", ["22:00-22:00", "21:30", "21:30-7 Uhr", "21:30+08:00-07:00"])
def test_hours_that_are_no_span_are_refused(span: str):
    with pytest.raises(ValueError, match=r"."):
        parse_span(span)
