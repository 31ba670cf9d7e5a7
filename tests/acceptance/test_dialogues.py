"""The dialogues we were given, and their sisters about people nobody wrote down, played as in production."""

import io
import json
from pathlib import Path

import pytest

from bot.replay import main

HERE = Path(__file__).parent
LATER = {
    "d19": "needs wishes: made privately, published without a name, claimed",
    "d20": "needs ballots: one vote per household, by eligibility",
    "d21": "needs the talk day: topics collected for a meeting",
    "d24": "needs points: deductions kept out of the group, appeals",
}
"""Dialogues of capabilities that are not built yet, and why they cannot pass."""


def played(file: Path) -> dict[str, list[str]]:
    """Dialogue → every expectation it does not keep."""
    out = io.StringIO()
    main(file, out)
    broken: dict[str, list[str]] = {}
    for line in map(json.loads, out.getvalue().splitlines()):
        if "line" in line:
            found = [f"line {line['line']}: {why}" for why in line["why_not"]]
            broken.setdefault(line["dialogue"], []).extend(found)
        elif "lines" in line:
            broken[line["dialogue"]] += line["end_why_not"]
    return broken


@pytest.mark.parametrize("file", ["dialogues.jsonl", "sisters.jsonl"])
def test_every_dialogue_keeps_its_expectations_but_those_of_later_capabilities(file: str):
    broken = {name: why for name, why in played(HERE / file).items() if why}

    assert {name: why for name, why in broken.items() if name not in LATER} == {}
    if file == "dialogues.jsonl":
        assert sorted(broken) == sorted(LATER)


def test_every_preset_is_played_in_the_sister_dialogues():
    lines = (HERE / "sisters.jsonl").read_text(encoding="utf-8").splitlines()
    dialogues = [json.loads(line) for line in lines[1:]]

    assert len(dialogues) >= 34
    assert len({d["id"] for d in dialogues}) == len(dialogues)
    assert {d["preset"] for d in dialogues} == {"anxiang", "bagongshan", "luoshui", "qingyang", "wangdian"}
