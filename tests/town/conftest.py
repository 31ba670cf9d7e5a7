"""Towns that are taken down again."""

from collections.abc import Callable, Iterator

import pytest

from bot.parts import Parts, load_parts
from models.rules.pacing import Pace
from tests.town.town import Town


@pytest.fixture(scope="session")
def parts() -> Parts:
    """Lexicon and sentences, read once."""
    return load_parts(Pace(), "tests: a town's secret")


@pytest.fixture
def make_town(database_url: str, parts: Parts) -> Iterator[Callable[..., Town]]:
    """Makes the test's town as it wishes, on SQLite and on PostgreSQL."""
    made: list[Town] = []

    def make(**how: object) -> Town:
        made.append(Town(database_url, parts, **how))
        return made[-1]

    yield make
    for town in made:
        town.close()


@pytest.fixture
def town(make_town: Callable[..., Town]) -> Town:
    """The village on a weekday morning."""
    return make_town()
