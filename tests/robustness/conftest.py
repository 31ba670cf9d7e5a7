"""A running program for every test."""

from collections.abc import Iterator

import pytest

from bot.parts import Parts
from tests.robustness.town import Listening, listening, quick_parts


@pytest.fixture(scope="session")
def parts() -> Parts:
    """Lexicon and sentences, read once."""
    return quick_parts()


@pytest.fixture
def town(database_url: str, parts: Parts) -> Iterator[Listening]:
    """A running program on each database."""
    with listening(database_url, parts) as running:
        yield running


@pytest.fixture
def sqlite_town(sqlite_url: str, parts: Parts) -> Iterator[Listening]:
    """A running program on SQLite."""
    with listening(sqlite_url, parts) as running:
        yield running


@pytest.fixture
def postgres_town(postgres_url: str, parts: Parts) -> Iterator[Listening]:
    """A running program on PostgreSQL."""
    with listening(postgres_url, parts) as running:
        yield running
