"""However many years lie behind, figures and the first page look at what they need, and at all of it."""

import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from handlers.township.staging import stage_town
from models.engine import open_engine
from models.rules.metrics import RECURS_WITHIN
from models.rules.periods import span_named
from models.rules.scope import Scope
from models.rules.sla import Timetable
from models.store import Store
from models.today_desk import TodayDesk
from tests.models.test_case_search import Overheard, row, write
from tests.town.town import MORNING, village

QUIET = Timetable(quiet="21:30-07:00")
AREAS = (2, 3)


def moments(dice: random.Random) -> dict[str, datetime | None]:
    """When something came in and ended, in a quarter of a year."""
    came = MORNING - timedelta(hours=dice.randrange(24 * 90))
    ended = [came + timedelta(hours=dice.randrange(24 * 60)) for _ in range(3)]
    maybe = [at if dice.random() < 0.6 else None for at in ended]
    return {"created_at": came, "closed_at": maybe[0], "resolved_at": maybe[1], "due_resolve_at": maybe[2]}


@pytest.mark.parametrize("words", ["本月", "上月", "今天"])
def test_a_months_figures_hold_every_case_that_is_near_it(engine: Engine, words: str):
    stage_town(engine, village(), MORNING)
    dice = random.Random(words)  # noqa: S311 - the same every time
    rows = [row(no, area_id=dice.choice((*AREAS, 4)), **moments(dice)) for no in range(1, 400)]
    write(engine, *rows)
    span = span_named(words, MORNING)

    def is_near(one: dict[str, datetime | None]) -> bool:
        came, closed, resolved, due = (
            one[name] for name in ("created_at", "closed_at", "resolved_at", "due_resolve_at")
        )
        lately = came is not None and came >= span.start - RECURS_WITHIN
        return lately or closed is None or any(at and at >= span.start for at in (closed, resolved, due))

    near = [one for one in rows if one["area_id"] in AREAS and one["created_at"] < span.end and is_near(one)]
    with Session(engine) as session:
        store = Store(session)
        whole = [case.no for case in store.happened(AREAS, span, QUIET).cases]
        parts = [c.no for part in store.happened_in_parts(AREAS, span, QUIET, size=30) for c in part.cases]
        without_repeats = {case.no for case in store.happened(AREAS, span, QUIET, repeats=False).cases}

    assert whole == [one["no"] for one in near]
    assert parts == [one["no"] for one in sorted(near, key=lambda one: (one["created_at"], one["no"]))]
    assert without_repeats <= set(whole)
    assert without_repeats >= {
        one["no"] for one in near if is_near({**one, "created_at": one["created_at"] - RECURS_WITHIN})
    }


def test_days_are_counted_as_shanghai_has_them(engine: Engine):
    stage_town(engine, village(), MORNING)
    midnight = MORNING.replace(hour=16, minute=0)  # in Shanghai
    around = {1: midnight - timedelta(seconds=1), 2: midnight, 3: midnight + timedelta(hours=23, minutes=59)}
    write(engine, *(row(no, created_at=at, closed_at=at) for no, at in around.items()))
    dates = [(MORNING + timedelta(days=day)).date() for day in range(3)]

    days = TodayDesk(engine).days(Scope(whole=True), MORNING - timedelta(days=1), dates)

    assert [(day.opened, day.closed) for day in days] == [(1, 1), (2, 2), (0, 0)]


def test_the_first_page_and_a_month_read_no_other_years(sqlite_url: str):
    engine = open_engine(sqlite_url)
    stage_town(engine, village(), MORNING)
    asked, desk, span = Overheard(engine), TodayDesk(engine), span_named("本月", MORNING)
    scope = Scope(frozenset(AREAS), frozenset({1}))
    desk.loads(scope, MORNING)
    desk.unassigned(scope)
    desk.days(scope, span.start, [])
    desk.kinds(scope, span.start, 5)
    with Session(engine) as session:
        Store(session).happened(AREAS, span, QUIET, repeats=False)
        list(Store(session).happened_in_parts(AREAS, span, QUIET))
    plans = asked.plans()

    assert {"ix_case_open", "ix_case_closed", "ix_case_resolved", "ix_case_due"} <= plans.keys()
    assert not {one for one in plans if "SCAN" in one or one.startswith("ix_case_area")}
    engine.dispose()
