"""Search through years of numbers: however far apart hits lie, each is found once, in order, and by few questions."""

import random
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from handlers.township.staging import stage_town
from models import case_walks
from models.case_desk import CaseDesk, CaseFilter
from models.case_search import Sought
from models.engine import migrate, open_engine, roll_back
from models.prepared import Prepared
from models.rules.case_words import BLOCK, PARTS
from models.rules.scope import Scope
from tests.models.test_case_search import EVERYTHING, found, row, write
from tests.town.town import MORNING, village

EDGES = [at + beside for at in (*PARTS.values(), BLOCK, 2 * BLOCK, 5 * BLOCK) for beside in (-1, 0, 1)]
"""Numbers beside which a part or a block ends."""
NEWEST = 15 * BLOCK + 600
MANY_PLACES = Scope(frozenset(range(2, 100)))


@pytest.fixture
def town(engine: Engine) -> Engine:
    """Two villages without a case."""
    stage_town(engine, village(), MORNING)
    return engine


def older(engine: Engine, before: int | None, word: str, limit: int, scope: Scope = EVERYTHING) -> list[int]:
    """Numbers of one page."""
    asked = CaseFilter("all", words=(Sought(word),))
    page = CaseDesk(engine).page(scope, asked, MORNING, before=before, limit=limit)
    return [case.no for case in page.cases]


def test_at_the_edge_of_a_block_nothing_is_lost_and_nothing_comes_twice(town: Engine):
    hits = sorted((1, *EDGES, NEWEST), reverse=True)
    write(town, *(row(no, text="桥头路灯坏了", area_id=2 + no % 2) for no in hits))

    assert found(town, "路灯") == found(town, "桥头", "灯坏") == hits
    assert found(town, "路灯", scope=Scope(frozenset({2}))) == [no for no in hits if no % 2 == 0]
    assert found(town, "路灯", scope=MANY_PLACES) == found(town, scope=MANY_PLACES) == hits
    for before in (*EDGES, *(edge + 1 for edge in EDGES)):
        assert older(town, before, "路灯", 3) == [no for no in hits if no < before][:3]


@pytest.mark.parametrize("most", [0, case_walks.MOST_HITS])
def test_whatever_lies_in_whichever_block_is_found_as_by_looking_at_each(
    town: Engine, monkeypatch: pytest.MonkeyPatch, most: int
):
    """Also where one's places are asked of the index itself, as they are among very many hits."""
    monkeypatch.setattr(case_walks, "MOST_HITS", most)
    dice = random.Random(3)  # noqa: S311 - the same every time
    words = {}
    for begin in (0, 900, 3 * BLOCK - 300, 9 * BLOCK, NEWEST - 700):  # thick here and there, nothing between
        for no in dice.sample(range(begin + 1, begin + 700), 250):
            words[no] = dice.choice(("停水", "停水", "路灯", "停水路灯" if begin == 900 else "井盖"))
    write(town, *(row(no, text=said, area_id=2 if no % 5 else 3) for no, said in words.items()))
    numbers = sorted(words, reverse=True)
    for word in ("停水", "路灯", "水路", "井"):
        for scope, own in (
            (EVERYTHING, 1),
            (Scope(frozenset({3})), 5),
            (MANY_PLACES, 1),
            (Scope(frozenset({4})), 0),
        ):
            hits = [no for no in numbers if word in words[no] and own and no % own == 0]
            for before in (None, NEWEST - 100, 9 * BLOCK + 350, 3 * BLOCK, 901):
                below = [no for no in hits if before is None or no < before]
                assert older(town, before, word, 30, scope) == below[:30], (word, scope, before)
                assert older(town, before, word, 400, scope) == below[:400], (word, scope, before)


def test_a_rare_word_among_a_million_is_found_by_three_questions(
    town: Engine, monkeypatch: pytest.MonkeyPatch
):
    """Not one for each block."""
    asked: list[Any] = []

    class Counted:
        def __init__(self, way: Prepared) -> None:
            self.way = way

        def rows(self, wire: Connection, binds: dict[str, Any]) -> list[tuple[Any, ...]]:
            asked.append(binds)
            return self.way.rows(wire, binds)

    write(town, row(77, text="鳄鱼"), *(row(NEWEST - nth, text="路灯") for nth in range(300)))
    for name in ("_HELD", "_OWN_HELD", "_ALL", "_OWN"):
        monkeypatch.setattr(case_walks, name, Counted(getattr(case_walks, name)))

    for scope in (EVERYTHING, Scope(frozenset({2})), MANY_PLACES):
        asked.clear()
        assert older(town, None, "鳄鱼", 30, scope) == [77]
        assert len(asked) <= 3


def test_the_way_back_and_forth_of_the_index_by_blocks(database_url: str):
    """What was written between is found, also when the way forth was cut off after its index was made."""
    engine = open_engine(database_url)
    stage_town(engine, village(), MORNING)
    write(engine, row(1, text="停水"), row(BLOCK, text="停水"))
    roll_back(database_url, "0029")
    write(engine, row(2 * BLOCK, text="停水"))
    migrate(database_url, "0030")
    assert found(engine, "停水") == [2 * BLOCK, BLOCK, 1]
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0029'"))
    migrate(database_url)

    write(engine, row(2 * BLOCK + 1, text="停水"))
    assert found(engine, "停水") == [2 * BLOCK + 1, 2 * BLOCK, BLOCK, 1]
    engine.dispose()
