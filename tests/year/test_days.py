"""A month of the year and the week in which it is dealt with; the whole year is one command: `python -m tests.year`."""

from pathlib import Path

import pytest

from tests.year.__main__ import play

LONG, SHORT = 30, 1
"""Days. A month took 52 seconds of one core of a busy machine, with the week afterwards."""
SPENT = ("seconds", "of them of one core")


@pytest.mark.timeout(900)
def test_a_month_loses_nothing_answers_nothing_twice_and_leaves_no_case_alone(tmp_path: Path):
    figures, wrong = play("sqlite", tmp_path, LONG, seed=7)

    assert wrong == []
    assert figures["requests lost"] == figures["answered twice"] == figures["cases without owner"] == 0
    assert int(str(figures["requests"])) > 650
    assert int(str(figures["watched: steps"])) > 3000
    assert int(str(figures["leaves taken"])) > 20


def test_the_same_town_gives_the_same_numbers_on_both_databases(tmp_path: Path):
    plays = [play(db, tmp_path, SHORT, seed=3) for db in ("sqlite", "postgres")]

    one, other = ({k: v for k, v in figures.items() if k not in SPENT} for figures, _ in plays)
    assert one == other
    assert plays[0][1] == plays[1][1] == []
