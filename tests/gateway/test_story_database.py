"""The database stops under the running program: what is heard meanwhile waits, and is worked on once when it is back.

The same for as long as one likes, with the alarms that follow: ``python -m tests.reliability.away``.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Postgres, postgres_server
from tests.gateway.driver import Gateway
from tests.gateway.running import Operator
from tests.gateway.village import Village, found_village
from tests.reliability.away import all_were_taken, ask_around

pytestmark = [pytest.mark.gateway, pytest.mark.postgres]


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """A server of our own: everybody else needs theirs."""
    with postgres_server() as server:
        yield server


def test_a_database_that_stops_is_said_to_be_away_and_nothing_heard_meanwhile_is_lost(
    node: Path, tmp_path: Path, postgres: Postgres
):
    with Gateway(node) as gateway, Operator(tmp_path, gateway, postgres.fresh()) as operator:
        village = Village(gateway)
        found_village(operator, village)

        postgres.server.stop()
        asked = ask_around(village)
        operator.wait_for(lambda: not operator.health()["ok"], "the page says that it cannot work")
        operator.wait_for(lambda: "database away" in operator.log, "the log says so")
        assert "连不上数据库" in operator.page("/console")
        postgres.server.start()

        all_were_taken(operator, village, asked)
        operator.wait_for(lambda: operator.health()["ok"], "the page is green again")
