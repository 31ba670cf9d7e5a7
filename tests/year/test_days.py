"""Some days of the year and the week in which they are dealt with; the whole year is one command: `python -m tests.year`."""

from pathlib import Path

from tests.year.__main__ import play

LONG, SHORT = 7, 1
"""Days. On one core a day costs about two seconds, and a month is more than a run of the tests has time for."""
SPENT = ("seconds", "of them of one core")


def test_a_week_loses_nothing_answers_nothing_twice_and_leaves_no_case_alone(tmp_path: Path):
    figures, wrong = play("sqlite", tmp_path, LONG, seed=7)

    assert wrong == []
    assert figures["requests lost"] == figures["answered twice"] == figures["cases without owner"] == 0
    assert int(str(figures["requests"])) > 100
    assert int(str(figures["watched: steps"])) > 500
    assert int(str(figures["leaves taken"])) > 5


def test_the_same_town_gives_the_same_numbers_on_both_databases(tmp_path: Path):
    plays = [play(db, tmp_path, SHORT, seed=3) for db in ("sqlite", "postgres")]

    one, other = ({k: v for k, v in figures.items() if k not in SPENT} for figures, _ in plays)
    assert one == other
    assert plays[0][1] == plays[1][1] == []
