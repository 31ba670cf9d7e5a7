"""Two days of the year, and the week in which they are dealt with."""

from pathlib import Path

from bot.parts import load_parts
from models.engine import open_engine
from models.rules.pacing import Pace
from tests.reliability.kill import database
from tests.year.__main__ import SECRET
from tests.year.play import Year


def test_two_days_lose_nothing_answer_nothing_twice_and_leave_no_case_alone(tmp_path: Path):
    with database("sqlite", tmp_path) as url:
        engine = open_engine(url)
        year = Year(engine, load_parts(Pace(), SECRET), days=2, seed=7)
        figures = year.run()
        engine.dispose()

    assert year.wrong == []
    assert int(str(figures["requests"])) > 20
    assert figures["requests lost"] == figures["answered twice"] == figures["cases without owner"] == 0
