"""The console's first page over many cases."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import event

from bot.panes import Panes
from bot.parts import Parts
from bot.program import Program
from bot.today import Today
from handlers.township.staging import StagedCase
from models.case_desk import CaseDesk
from models.rules.scope import Scope
from models.tables import OutboxMessage
from models.today_desk import TodayDesk
from tests.town.town import MORNING, RESIDENT, ROOM, Town, village

OLD, FRESH, SHOWN = 10, 120, 100


def standing(no: int, *, overdue: bool) -> StagedCase:
    """An open case; those that are overdue were reported first."""
    hours = -1 if overdue else 48
    return StagedCase(
        no, "B02", RESIDENT, ROOM, "new", "U2", "P1", "求助", "lin_head",
        created_at=MORNING - timedelta(days=3) + timedelta(minutes=no), due_at=MORNING + timedelta(hours=hours),
    )  # fmt: skip


def today_of(town: Town) -> Today:
    """The first page of the console."""
    return Today(CaseDesk(town.engine), TodayDesk(town.engine), town.machine.dispatch, town.clock)


def test_the_longest_overdue_case_is_listed_and_counted_however_many_came_after_it(
    make_town: Callable[..., Town],
):
    cases = tuple(standing(no, overdue=no <= OLD) for no in range(1, OLD + FRESH + 1))
    town = make_town(stage=village(cases=cases))
    statements: list[str] = []
    event.listen(town.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    view = today_of(town)(Scope(whole=True))

    assert (view.open, view.overdue, view.unclaimed) == (OLD + FRESH, OLD, OLD + FRESH)
    assert len(view.cases) == SHOWN
    assert [case.no for case in view.cases[:OLD]] == list(range(1, OLD + 1))
    assert view.cases[0].area == "三邻"
    assert view.cases[0].assignee == "邻长张"
    assert len(statements) < 20  # a handful, not some for each case


def test_what_was_given_up_does_not_hide_what_waits(town: Town, parts: Parts):
    with town.session() as session:
        for state, rows in (("dead", 80), ("queued", 3), ("relay", 1)):
            for _ in range(rows):
                session.add(
                    OutboxMessage(
                        cause="test", room_id=1, key="HELP", rank=2, state=state,
                        not_before=town.clock(), created_at=town.clock(),
                    )
                )  # fmt: skip
            session.flush()
        session.commit()
    view = Panes(Program(town.engine, parts, {}, town.clock)).status(Scope(whole=True))

    assert [row.state for row in view.waiting[:4]] == ["queued"] * 3 + ["relay"]
    assert dict(view.depth) == {"dead": 80, "queued": 3, "relay": 1}
