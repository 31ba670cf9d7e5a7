"""Twenty deaths in the middle of a stream, on each database; two hundred: ``python -m tests.reliability.kill``."""

from pathlib import Path

import pytest

from tests.reliability.kill import run


@pytest.mark.timeout(240)
def test_no_request_is_lost_and_no_reply_said_twice_however_often_the_program_dies(
    database_url: str, tmp_path: Path
):
    verdict = run(database_url, kills=20, messages=200, seed=2, folder=tmp_path)

    assert verdict.wrong == []
    assert verdict.facts["kills"] == 20
