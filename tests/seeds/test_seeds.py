"""Every row of the seed systems that is built, played as the people of its own place would say it.

A row's dialogues stand in ``dialogues.jsonl`` with its id in ``seed``; the form is that of tests/acceptance.
"""

import tomllib
from pathlib import Path

import pytest

from bot.parts import Parts, load_parts
from bot.replay.play import SECRET, Play, read_dialogues
from models.engine import open_engine
from models.rules.pacing import Pace

FOLDER = Path(__file__).parent
DIALOGUES = list(read_dialogues(FOLDER / "dialogues.jsonl"))
ROWS = tomllib.loads((FOLDER / "rows.toml").read_text(encoding="utf-8"))
PLACES = {"A": "qingyang", "B": "anxiang", "C": "bagongshan", "D": "luoshui", "E": "wangdian"}
"""The place each group of rows comes from."""


@pytest.fixture(scope="module")
def parts() -> Parts:
    """What the program is made of: read once, each dialogue has its own town."""
    return load_parts(Pace(), SECRET)


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue["id"])
def test_the_seed_row_is_kept(dialogue: dict, parts: Parts, sqlite_url: str):
    engine = open_engine(sqlite_url)
    results, end = Play(dialogue, engine, parts).run()
    engine.dispose()

    assert {f"line {line['line']}": line["why_not"] for line in results if line["why_not"]} == {}
    assert end == []


def test_every_row_is_played_on_the_place_it_comes_from():
    assert [d["id"] for d in DIALOGUES if d["preset"] != PLACES[d["seed"][0]]] == []
    assert len({d["id"] for d in DIALOGUES}) == len(DIALOGUES)


def test_every_row_that_is_told_as_built_is_played_and_no_other():
    assert set(ROWS["proves"]) == {d["seed"] for d in DIALOGUES}
    assert [row for row in ROWS["proves"] if not 1 <= int(row[1:]) <= ROWS["count"][row[0]]] == []


@pytest.mark.parametrize("row", ROWS["proves"])
def test_every_row_is_tried_with_something_that_must_not_work(row: str):
    tried = [line["expect"] for d in DIALOGUES if d["seed"] == row for line in d["lines"]]

    assert any({"op": "none"} in (expect.get("case") or ()) or expect.get("hears_not") for expect in tried)
