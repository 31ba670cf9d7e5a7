"""A mistake in the tables of what requests tell stops the start with the file, the entry and the remedy."""

import shutil
from pathlib import Path

import pytest

from benchmarks.understanding_reference import ROOT
from models.lexicon import LexiconError, load_lexicon


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A copy of the lexicon to spoil."""
    return Path(shutil.copytree(ROOT / "lexicon", tmp_path / "lexicon"))


@pytest.mark.parametrize(
    ("file", "there", "instead", "said"),
    [
        ("places.toml", "[places]", "[place]", r"places.toml: \[places\] is missing"),
        ("places.toml", "pointing = '(?:", "pointing = '(?:(", "pointing: the pattern .* is broken"),
        ("places.toml", 'glue = ["的"]', "", ""),
        ("told.toml", 'unit = "day"\nback = 3', "back = 3", "unit"),
        ("told.toml", "[affected.whole]", "[affected.all]", r"\[whole\] is missing"),
        ("told.toml", "old = ['老人'", "old = ['', '老人'", "none of them empty"),
        ("told.toml", "least = 2", "", "least is missing"),
        ("told.toml", "ordinary = 12", "", "ordinary is missing"),
        ("told.toml", "powers =", "powerz =", "powers is missing"),
        ("turns.toml", 'side = "asks"', 'side = "ask"', "asked_to.*a `side` out of asks, tells"),
        ("turns.toml", 'says = "请谁办事"', "", "asked_to.*write `says`"),
        ("turns.toml", "patterns = [", "pattern = [", "patterns must be a list of texts"),
        ("turns.toml", "{begin}(?:强烈", "{begin}((?:强烈", "opens_asking.*the pattern .* is broken"),
        ("urgencies.toml", 'name = "恶劣天气"', 'nam = "恶劣天气"', "unknown key 'nam'"),
        ("urgencies.toml", 'categories = ["H01"]', "categories = []", "categories is missing"),
    ],
)
def test_a_mistake_is_named(tables: Path, file: str, there: str, instead: str, said: str):
    content = (tables / file).read_text(encoding="utf-8")
    assert there in content
    (tables / file).write_text(content.replace(there, instead, 1), encoding="utf-8")

    if not said:
        assert load_lexicon(tables).places.glue == ()
        return
    with pytest.raises(LexiconError, match=said):
        load_lexicon(tables)


def test_a_missing_file_is_named(tables: Path):
    (tables / "told.toml").unlink()

    with pytest.raises(LexiconError, match=r"told\.toml: the file is missing"):
        load_lexicon(tables)
