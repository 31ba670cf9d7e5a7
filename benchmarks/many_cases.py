"""A township of six villages and sixty hamlets whose desk holds any number of cases, written as fast as a database takes them.

What is open does not grow with the years: 400 of the newest. Texts are made of the lexicon's words, categories as
unevenly frequent as they are (the n-th of them 1/n as often as the first); a matter is urgent once in 200.
"""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import accumulate
from pathlib import Path
from typing import Any

import psycopg
from sqlmodel import SQLModel

from bot.machine import ACCOUNT
from handlers.township.staging import Stage, StagedPerson, StagedRoom, stage_town
from models.engine import MIGRATIONS, migrate, open_engine
from models.rules.case_words import case_tokens, tokens_beyond
from models.rules.lexicon import Item
from models.tables import Case, CaseEvent, CaseLine

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
VILLAGES = ("安全村", "永和村", "红星村", "石板村", "双河村", "青山村")
HAMLETS = tuple(f"{village[:2]}{number}组" for village in VILLAGES for number in "一二三四五六七八九十")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
SPOTS = (
    "桥头",
    "村口",
    "老井边",
    "小学门口",
    "卫生室旁边",
    "3栋2单元",
    "5栋1单元",
    "广场",
    "水库坝上",
    "晒场",
)
TAILS = (
    "好几天了",
    "麻烦来人看一下",
    "晚上看不见路",
    "老人出门不方便",
    "上次说了还没好",
    "影响大家出行",
    "一直没人管",
    "",
)
RESULTS = (
    "已经修好了，请再看看。",
    "安排人清理完了。",
    "联系了供电所，已恢复。",
    "上门看过，换了新的。",
    "跟本人解释清楚了。",
)
OPEN, NEAR = 400, 5_000
"""So many of so many of the newest are open."""
EVERY = timedelta(minutes=5)
BATCH = 20_000
CASE, EVENT, LINE = (SQLModel.metadata.tables[str(t.__tablename__)] for t in (Case, CaseEvent, CaseLine))
WORDS, BLOCKS = (
    import_module(f"migrations.versions.{built.stem}")
    for name in ("words_of_cases", "words_of_cases_by_blocks")
    for built in (MIGRATIONS / "versions").glob(f"*_{name}.py")
)
"""How the indexes are built for a database that holds cases already."""


def staged() -> Stage:
    """The township, each hamlet with a leader and a group, each village with its duty."""
    leaders = [
        StagedPerson(f"leader{n}", f"{SURNAMES[n % 20]}某", SURNAMES[n % 20], post="zu_head", area=hamlet, verified=True)
        for n, hamlet in enumerate(HAMLETS)
    ]  # fmt: skip
    duties = [
        StagedPerson(
            village, f"{SURNAMES[-n]}某", SURNAMES[-n], post="village_duty", area=village, verified=True
        )
        for n, village in enumerate(VILLAGES, 1)
    ]
    town = StagedPerson("town", "丁勇", "丁", post="town_station", area="安全乡", verified=True)
    return Stage(
        "anxiang", "simulator",
        tuple(f"安全乡/{VILLAGES[n // 10]}/{VILLAGES[n // 10]}{'甲乙'[n // 5 % 2]}片/{h}" for n, h in enumerate(HAMLETS)),
        (*leaders, *duties, town),
        tuple(StagedRoom(hamlet, f"{hamlet}群", hamlet, owner=f"leader{n}", account=ACCOUNT) for n, hamlet in enumerate(HAMLETS)),
    )  # fmt: skip


def fill(url: str, count: int, items: Sequence[Item]) -> None:
    """An empty database becomes the township with so many cases."""
    migrate(url)
    engine = open_engine(url)
    stage_town(engine, staged(), NOON)
    with engine.connect() as connection:
        seats = connection.exec_driver_sql(
            "SELECT a.area_id, min(a.id), p.code FROM appointment a JOIN post_type p ON p.id = a.post_id"
            " WHERE p.code IN ('zu_head', 'village_duty') GROUP BY a.area_id, p.code ORDER BY a.area_id"
        ).all()
        rooms = connection.exec_driver_sql("SELECT room_id, area_id FROM room_area ORDER BY room_id").all()
        parents = dict(connection.exec_driver_sql("SELECT id, parent_id FROM area").all())
    engine.dispose()
    leader = {area: seat for area, seat, post in seats if post == "zu_head"}
    duty = {area: seat for area, seat, post in seats if post == "village_duty"}
    places = [(area, room, leader[area], duty[parents[parents[area]]]) for room, area in rooms]
    made = cases(count, items, places)
    (_into_sqlite if url.startswith("sqlite") else _into_postgres)(url, made)


