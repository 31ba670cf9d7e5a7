"""A small town per test, on both databases."""

from collections.abc import Iterator

import pytest

from tests.delivery.scene import Scene
from tests.notices.place import MakePlace, Place, luoshui


@pytest.fixture
def make_place(database_url: str) -> Iterator[MakePlace]:
    """Makes the place with a scene of one's own."""
    made: list[Scene] = []

    def make(**how: object) -> Place:
        made.append(Scene(database_url, **how))  # type: ignore[arg-type]
        return luoshui(made[-1])

    yield make
    for scene in made:
        scene.engine.dispose()


@pytest.fixture
def place(make_place: MakePlace) -> Place:
    """The place on an ordinary day at noon."""
    return make_place()
