"""Whichever way a page of cases is found, it holds what looking at every case finds."""

import random
from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import Engine, text

from handlers.township.staging import stage_town
from models.case_desk import CaseDesk, CaseFilter
from models.case_search import Sought
from models.rules.scope import Scope
from tests.models.test_case_search import row, write
from tests.town.town import MORNING, village

MANY = 3_000
PLACES, KINDS, WORDS = (2, 3, 4), ("B01", "C01", "D05"), ("停水", "桥头路灯", "井盖", "水")


@pytest.fixture
def years(engine: Engine) -> Engine:
    """Three places with cases of all sorts; what is rare stands close together, years back."""
    stage_town(engine, village(), MORNING)
    dice = random.Random(5)  # noqa: S311 - the same every time
    with engine.connect() as connection:
        seats = list(connection.execute(text("SELECT id FROM appointment ORDER BY id")).scalars())
    write(
        engine,
        *(
            row(
                no,
                area_id=4 if 900 < no < 940 else dice.choice((2, 2, 3)),
                category=dice.choice(KINDS),
                text=f"{no % 7}组{dice.choice(WORDS[:2])}" if no > 800 else "井盖坏了",
                privacy="P3" if dice.random() < 0.3 else "P1",
                urgency="U1" if dice.random() < 0.02 else "U2",
                state="new" if dice.random() < 0.01 else "closed",
                keeper_id=dice.choice((None, *seats)),
            )
            for no in range(1, MANY)
        ),
    )
    return engine


def plainly(engine: Engine, scope: Scope, wanted: CaseFilter) -> list[int]:
    """The same, asked of each case alone."""
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT no, area_id, category, urgency, privacy, keeper_id, text FROM case_file ORDER BY no DESC"
            )
        ).all()
    return [
        no
        for no, area, category, urgency, privacy, keeper, said in rows
        if (((scope.whole or area in scope.areas) and privacy != "P3") or keeper in scope.seats)
        and (not wanted.areas or area in wanted.areas)
        and (not wanted.categories or category in wanted.categories)
        and (not wanted.urgent or urgency == "U1")
        and all(word.word in said for word in wanted.words)
    ]


def walked(engine: Engine, scope: Scope, wanted: CaseFilter, limit: int) -> Iterable[int]:
    """Numbers of three pages, or all there are."""
    before: int | None = None
    for _ in range(3):
        page = CaseDesk(engine).page(scope, wanted, MORNING, before=before, limit=limit)
        yield from (case.no for case in page.cases)
        if (before := page.older) is None:
            return


def test_any_filter_finds_what_looking_at_every_case_finds(years: Engine):
    dice = random.Random(9)  # noqa: S311 - the same every time
    with years.connect() as connection:
        seats = list(connection.execute(text("SELECT id FROM appointment ORDER BY id")).scalars())
    scopes = [Scope(whole=True), Scope(frozenset({2}), frozenset(seats[:1])), Scope(frozenset({3, 4}))]
    for _ in range(60):
        scope, limit = dice.choice(scopes), dice.choice((5, 30, 200))
        wanted = CaseFilter(
            "all",
            frozenset(dice.sample(PLACES, dice.choice((0, 0, 1, 2)))),
            frozenset(dice.sample(KINDS, dice.choice((0, 1, 2)))),
            dice.random() < 0.2,
            tuple(map(Sought, dice.sample(WORDS, dice.choice((0, 1, 1, 2))))),
        )
        told: Any = (scope, wanted, limit)

        assert list(walked(years, scope, wanted, limit)) == plainly(years, scope, wanted)[: 3 * limit], told
