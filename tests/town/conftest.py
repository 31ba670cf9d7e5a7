"""Towns that are taken down again."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

import pytest

from bot.parts import LOCALE, Parts, load_parts
from handlers.understanding import Understanding
from handlers.understanding.commands import load_phrases
from models.rules.pacing import Pace
from tests.town.album import Album, album_of
from tests.town.town import Town


@pytest.fixture(scope="session")
def parts() -> Parts:
    """Lexicon and sentences, read once."""
    return load_parts(Pace(), "tests: a town's secret")


@pytest.fixture(scope="session")
def doubting(parts: Parts) -> Parts:
    """The same, but no weight of evidence is enough: what would be a request is a doubt, however weights are fitted."""
    lexicon = parts.understanding.lexicon
    never = replace(lexicon.weights, trusts=inf, holds=inf, opens=inf, alone=inf)
    return replace(parts, understanding=Understanding(replace(lexicon, weights=never), load_phrases(LOCALE)))


@pytest.fixture
def make_town(database_url: str, parts: Parts) -> Iterator[Callable[..., Town]]:
    """Makes the test's town as it wishes (``parts``: with others), on SQLite and on PostgreSQL."""
    made: list[Town] = []

    def make(**how: Any) -> Town:
        made.append(Town(database_url, how.pop("parts", parts), **how))
        return made[-1]

    yield make
    for town in made:
        town.close()


@pytest.fixture
def town(make_town: Callable[..., Town]) -> Town:
    """The village on a weekday morning."""
    return make_town()


@pytest.fixture
def doubting_town(make_town: Callable[..., Town], doubting: Parts) -> Town:
    """The same village, heard with doubt."""
    return make_town(parts=doubting)


@pytest.fixture
def album(town: Town, tmp_path: Path) -> Album:
    """The village's folder of attachments, with room for next to nothing."""
    return album_of(town, tmp_path / "attachments", largest=100, total=150)


@pytest.fixture
def roomy_album(town: Town, tmp_path: Path) -> Album:
    """The same with room for real pictures."""
    return album_of(town, tmp_path / "attachments", largest=3_000_000, total=9_000_000)
