"""Whoever watches must see what is wrong: each fault is planted in a village where nothing was."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from bot.parts import load_parts
from models.engine import open_engine
from models.rules.pacing import Pace
from models.tables import Case, CaseEvent, DueFiring
from tests.reliability.kill import database
from tests.town.town import LEADER, RESIDENT, Town
from tests.year.__main__ import SECRET
from tests.year.watch import Watch


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder: Path = tmp_path_factory.mktemp("village")
    with database("sqlite", folder) as url:
        made = Town(url, load_parts(Pace(), SECRET))
        for text, who in (
            ("四组桥头路灯不亮", RESIDENT), ("老井边上的垃圾桶满了", RESIDENT), ("接单 2", LEADER),
            ("三邻停水了", RESIDENT), ("撤回 3", RESIDENT),
        ):  # fmt: skip
            made.say(text, by=who)
            made.wait(minutes=2)
        yield made
        made.close()


def _seen(village: Town, folder: Path, plant: Callable[[Connection], object] | None = None) -> list[str]:
    """What a new watch says of a copy of the village with this fault."""
    copy = folder / "copy.db"
    with (
        closing(sqlite3.connect(village.engine.url.database or "")) as one,
        closing(sqlite3.connect(copy)) as other,
    ):
        one.backup(other)
    engine = open_engine(f"sqlite:///{copy}")
    if plant is not None:
        with engine.begin() as connection:
            plant(connection)
    watch = Watch(engine)
    watch.look(village.machine.dispatch.current_town(), village.clock())
    engine.dispose()
    return watch.wrong


def _set(no: int, **columns: object) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(update(Case).where(Case.no == no).values(**columns))


def _case(connection: Connection, no: int) -> int:
    return int(connection.execute(select(Case.id).where(Case.no == no)).scalar_one())


def _clock(no: int, intent: str) -> Callable[[Connection], object]:
    """One more clock of that kind for a case."""

    def plant(connection: Connection) -> None:
        due = connection.execute(select(Case.created_at).where(Case.no == no)).scalar_one() + timedelta(
            days=9
        )
        row = {
            "key": f"planted:{no}:{intent}",
            "intent": intent,
            "fields": {},
            "due_at": due,
            "case_id": _case(connection, no),
        }
        connection.execute(insert(DueFiring).values(**row, state="waiting", attempts=0, why=""))

    return plant


def _step(no: int, step: str, before: str, after: str) -> Callable[[Connection], object]:
    """A step that its reporter took, by nobody's leave."""

    def plant(connection: Connection) -> None:
        case = connection.execute(select(Case).where(Case.no == no)).one()
        row = {
            "case_id": case.id,
            "seq": 99,
            "step": step,
            "from_state": before,
            "to_state": after,
            "at": case.created_at,
        }
        connection.execute(
            insert(CaseEvent).values(**row, identity_id=case.reporter_id, reason="", changes={})
        )

    return plant


def test_of_a_village_in_order_nothing_is_said(village: Town, tmp_path: Path):
    assert [case.state for case in village.cases()] == ["new", "claimed", "withdrawn"]
    assert _seen(village, tmp_path) == []


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        (_set(1, assignee_id=None), "nobody is responsible for #1 (new)"),
        (_set(2, assignee_id=None, claimed_by=None), "nobody is responsible for #2 (claimed)"),
        (lambda c: c.execute(delete(DueFiring).where(DueFiring.intent == "ClimbCase")), "#1 is new: 0 clocks for claiming it"),
        (_clock(1, "ClimbCase"), "#1 is new: 2 clocks for claiming it"),
        (_clock(2, "RemindCase"), "#2 is claimed: 2 clocks for resolving it"),
        (_clock(2, "ClimbCase"), "#2 is claimed: other clocks run: ['ClimbCase']"),
        (_clock(3, "RemindCase"), "#3 is withdrawn: other clocks run: ['RemindCase']"),
        (_set(2, state="waiting"), "#2 is waiting: 0 firings end its rest"),
        (_step(1, "claim", "new", "claimed"), "#1: claim by somebody who may not"),
        (_step(1, "resolve", "new", "resolved"), "#1: resolve by somebody who may not"),
        (_step(2, "claim", "claimed", "resolved"), "#2 went from claimed to resolved by claim"),
    ],
)  # fmt: skip
def test_a_fault_is_seen(village: Town, tmp_path: Path, plant: Callable[[Connection], object], said: str):
    assert any(said in wrong for wrong in _seen(village, tmp_path, plant)), said
