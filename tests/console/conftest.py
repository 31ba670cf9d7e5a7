"""The console over a real village, served over real HTTP."""

from collections.abc import Callable, Iterator

import pytest

from tests.console.office import TOWNSHIP
from tests.console.site import Site, serve_site
from tests.console.villages import STAGE
from tests.town.conftest import make_town, parts, town
from tests.town.town import Town

__all__ = ["make_town", "parts", "town"]


@pytest.fixture
def site(town: Town) -> Iterator[Site]:
    """The village's pages."""
    with serve_site(town) as site:
        yield site


@pytest.fixture
def villages(make_town: Callable[..., Town]) -> Iterator[Site]:
    """The pages of two villages."""
    with serve_site(make_town(stage=STAGE)) as site:
        yield site


@pytest.fixture
def office(make_town: Callable[..., Town]) -> Iterator[Site]:
    """The pages of two villages and of the town above them."""
    with serve_site(make_town(stage=TOWNSHIP)) as site:
        yield site
