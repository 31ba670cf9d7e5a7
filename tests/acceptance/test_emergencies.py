"""Emergencies and the fast lane, by seed row (C10, E12), played as in production."""

from pathlib import Path

from tests.acceptance.test_dialogues import played

HERE = Path(__file__).parent


def test_every_emergency_dialogue_keeps_its_expectations():
    broken = played(HERE / "emergencies.jsonl")

    assert {name: why for name, why in broken.items() if why} == {}
    assert {"C10", "E12"} <= broken.keys()
