"""Some days of the year and the week in which they are dealt with; the whole year is one command: `python -m tests.year`."""

from pathlib import Path

from tests.year.__main__ import play

LONG, SHORT = 14, 1
"""Days. A day costs up to 2.8 seconds of one core of a busy machine, with the week afterwards: two weeks stay below
the 90 seconds that a run of the tests has for this, a month (105) does not."""
SPENT = ("seconds", "of them of one core")


def test_two_weeks_lose_nothing_answer_nothing_twice_and_leave_no_case_alone(tmp_path: Path):
    figures, wrong = play("sqlite", tmp_path, LONG, seed=7)

    assert wrong == []
    assert figures["requests lost"] == figures["answered twice"] == figures["cases without owner"] == 0
    assert int(str(figures["requests"])) > 300
    assert int(str(figures["watched: steps"])) > 1500
    assert int(str(figures["leaves taken"])) > 10


def test_the_same_town_gives_the_same_numbers_on_both_databases(tmp_path: Path):
    plays = [play(db, tmp_path, SHORT, seed=3) for db in ("sqlite", "postgres")]

    one, other = ({k: v for k, v in figures.items() if k not in SPENT} for figures, _ in plays)
    assert one == other
    assert plays[0][1] == plays[1][1] == []