def cases(count: int, items: Sequence[Item], places: Sequence[tuple[int, ...]]) -> Iterator[dict[str, Any]]:
    """Rows of cases, the oldest first; the same for the same count."""
    dice = random.Random(count)
    weights = list(accumulate(1 / rank for rank in range(1, len(items) + 1)))
    blank = {name: f.default for name, f in Case.model_fields.items() if not f.is_required()}
    blank |= {"because": "[]", "flags": "{}"}
    still = set(dice.sample(range(max(count - NEAR, 0) + 1, count + 1), min(OPEN, count)))
    for no in range(1, count + 1):
        item = dice.choices(items, cum_weights=weights)[0]
        which = dice.randrange(len(places))
        area, room, leader, duty = places[which]
        at = NOON - EVERY * (count + 1 - no)
        place = HAMLETS[which] + dice.choice(SPOTS)
        is_open = no in still
        ended = at + timedelta(days=2)
        yield {
            **blank, "id": no, "no": no, "token": f"bench-{no}", "category": item.code, "hotline": "x", "privacy": item.privacy,
            "urgency": "U1" if dice.random() < 1 / 200 else "U2", "area_id": area, "room_id": room, "place": place,
            "state": dice.choice(("new", "claimed", "in_progress")) if is_open else "withdrawn" if no % 20 == 0 else "closed",
            "text": f"{place}{dice.choice(item.keywords or (item.spoken,))}{dice.choice(TAILS)}",
            "result": "" if is_open else dice.choice(RESULTS), "assignee_id": leader, "keeper_id": duty,
            "claimed_by": leader, "reporter_id": None, "said_at": at, "created_at": at, "heard_last_at": at,
            "due_resolve_at": at + timedelta(days=3), "closed_at": None if is_open else ended, "event_count": 2,
        }  # fmt: skip


def _beside(row: dict[str, Any]) -> tuple[list[tuple[Any, ...]], tuple[Any, ...]]:
    """A case's steps and the line that was said."""
    steps = [
        (row["id"], seq, step, row["state"], "", "{}", row["said_at"])
        for seq, step in ((1, "create"), (2, "claim"))
    ]
    return steps, (row["id"], row["text"], f"bench:{row['no']}", row["said_at"])


COLUMNS = {
    CASE: CASE.c.keys(),
    EVENT: ["case_id", "seq", "step", "to_state", "reason", "changes", "at"],
    LINE: ["case_id", "text", "message_key", "said_at"],
}


def _batches(made: Iterator[dict[str, Any]]) -> Iterator[tuple[Any, list[tuple[Any, ...]]]]:
    """Table and rows."""
    while rows := [row for row, _ in zip(made, range(BATCH), strict=False)]:
        beside = [_beside(row) for row in rows]
        yield CASE, [tuple(row[name] for name in COLUMNS[CASE]) for row in rows]
        yield EVENT, [step for steps, _ in beside for step in steps]
        yield LINE, [line for _, line in beside]


def _into_sqlite(url: str, made: Iterator[dict[str, Any]]) -> None:
    sqlite3.register_adapter(datetime, lambda at: at.strftime("%Y-%m-%d %H:%M:%S.%f"))
    with closing(sqlite3.connect(Path(url.removeprefix("sqlite:///")), isolation_level=None)) as wire:
        wire.create_function("case_tokens", -1, case_tokens, deterministic=True)
        wire.create_function("tokens_beyond", 2, tokens_beyond, deterministic=True)
        for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-200000"):
            wire.execute(f"PRAGMA {pragma}")
        wire.execute("DROP TRIGGER case_words_come")
        wire.execute("BEGIN")
        last = 0
        for table, rows in _batches(made):
            names = COLUMNS[table]
            wire.executemany(
                f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",  # noqa: S608 - our own names
                rows,
            )
            last += len(rows) if table is CASE else 0
        for after in range(0, last, BATCH):
            wire.execute(WORDS.FILL_SQLITE, {"after": after, "upto": after + BATCH})
        wire.execute(WORDS.ON_SQLITE[1])
        wire.execute("UPDATE deployment SET last_case_no = ?", (last,))
        wire.execute("COMMIT")


def _into_postgres(url: str, made: Iterator[dict[str, Any]]) -> None:
    with psycopg.connect(url, autocommit=True) as wire:
        wire.execute("SET session_replication_role = replica")  # no triggers, no foreign keys
        wire.execute("DROP INDEX ix_case_words, ix_case_words_by_block")
        for table, rows in _batches(made):
            with (
                wire.cursor() as cursor,
                cursor.copy(f"COPY {table.name} ({', '.join(COLUMNS[table])}) FROM STDIN") as copy,
            ):
                for row in rows:
                    copy.write_row(row)
        statement = WORDS.FILL_POSTGRES.replace(":after", "0").replace(":upto", "2147483647")
        wire.execute(statement.encode())
        wire.execute(WORDS.SEARCHED.encode())
        wire.execute(BLOCKS.SEARCHED.encode())
        wire.execute("UPDATE deployment SET last_case_no = (SELECT max(no) FROM case_file)")
        for table in (CASE, EVENT, LINE):
            newest = f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}"  # noqa: S608 - our own names
            wire.execute(newest.encode())
        wire.execute("VACUUM (ANALYZE)")
