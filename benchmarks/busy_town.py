"""A town of 500 groups of 100 members for the benchmarks, and a database that already holds many cases."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert, select, text, update
from sqlmodel import SQLModel

from handlers.township.staging import Stage, StagedPerson, StagedRoom, stage_town
from models import tables
from models.engine import for_writing

ROOMS = 500
GROUPS_OF_A_VILLAGE = 25
BATCH = 5000
_TABLES = SQLModel.metadata.tables
CASE = _TABLES[tables.Case.__tablename__]
EVENT = _TABLES[tables.CaseEvent.__tablename__]
LINE = _TABLES[tables.CaseLine.__tablename__]
OUTBOX = _TABLES[tables.OutboxMessage.__tablename__]
KEY = _TABLES[tables.ConsumedKey.__tablename__]
AUDIT = _TABLES[tables.AuditLine.__tablename__]
FIRING = _TABLES[tables.DueFiring.__tablename__]


def stage_busy_town(
    engine: Engine,
    now: datetime,
    channel: str = "simulator",
    *,
    rooms: int = ROOMS,
    accounts: tuple[str, ...] = ("main",),
) -> None:
    """So many groups in villages of 25, each group with its leader; the accounts share them out."""
    areas = [f"{number // GROUPS_OF_A_VILLAGE}村{number}组" for number in range(rooms)]
    paths = tuple(
        f"安全乡/{number // GROUPS_OF_A_VILLAGE}村/{number // GROUPS_OF_A_VILLAGE}村一片/{area}"
        for number, area in enumerate(areas)
    )
    leaders = tuple(
        StagedPerson(f"leader{n}", "刘建国", "刘", post="zu_head", area=area, verified=True, friend=True)
        for n, area in enumerate(areas)
    )
    groups = tuple(
        StagedRoom(f"room{n}", f"{area}群", area, owner=f"leader{n}", account=accounts[n % len(accounts)])
        for n, area in enumerate(areas)
    )
    stage_town(engine, Stage("anxiang", channel, paths, leaders, groups), now)


def fill_with_cases(engine: Engine, count: int, now: datetime) -> None:
    """So many cases of the past year with their events, lines, clocks and what was said; two in a hundred are open."""
    with engine.connect() as connection:
        rooms = connection.execute(text("SELECT room_id, area_id FROM room_area ORDER BY room_id")).all()
        people = connection.execute(text("SELECT id FROM chat_identity ORDER BY id")).scalars().all()
    for first in range(0, count, BATCH):
        with for_writing(engine).begin() as connection:
            numbers = range(first + 1, min(first + BATCH, count) + 1)
            rows = [_case(no, rooms[no % len(rooms)], people[no % len(people)], now, count) for no in numbers]
            connection.execute(insert(CASE), rows)
            known = dict(connection.execute(select(CASE.c.no, CASE.c.id).where(CASE.c.no.in_(numbers))).all())
            for table, more in _companions(rows, known):
                connection.execute(insert(table), more)
    with for_writing(engine).begin() as connection:
        deployment = _TABLES[tables.Deployment.__tablename__]
        connection.execute(update(deployment).values(last_case_no=count))
        if engine.dialect.name == "sqlite":
            connection.execute(text("ANALYZE"))


def _case(no: int, room: Any, reporter: int, now: datetime, count: int) -> dict[str, Any]:
    at = now - timedelta(days=365) * (1 - no / (count + 1))
    is_open = no % 50 == 0
    return {
        "no": no, "token": f"bench-{no}", "category": ("B02", "C01", "F01", "C03")[no % 4], "hotline": "x", "urgency": "U2",
        "privacy": "P1", "state": "new" if is_open else "closed", "area_id": room[1], "room_id": room[0], "place": f"{no}号",
        "text": "路灯不亮好几天了", "source": "group", "reporter_id": reporter, "score": 3.0, "because": [], "flags": {},
        "said_at": at, "created_at": at, "heard_last_at": at, "rung": 0, "event_count": 2, "transfer_count": 0,
        "return_count": 0,
    }  # fmt: skip


def _companions(
    rows: list[dict[str, Any]], known: dict[int, int]
) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    cases = [(known[row["no"]], row) for row in rows]
    yield EVENT, [
        {"case_id": case, "seq": seq, "step": step, "from_state": None, "to_state": row["state"], "identity_id": None,
         "seat_id": None, "reason": "", "changes": {}, "at": row["said_at"]}
        for case, row in cases for seq, step in ((1, "create"), (2, "claim"))
    ]  # fmt: skip
    yield LINE, [
        {"case_id": case, "identity_id": row["reporter_id"], "text": row["text"], "message_key": f"old:{row['no']}",
         "said_at": row["said_at"]}
        for case, row in cases
    ]  # fmt: skip
    yield OUTBOX, [
        {"cause": f"old:{row['no']}", "key": "RCPT_ONE", "blanks": {}, "mentions": [], "rank": 2, "gathers": "",
         "case_id": case, "room_id": row["room_id"], "state": "sent", "not_before": row["said_at"], "attempts": 1,
         "why": "", "text": "x", "account": "main", "created_at": row["said_at"], "sent_at": row["said_at"],
         "medium": "chat"}
        for case, row in cases for _ in range(2)
    ]  # fmt: skip
    yield (
        KEY,
        [
            {"key": f"old:{row['no']}", "content_digest": f"digest-{row['no']}", "at": row["said_at"]}
            for _, row in cases
        ],
    )
    yield AUDIT, [
        {"at": row["said_at"], "door": "chat", "key": f"old:{row['no']}", "intent": "Report", "outcome": "done",
         "case_id": case}
        for case, row in cases
    ]  # fmt: skip
    yield FIRING, [
        {"key": f"ClimbCase:{row['no']}", "intent": "ClimbCase", "fields": {"no": row["no"]}, "due_at": row["said_at"],
         "state": "done", "attempts": 1, "case_id": case, "why": ""}
        for case, row in cases
    ]  # fmt: skip
