"""What residents tell beside what is wrong, on sentences made up for this project: floors that may only rise."""

import pytest

from benchmarks.said import HALVES, NAMES, score
from handlers.understanding import Understanding

FEW = {"persons"}
"""Said too seldom in these sentences for a share to mean anything."""


@pytest.mark.parametrize(
    ("half", "exact", "overlapping"), [("tune", 0.95, 0.97), ("held", 0.85, 0.95), ("fresh", 0.80, 0.93)]
)
def test_the_place_said_first_is_found(
    understanding: Understanding, half: str, exact: float, overlapping: float
):
    counted = score(understanding, half)

    assert counted["place right"] >= exact * counted["place said"]
    assert counted["place overlapping"] >= overlapping * counted["place said"]
    assert counted["place invented"] <= 3


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("name", sorted({*NAMES} - {"place"} - FEW))
def test_what_is_told_beside_is_heard(understanding: Understanding, half: str, name: str):
    counted = score(understanding, half)

    assert counted[f"{name} said"] > 0
    assert counted[f"{name} right"] >= 0.9 * counted[f"{name} said"] - 1
    assert counted[f"{name} invented"] <= 2
