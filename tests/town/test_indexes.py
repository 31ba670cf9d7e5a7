"""What a message asks of the database is found by an index, however many cases there are."""

from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import event

from bot.parts import Parts
from tests.town.town import LEADER, NEIGHBOUR, RESIDENT, ROOM, Town

GROWING = (
    "case_file", "case_event", "case_line", "co_reporter", "outbox", "consumed_key", "audit", "due_firing", "draft",
)  # fmt: skip
"""Tables that hold more with every case."""
WALK = (
    (RESIDENT, "三邻停水了"),
    (RESIDENT, "四组桥头这一排都没有"),
    (NEIGHBOUR, "我家也停水了"),
    (LEADER, "接单 1"),
    (NEIGHBOUR, "路灯不亮好几天了"),
    (NEIGHBOUR, "谢谢"),
    (RESIDENT, "还没修好吗"),
    (LEADER, "办结 1 已来水"),
)


class Overheard:
    """Statements that a database was asked while somebody listened, with their values."""

    def __init__(self, town: Town) -> None:
        self.said: list[str] = []
        self.listening = False
        event.listen(town.engine, "checkout", self._trace)

    def _trace(self, wire: SqliteConnection, *_: Any) -> None:
        wire.set_trace_callback(self._hear)

    def _hear(self, statement: str) -> None:
        if self.listening and statement.startswith(("SELECT", "UPDATE", "DELETE")):
            self.said.append(statement)


def test_no_statement_that_a_message_leads_to_walks_through_a_table(sqlite_url: str, parts: Parts):
    town = Town(sqlite_url, parts)
    overheard = Overheard(town)
    for who, words in WALK:
        message = town.wechat.say(who, words, room=ROOM)
        overheard.listening = True
        town.machine.hear(message)
        overheard.listening = False
        town.wait(minutes=2)
    with town.engine.connect() as connection:
        wire: Any = connection.connection.driver_connection
        plans = {one: [row[3] for row in wire.execute(f"EXPLAIN QUERY PLAN {one}")] for one in overheard.said}
    town.close()

    assert any("INDEX ix_case_room_place " in step for plan in plans.values() for step in plan)
    whole = {f"SCAN {table}" for table in GROWING}
    assert {one: plan for one, plan in plans.items() if whole & set(plan)} == {}
