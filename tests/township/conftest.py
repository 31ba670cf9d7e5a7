"""Databases that are closed when a test is over."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from models.engine import open_engine


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Engine]:
    """A fresh SQLite database, where the kind makes no difference."""
    opened = open_engine(sqlite_url)
    yield opened
    opened.dispose()
