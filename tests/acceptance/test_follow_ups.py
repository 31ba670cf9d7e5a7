"""评价回访 (P09) by seed row: B17, D26 and E16, each on the preset it comes from, played as in production."""

from pathlib import Path

from tests.acceptance.test_dialogues import played

HERE = Path(__file__).parent


def test_every_follow_up_dialogue_keeps_its_expectations():
    broken = played(HERE / "follow_ups.jsonl")

    assert {name: why for name, why in broken.items() if why} == {}
    assert broken.keys() == {"B17", "D26", "E16"}
