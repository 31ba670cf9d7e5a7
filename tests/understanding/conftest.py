"""The real lexicon and phrases, built once."""

import pytest

from benchmarks.understanding_reference import ROOT
from handlers.understanding import Understanding, load_understanding


@pytest.fixture(scope="session")
def understanding() -> Understanding:
    """What production uses."""
    return load_understanding(ROOT / "lexicon", ROOT / "locale" / "zh_CN")
