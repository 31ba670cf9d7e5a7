"""One feature of one preset in each dialogue, none of them touched by the dialogues we were given."""

import json
from collections import Counter
from pathlib import Path

from tests.acceptance.test_dialogues import played

FILE = Path(__file__).parent / "presets.jsonl"


def test_every_dialogue_about_a_feature_of_a_preset_keeps_its_expectations():
    assert {name: why for name, why in played(FILE).items() if why} == {}


def test_every_preset_shows_several_features():
    lines = FILE.read_text(encoding="utf-8").splitlines()[1:]
    dialogues = [json.loads(line) for line in lines]
    features = {(d["preset"], d["feature"]) for d in dialogues}
    counted = Counter(preset for preset, _ in features)

    assert len({d["id"] for d in dialogues}) == len(dialogues) >= 15
    assert counted.keys() == {"anxiang", "bagongshan", "luoshui", "qingyang", "wangdian"}
    assert min(counted.values()) >= 2
