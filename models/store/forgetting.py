"""A case that ended long ago forgets who reported it and in which words; what is counted stays (PRIVACY_DM; domain model).

What a step was, when, and which post took it, the kind, the area and every moment stay: figures of any span are the
same before and after. Whether somebody could be asked and which cases had the same place stay as facts of nobody.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, delete, select, update

from models.rules.case_life import State
from models.rules.pacing import shanghai_date
from models.rules.registers import Register
from models.rules.report_editions import without_persons
from models.rules.retention import (
    CASES_KEPT,
    KEPT_FLAGS,
    LINES,
    MATTER,
    PRIVATE,
    PRIVATE_CASES_KEPT,
    REACHABLE,
    TELLING,
    Fate,
)
from models.rules.urgency import Privacy
from models.store.rows import TABLES
from models.store.sweeping import emptied, said_about

CASE, EVENT, EDITION = TABLES["case_file"], TABLES["case_event"], TABLES["report_edition"]
OVER = (State.CLOSED, State.REJECTED, State.WITHDRAWN)
ROWS_OF_A_CASE = 20
"""About so many rows of all tables are touched for one case."""
EDITIONS = 5
"""So many at once: each is unpacked and packed again, some twenty milliseconds for a month of a township."""
Mark = Callable[[str], str]
"""Makes of a place a mark that is the same for the same place and from which nobody finds it."""
_WHOLE = tuple(line for line in LINES if line.fate is Fate.WITH_CASE)
_ASKED = select(CASE.c.id, CASE.c.place, CASE.c.flags, CASE.c.reporter_id)


def forget_cases(wire: Connection, before: datetime, most: int, mark: Mark) -> int:
    """So many rows' worth of cases at most, the longest ended first.

    Returns:
        About how many rows were touched; ``most`` where there may be more to do.
    """
    left = max(most // ROWS_OF_A_CASE, 1)
    cases: list[Any] = []
    for privacy in Privacy:
        kept = PRIVATE_CASES_KEPT if privacy in PRIVATE else CASES_KEPT
        # In the words of ix_case_remembered, each kind by itself: nothing younger is looked at.
        remembered = (CASE.c.forgotten_at.is_(None), CASE.c.closed_at.is_not(None), CASE.c.privacy == privacy)
        old = _ASKED.where(*remembered, CASE.c.closed_at < before - kept, CASE.c.state.in_(OVER))
        cases += wire.execute(old.order_by(CASE.c.closed_at).limit(left - len(cases)))
        if len(cases) >= left:
            break
    head, full = [case.id for case in cases], len(cases) >= left
    while head:
        # What another case speaks for ends with that one.
        joined = _ASKED.where(CASE.c.merged_into_id.in_(head), CASE.c.state == State.MERGED)
        below = wire.execute(joined.where(CASE.c.forgotten_at.is_(None))).all()
        head = [case.id for case in below]
        cases += below
    if cases:
        _forget(wire, cases, before, mark)
    return most if full else len(cases) * ROWS_OF_A_CASE


def _forget(wire: Connection, cases: Iterable[Any], now: datetime, mark: Mark) -> None:
    rows = {case.id: case for case in cases}
    ids = sorted(rows)
    said_about(wire, ids)
    for line in _WHOLE:
        table = TABLES[line.table]
        if line.table in {"outbox", "due_firing"}:
            continue
        mine = _of_cases(table, ids)
        if not line.columns:
            wire.execute(delete(table).where(mine))
            continue
        nothing = emptied(table, tuple(name for name in line.columns if name != "changes"))
        wire.execute(update(table).where(mine).values(**nothing))
    _forget_changes(wire, ids)
    gone = dict(emptied(CASE, ("text", "place", "result", "because", "reporter_id", "phone_box")))
    wire.execute(
        update(CASE).where(CASE.c.id == bindparam("which")).values(**gone, flags=bindparam("facts"), forgotten_at=now),
        [{"which": id_, "facts": _facts(case, mark)} for id_, case in rows.items()],
    )  # fmt: skip


def _of_cases(table: Table, cases: list[int]) -> ColumnElement[bool]:
    """Whether a row belongs to one of these cases, or says that one was opened."""
    if table.name == "register_opening":
        return and_(table.c.kind.in_(tuple(Register)), table.c.subject_id.in_(cases))
    return table.c.case_id.in_(cases)


def _facts(case: Any, mark: Mark) -> dict[str, Any]:
    facts = {name: value for name, value in case.flags.items() if name in KEPT_FLAGS}
    if case.reporter_id is not None:
        facts[REACHABLE] = True
    return {**facts, MATTER: mark(case.place)} if case.place else facts


def _forget_changes(wire: Connection, cases: list[int]) -> None:
    """The steps no longer say what was said, where, or by whom."""
    found = select(EVENT.c.id, EVENT.c.changes).where(EVENT.c.case_id.in_(cases))
    told = [
        {"which": id_, "kept": {name: value for name, value in changes.items() if name not in TELLING}}
        for id_, changes in wire.execute(found)
        if not TELLING.isdisjoint(changes)
    ]
    if told:
        wire.execute(
            update(EVENT).where(EVENT.c.id == bindparam("which")).values(changes=bindparam("kept")), told
        )


def forget_editions(wire: Connection, before: datetime, most: int) -> int:
    """Frozen months that began long ago keep their numbers and lose what people said.

    No case of a month ended before its first day, so none is remembered here for longer than by itself.

    Returns:
        How many those were; ``most`` where there may be more to do.
    """
    upto = f"{shanghai_date(before - CASES_KEPT):%Y-%m}"
    old = select(EDITION.c.id, EDITION.c.content).where(
        EDITION.c.forgotten_at.is_(None), EDITION.c.period <= upto
    )
    rows = wire.execute(old.order_by(EDITION.c.id).limit(EDITIONS)).all()
    if rows:
        wire.execute(
            update(EDITION).where(EDITION.c.id == bindparam("which")).values(content=bindparam("kept"), forgotten_at=before),
            [{"which": id_, "kept": without_persons(content)} for id_, content in rows],
        )  # fmt: skip
    return most if len(rows) == EDITIONS else len(rows)
