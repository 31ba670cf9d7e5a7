"""Fixtures: a gateway that many tests share, one to be mistreated, and a channel that listens."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.gateway.driver import Gateway, install_packages
from tests.gateway.listener import Listener, settings
from tests.gateway.running import Operator
from tests.gateway.town import settle
from tests.gateway.village import Village, found_village


@pytest.fixture(scope="session")
def node() -> Path:
    return install_packages()


@pytest.fixture(scope="session")
def _running(node: Path) -> Iterator[Gateway]:
    with Gateway(node) as gateway:
        settle(gateway)
        yield gateway


@pytest.fixture
def gateway(_running: Gateway) -> Gateway:
    """Shared, with everybody where they were; for tests that leave the process alone."""
    settle(_running.fresh())
    return _running


@pytest.fixture
def own_gateway(node: Path) -> Iterator[Gateway]:
    """For tests that kill or freeze it."""
    with Gateway(node) as gateway:
        settle(gateway)
        yield gateway


@pytest.fixture
def bot(gateway: Gateway) -> Iterator[Listener]:
    """Our channel on the shared gateway, online."""
    with Listener(settings(gateway)) as listener:
        yield listener.online()


@pytest.fixture
def listen(request: pytest.FixtureRequest) -> Callable[..., Listener]:
    """Open further channels; they are closed after the test."""

    def listen_to(gateway: Gateway, **more: object) -> Listener:
        listener = Listener(settings(gateway, **more)).__enter__()
        request.addfinalizer(listener.__exit__)
        return listener

    return listen_to


@pytest.fixture(scope="session")
def _inhabited(node: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Operator, Village]]:
    """A village whose people and groups are bound, with the program running: set up once, for all quiet stories."""
    with Gateway(node) as gateway, Operator(tmp_path_factory.mktemp("linli"), gateway) as operator:
        village = Village(gateway)
        found_village(operator, village)
        yield operator, village


@pytest.fixture
def operator(_inhabited: tuple[Operator, Village]) -> Operator:
    """Whoever runs the program of the village."""
    return _inhabited[0]


@pytest.fixture
def village(_inhabited: tuple[Operator, Village]) -> Village:
    """The shared village; whatever the story before broke is mended."""
    operator, village = _inhabited
    village.settle()
    if not operator.is_running:
        operator.launch()
    operator.sees("online")
    village.turn_the_page()
    return village
