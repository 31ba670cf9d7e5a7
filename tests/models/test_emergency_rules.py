"""How often an emergency rings and is spoken of, when two are two, and when an urgent case is pressed for."""

from datetime import UTC, datetime, timedelta

import pytest

from models.rules.emergency import is_pressing, next_ring, next_update, plainly_apart
from models.rules.fast_lane import pressed_at
from models.rules.pacing import SHANGHAI, Pace
from models.rules.urgency import Urgency

BEGUN = datetime(2025, 7, 15, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("age", "ring", "update"),
    [
        (timedelta(0), timedelta(minutes=10), 2 * HOUR),
        (timedelta(minutes=119), timedelta(minutes=10), 2 * HOUR),
        (2 * HOUR, HOUR, 2 * HOUR),
        (12 * HOUR, HOUR, 24 * HOUR),
        (24 * HOUR, 24 * HOUR, 24 * HOUR),
        (240 * HOUR, 24 * HOUR, 24 * HOUR),
    ],
)
def test_it_rings_and_is_spoken_of_less_often_with_age_and_never_stops(
    age: timedelta, ring: timedelta, update: timedelta
):
    now = BEGUN + age

    assert (next_ring(now, BEGUN) - now, next_update(now, BEGUN) - now) == (ring, update)
    assert is_pressing(now, BEGUN) == (age < 2 * HOUR)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("3栋", "5栋", True),
        ("3栋2单元", "3栋", False),
        ("3栋2单元", "3栋1单元", True),
        ("四组桥头", "五组", True),
        ("四组桥头", "桥头", False),
        ("3栋", "四组", False),
        ("", "5栋", False),
        ("桥头", "老井边", False),
    ],
)
def test_only_other_numbers_make_another_emergency(one: str, other: str, apart: bool):
    assert plainly_apart(one, other) == plainly_apart(other, one) == apart


@pytest.mark.parametrize(
    ("clock", "urgency", "pace", "pressed"),
    [
        ("09:00", Urgency.U1, Pace(), "09:15"),
        ("21:25", Urgency.U1, Pace(), "07:45"),
        ("23:00", Urgency.U1, Pace(), "07:45"),
        ("09:00", Urgency.U1, Pace(urgent_claim_min=30), "09:30"),
        ("09:00", Urgency.U1, Pace(urgent_claim_min=0), None),
        ("09:00", Urgency.U1, Pace(urgent_claim_min=600), None),
        ("09:00", Urgency.U2, Pace(), None),
        ("09:00", Urgency.U0, Pace(), None),
    ],
)
def test_an_urgent_case_is_pressed_for_by_day_before_it_climbs(
    clock: str, urgency: Urgency, pace: Pace, pressed: str | None
):
    now = datetime.fromisoformat(f"2025-07-15T{clock}").replace(tzinfo=SHANGHAI)
    moment = pressed_at(now, urgency, now + (8 if pace.urgent_claim_min == 600 else 12) * HOUR, pace)

    assert (f"{moment.astimezone(SHANGHAI):%H:%M}" if moment else None) == pressed
