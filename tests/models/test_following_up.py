"""Who is followed up, by what way, and what a month's calls come to."""

from math import ceil

import pytest

from models.rules.following_up import (
    Habits,
    habits_of,
    index_of,
    lot,
    monthly_sample,
    reason_to_ask,
    way_to_ask,
)
from models.rules.urgency import Privacy, Urgency

PLAIN = Habits()


@pytest.mark.parametrize(
    ("category", "urgency", "cycle", "drawn", "why"),
    [
        ("A01", Urgency.U0, 0, 0.9, "rule"), ("A01", Urgency.U1, 0, 0.9, "rule"), ("E01", Urgency.U2, 0, 0.9, "rule"),
        ("E07", Urgency.U3, 0, 0.9, "rule"), ("G01", Urgency.U2, 0, 0.9, "rule"), ("G02", Urgency.U2, 0, 0.9, "rule"),
        ("G03", Urgency.U2, 0, 0.9, "rule"), ("G07", Urgency.U2, 0, 0.9, "rule"), ("G04", Urgency.U2, 0, 0.9, None),
        ("A02", Urgency.U2, 1, 0.9, "rule"), ("A02", Urgency.U2, 0, 0.9, None), ("A02", Urgency.U2, 0, 0.2, None),
        ("A02", Urgency.U2, 0, 0.19, "sample"), ("K01", Urgency.Q, 0, 0.9, None), ("L01", Urgency.S, 0, 0.0, "sample"),
    ],
)  # fmt: skip
def test_why_a_closure_is_followed_up(
    category: str, urgency: Urgency, cycle: int, drawn: float, why: str | None
):
    assert reason_to_ask(category, urgency, cycle, drawn, PLAIN) == why


def test_a_lot_is_the_same_for_everybody_and_spreads_evenly():
    lots = [lot("anxiang:安全乡", no, 0) for no in range(1, 5001)]

    assert lots == [lot("anxiang:安全乡", no, 0) for no in range(1, 5001)]
    assert 0.18 < sum(x < 0.2 for x in lots) / len(lots) < 0.22
    assert lot("anxiang:安全乡", 1, 0) != lot("anxiang:安全乡", 1, 1) != lot("luoshui:罗水乡", 1, 1)


def test_a_lot_does_not_change_between_versions():
    assert round(lot("anxiang:安全乡", 12, 0), 6) == LOT_OF_TWELVE


LOT_OF_TWELVE = 0.916646


@pytest.mark.parametrize(
    ("closed", "called"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (30, 3), (31, 4), (40, 4), (101, 11)]
)
def test_a_tenth_is_called_at_least_three_all_when_fewer(closed: int, called: int):
    cases = [(no, 0) for no in range(1, closed + 1)]
    drawn = monthly_sample(cases, "a place", PLAIN)

    assert len(drawn) == called
    assert len(set(drawn)) == called
    assert drawn == monthly_sample(reversed(cases), "a place", PLAIN)
    assert called >= min(closed, ceil(closed / 10))


@pytest.mark.parametrize(
    ("outcomes", "reached", "percent"),
    [
        (["solved", "solved", "unsolved"], 3, 66.7), (["solved", "partly"], 2, 75.0), (["refused", "unreachable"], 0, None),
        (["solved", "refused", ""], 1, 100.0), (["partly", "unsolved"], 2, 25.0), ([], 0, None),
    ],
)  # fmt: skip
def test_the_index_counts_those_who_were_reached(outcomes: list[str], reached: int, percent: float | None):
    index = index_of(outcomes)

    assert (index.reached, index.percent) == (reached, percent)
    assert index.is_complete is ("" not in outcomes)


@pytest.mark.parametrize(
    ("privacy", "first_line", "way"),
    [
        ("P1", True, "door"),
        ("P2", True, "door"),
        ("P1", False, "phone"),
        ("P3", True, "phone"),
        ("P4", True, "phone"),
    ],
)
def test_private_matters_are_not_asked_about_at_the_door(privacy: str, first_line: bool, way: str):
    assert way_to_ask(Privacy(privacy), first_line=first_line) == way


@pytest.mark.parametrize(
    ("said", "days"), [({}, 3), ({"due_days": 5}, 5), ({"due_days": 1}, 3), ({"due_days": 30}, 7)]
)
def test_due_days_stay_between_three_and_seven(said: dict[str, int], days: int):
    assert habits_of({"follow_up": said}).due_days == days
