"""Six processes on one PostgreSQL behind two gateways, for seconds; ten minutes: ``python -m tests.reliability.many``."""

from pathlib import Path

import pytest

from tests.reliability.many import run


@pytest.mark.gateway
@pytest.mark.postgres
@pytest.mark.timeout(900)
def test_six_processes_die_again_and_again_and_nothing_is_lost_or_said_twice(
    postgres_url: str, tmp_path: Path
):
    verdict = run(seconds=8, rate=5, seed=3, folder=tmp_path, url=postgres_url, hurt_every_s=2.0)

    assert verdict.wrong == []
    assert verdict.facts["cases"] > 0
