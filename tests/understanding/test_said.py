"""What residents tell beside what is wrong, on sentences made up for this project: floors that may only rise."""

from collections import Counter
from datetime import datetime

import pytest

from benchmarks.understanding_reference import ROOT
from benchmarks.understanding_stream import table
from handlers.understanding import Understanding
from models.rules.decision import Decision
from models.rules.pacing import SHANGHAI

NOW = datetime(2025, 7, 15, 9, 0, tzinfo=SHANGHAI)
ROWS = table(ROOT / "tests" / "understanding" / "said.tsv")
TUNED, HELD = "tune", "held"


def expected(row: dict[str, str]) -> dict[str, str]:
    """What a sentence is marked with: ``place=四组桥头 since=72h again``."""
    return {key: value for key, _, value in (each.partition("=") for each in row["expect"].split())}


def read(understanding: Understanding, row: dict[str, str]) -> tuple[Decision, dict[str, str]]:
    """(what was understood of the words alone, whatever they are taken for; what is expected)."""
    extracted = understanding.with_words(understanding.understand(""), row["text"])
    wanted = expected(row)
    return extracted, {**wanted, "place": understanding.plain(wanted.get("place", ""))}


def score(understanding: Understanding, half: str) -> Counter[str]:
    """How often each thing was said, heard rightly, nearly, or heard though it was not said."""
    counted: Counter[str] = Counter()
    for row in ROWS:
        if row["half"] != half:
            continue
        decision, wanted = read(understanding, row)
        for name, want, got, right in compared(decision, wanted):
            counted[f"{name} said"] += bool(want)
            counted[f"{name} right"] += bool(want) and right
            counted[f"{name} invented"] += not want and bool(got)
        place, said = wanted.get("place", ""), (*decision.places, "")[0]
        counted["place overlapping"] += bool(place and said and (place in said or said in place))
    return counted


def compared(decision: Decision, wanted: dict[str, str]) -> list[tuple[str, object, object, bool]]:
    """(name, expected, found, right) of every thing a sentence can tell."""
    told = decision.told
    lasting = told.lasting(NOW)
    hours = lasting.total_seconds() / 3600 if lasting is not None else None
    rows: list[tuple[str, object, object]] = [
        ("place", wanted.get("place", ""), (*decision.places, "")[0]),
        ("again", "again" in wanted, bool(told.recurring)),
        ("households", int(wanted.get("households", 0)), told.households or 0),
        ("persons", int(wanted.get("persons", 0)), told.persons or 0),
        ("whole", wanted.get("whole", ""), told.whole),
        ("risk", listed(wanted.get("risk", "")), frozenset(code for code, _ in told.at_risk)),
        ("accused", listed(wanted.get("accused", "")), frozenset(each.party for each in told.accused)),
    ]
    since = wanted.get("since", "").rstrip("h")
    near = bool(since) and hours is not None and abs(hours - float(since)) <= max(1.5, float(since) / 2)
    return [*((name, want, got, want == got) for name, want, got in rows), ("since", since, hours, near)]


def listed(words: str) -> frozenset[str]:
    return frozenset(words.split(",")) - {""}


@pytest.mark.parametrize(("half", "exact", "overlapping"), [(TUNED, 0.95, 0.97), (HELD, 0.70, 0.93)])
def test_the_place_said_first_is_found(
    understanding: Understanding, half: str, exact: float, overlapping: float
):
    counted = score(understanding, half)

    assert counted["place right"] >= exact * counted["place said"]
    assert counted["place overlapping"] >= overlapping * counted["place said"]
    assert counted["place invented"] <= 3


@pytest.mark.parametrize("half", [TUNED, HELD])
@pytest.mark.parametrize("name", ["since", "again", "households", "whole", "risk", "accused"])
def test_what_is_told_beside_is_heard(understanding: Understanding, half: str, name: str):
    counted = score(understanding, half)

    assert counted[f"{name} said"] > 3
    assert counted[f"{name} right"] >= 0.9 * counted[f"{name} said"] - 1
    assert counted[f"{name} invented"] <= 2
