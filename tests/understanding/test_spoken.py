"""Sentences as people in villages and estates say them, made up for this project: a floor that may only rise."""

import pytest

from benchmarks.understanding_reference import ROOT
from benchmarks.understanding_stream import table
from handlers.understanding import Understanding
from models.rules.decision import CASES, Kind

ROWS = [(row["meant"], row["text"]) for row in table(ROOT / "tests" / "understanding" / "spoken.tsv")]
CHAT = "NEG"


@pytest.mark.parametrize("text", [text for meant, text in ROWS if meant == CHAT])
def test_talk_opens_nothing(understanding: Understanding, text: str):
    assert understanding.understand(text).kind not in CASES


def test_every_emergency_is_heard(understanding: Understanding):
    types = {each.code for each in understanding.lexicon.emergencies}
    urgent = [(meant, text) for meant, text in ROWS if meant in types]

    assert [text for meant, text in urgent if understanding.understand(text).emergency != meant] == []


def test_requests_find_their_category(understanding: Understanding):
    codes = {item.code for item in understanding.lexicon.items}
    asked = [(meant, text) for meant, text in ROWS if meant in codes]
    heard = [(understanding.understand(text), meant) for meant, text in asked]
    right = [decision for decision, meant in heard if decision.category == meant and decision.kind in CASES]

    assert {meant for meant, _ in asked} > {"A01", "E05", "G02", "I06", "L04"}
    assert len(right) >= 0.95 * len(asked)
    # To say that somebody is tired of life is both a request of its category and an emergency.
    alarms = {meant for decision, meant in heard if decision.kind is Kind.EMERGENCY}
    assert alarms <= {each.category for each in understanding.lexicon.emergencies}
