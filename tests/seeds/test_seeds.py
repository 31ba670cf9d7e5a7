"""Every row of the seed systems that is built, played as the people of its own place would say it.

A row's dialogues stand in ``dialogues.jsonl`` with its id in ``seed``; the form is that of tests/acceptance.
"""

import io
import json
from pathlib import Path

import pytest

from bot.replay import main

FILE = Path(__file__).parent / "dialogues.jsonl"
DIALOGUES = [
    entry for entry in map(json.loads, FILE.read_text(encoding="utf-8").splitlines()) if "lines" in entry
]
PLACES = {"A": "qingyang", "B": "anxiang", "C": "bagongshan", "D": "luoshui", "E": "wangdian"}
"""The place each group of rows comes from."""


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue["id"])
def test_the_seed_row_is_kept(dialogue: dict, tmp_path: Path):
    alone = tmp_path / "alone.jsonl"
    alone.write_text(json.dumps(dialogue, ensure_ascii=False), encoding="utf-8")
    out = io.StringIO()

    main(alone, out)

    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    broken = {f"line {line['line']}": line["why_not"] for line in lines if line.get("why_not")}
    assert broken == {}
    assert [line["end_why_not"] for line in lines if "lines" in line] == [[]]


def test_every_row_is_played_on_the_place_it_comes_from():
    assert [d["id"] for d in DIALOGUES if d["preset"] != PLACES[d["seed"][0]]] == []
    assert len({d["id"] for d in DIALOGUES}) == len(DIALOGUES)
