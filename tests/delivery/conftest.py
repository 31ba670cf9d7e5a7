"""A scene per test, closed again afterwards."""

from collections.abc import Callable, Iterator

import pytest

from tests.delivery.scene import Scene


@pytest.fixture
def make_scene(database_url: str) -> Iterator[Callable[..., Scene]]:
    """Makes scenes on the test's database, on SQLite and on PostgreSQL."""
    made: list[Scene] = []

    def make(**how: object) -> Scene:
        made.append(Scene(database_url, **how))
        return made[-1]

    yield make
    for scene in made:
        scene.engine.dispose()
