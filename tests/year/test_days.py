"""Some days of the year and the week in which they are dealt with; the whole year is one command: `python -m tests.year`."""

from pathlib import Path

from tests.year.__main__ import play

LONG, SHORT = 21, 1
"""Days. Three weeks and the week after them took about 80 seconds of one core of a busy machine; a month took 105,
and a run of the tests has 90 for it."""
SPENT = ("seconds", "of them of one core")


def test_three_weeks_lose_nothing_answer_nothing_twice_and_leave_no_case_alone(tmp_path: Path):
    figures, wrong = play("sqlite", tmp_path, LONG, seed=7)

    assert wrong == []
    assert figures["requests lost"] == figures["answered twice"] == figures["cases without owner"] == 0
    assert int(str(figures["requests"])) > 400
    assert int(str(figures["watched: steps"])) > 2500
    assert int(str(figures["leaves taken"])) > 20


def test_the_same_town_gives_the_same_numbers_on_both_databases(tmp_path: Path):
    plays = [play(db, tmp_path, SHORT, seed=3) for db in ("sqlite", "postgres")]

    one, other = ({k: v for k, v in figures.items() if k not in SPENT} for figures, _ in plays)
    assert one == other
    assert plays[0][1] == plays[1][1] == []
