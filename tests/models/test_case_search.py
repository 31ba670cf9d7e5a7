"""Search finds what LIKE finds, on both databases, whatever is written, changed, taken back and asked."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, event, insert, text, update

from handlers.township.staging import stage_town
from models.case_desk import CaseDesk, CaseFilter
from models.case_search import Sought
from models.engine import MIGRATIONS, alembic_config, migrate, open_engine
from models.rules.case_life import OPEN_STATES
from models.rules.case_words import fold, words_in
from models.rules.scope import Scope
from models.tables import Case
from models.tables.cases import OPEN_ROW
from tests.town.town import MORNING, village

EVERYTHING = Scope(whole=True)
LETTERS = "停水电桥头路灯坏了A b%_\\'。3栋\n　é😀"
TEXTS = st.text(alphabet=LETTERS, max_size=14)
ASKED = st.text(alphabet=LETTERS, min_size=1, max_size=6)


def row(no: int, **columns: Any) -> dict[str, Any]:
    """A closed case of the second area that nobody handles."""
    blank = {
        name: f.get_default(call_default_factory=True)
        for name, f in Case.model_fields.items()
        if not f.is_required()
    }
    at = MORNING + timedelta(minutes=no)
    return {
        **blank, "id": no, "no": no, "token": f"t{no}", "category": "B01", "hotline": "x", "urgency": "U2", "privacy": "P1",
        "state": "closed", "area_id": 2, "said_at": at, "created_at": at, "heard_last_at": at, **columns,
    }  # fmt: skip


def write(engine: Engine, *rows: dict[str, Any]) -> None:
    with engine.begin() as connection:
        connection.execute(insert(Case), list(rows))


def found(engine: Engine, *words: str, scope: Scope = EVERYTHING, **wanted: Any) -> list[int]:
    """Numbers on the pages of a search, from the first to the last."""
    asked = CaseFilter(**{"group": "all", **wanted}, words=tuple(map(Sought, words)))
    numbers: list[int] = []
    before = None
    while True:
        page = CaseDesk(engine).page(scope, asked, MORNING, before=before, limit=3)
        numbers += [case.no for case in page.cases]
        if page.older is None:
            return numbers
        before = page.older


@pytest.fixture
def town(engine: Engine) -> Engine:
    """Two villages without a case."""
    stage_town(engine, village(), MORNING)
    return engine


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def lasting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The same for many tries of one test."""
    if request.param == "sqlite":
        url, server = f"sqlite:///{tmp_path_factory.mktemp('search') / 'linli.db'}", None
        migrate(url)
    else:
        server = request.getfixturevalue("postgres")
        url = server.fresh()
    engine = open_engine(url)
    stage_town(engine, village(), MORNING)
    yield engine
    engine.dispose()
    if server:
        server.drop(url)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=8), asked=ASKED, later=TEXTS)
def test_search_finds_exactly_what_like_finds(
    lasting: Engine, texts: list[tuple[str, str, str]], asked: str, later: str
):
    with lasting.begin() as connection:
        connection.execute(delete(Case))
    write(lasting, *(row(no, text=t, place=p, result=r) for no, (t, p, r) in enumerate(texts, 1)))
    with lasting.begin() as connection:
        connection.execute(update(Case).where(Case.no == len(texts)).values(text=later))
    texts[-1] = (later, *texts[-1][1:])
    words = words_in(asked)
    if not words:
        return
    said = [tuple(map(fold, one)) for one in texts]
    like = [
        no for no, one in enumerate(said, 1) if all(any(fold(word) in part for part in one) for word in words)
    ]

    assert found(lasting, *words) == sorted(like, reverse=True)
    assert found(lasting, *words) == plainly(lasting, words)


def plainly(engine: Engine, words: tuple[str, ...]) -> list[int]:
    """What LIKE alone finds, as the database itself takes it."""
    small = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
    fields = ("text", "place", "result")
    if engine.dialect.name == "postgresql":
        fields = tuple(
            f"translate({one}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')" for one in fields
        )
    parts, binds = [], {}
    for number, word in enumerate(words):
        escaped = word.translate(small)
        for sign in "!%_":
            escaped = escaped.replace(sign, f"!{sign}")
        binds[f"w{number}"] = f"%{escaped}%"
        parts.append("(" + " OR ".join(f"{one} LIKE :w{number} ESCAPE '!'" for one in fields) + ")")
    with engine.connect() as connection:
        query = f"SELECT no FROM case_file WHERE {' AND '.join(parts)} ORDER BY no DESC"  # noqa: S608 - our own names
        return list(connection.execute(text(query), binds).scalars())


def test_pages_of_a_search_follow_each_other_through_thousands(town: Engine):
    write(town, *(row(no, text="桥头路灯坏了" if no % 700 == 0 else "村口停水", privacy="P3" if no % 1400 == 0 else "P1",
                      area_id=3 if no % 3 else 2) for no in range(1, 5001)))  # fmt: skip

    assert found(town, "路灯") == [4900, 3500, 2100, 700]  # of the other half, it is nobody's business
    assert found(town, "桥头", "路灯") == [4900, 3500, 2100, 700]
    assert found(town, "路桥") == []
    assert found(town, "灯") == [4900, 3500, 2100, 700]
    near = Scope(areas=frozenset({2}))
    assert found(town, "路灯", scope=near) == [2100]
    assert len(found(town, scope=near)) == len([no for no in range(1, 5001) if no % 3 == 0 and no % 1400])
    assert found(town, "路灯", scope=Scope()) == []
    assert found(town, "路灯", areas=frozenset({3})) == [4900, 3500, 700]
    assert found(town, "路灯", categories=frozenset({"C01"})) == []


def test_what_lies_with_somebody_elsewhere_is_found_by_them_alone(town: Engine):
    with town.connect() as connection:
        one, other = connection.execute(text("SELECT id FROM appointment ORDER BY id LIMIT 2")).scalars()
    write(
        town,
        row(1, text="家里的事不好说", privacy="P3", keeper_id=one),
        row(2, text="家里的事不好说", area_id=3, assignee_id=one),
    )
    mine, others = Scope(frozenset({2}), frozenset({one})), Scope(frozenset({2}), frozenset({other}))

    assert found(town, "不好", scope=mine) == found(town, scope=mine) == [2, 1]
    assert found(town, "不好", scope=others) == found(town, scope=others) == []


def test_a_word_may_name_a_category_or_whoever_it_lies_with(town: Engine):
    with town.connect() as connection:
        seat = connection.execute(text("SELECT min(id) FROM appointment")).scalar_one()
    write(
        town, row(1, text="没有水"), row(2, text="灯", category="C01"), row(3, text="别的", assignee_id=seat)
    )
    desk = CaseDesk(town)

    def numbers(word: Sought) -> list[int]:
        return [c.no for c in desk.page(EVERYTHING, CaseFilter(group="all", words=(word,)), MORNING).cases]

    assert numbers(Sought("路灯", categories=frozenset({"C01"}))) == [2]
    assert numbers(Sought("有水", categories=frozenset({"C01"}))) == [2, 1]
    assert numbers(Sought("刘", seats=frozenset({seat}))) == [3]


def held(engine: Engine, word: str) -> list[int]:
    """Which numbers the index itself knows a word of."""
    pair = "".join(f"{ord(one):06x}" for one in word)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            query = "SELECT rowid FROM case_words WHERE case_words MATCH :pair ORDER BY rowid"
        else:
            query = "SELECT no FROM case_words WHERE case_tokens(marks, said) @@ CAST(:pair AS tsquery) ORDER BY no"
        return list(connection.execute(text(query), {"pair": pair}).scalars())


@pytest.mark.parametrize("field", ["text", "place", "result"])
def test_words_that_are_taken_back_leave_the_index_with_the_same_commit(town: Engine, field: str):
    write(town, row(1, **{field: "我家停水了"}), row(2, **{field: "他家停水"}))
    assert held(town, "停水") == [1, 2]
    with town.begin() as connection:
        connection.execute(update(Case).where(Case.no == 1).values({field: "我家"}))
    assert (held(town, "停水"), held(town, "我家"), found(town, "停水")) == ([2], [1], [2])
    with town.connect() as connection:
        connection.execute(update(Case).where(Case.no == 2).values({field: ""}))
        connection.rollback()
    assert held(town, "停水") == [2]
    with town.begin() as connection:
        connection.execute(delete(Case).where(Case.no == 2))
    assert held(town, "停水") == held(town, "他家") == []
    if town.dialect.name == "postgresql":
        with town.connect() as connection:
            assert "停水" not in str(connection.execute(text("SELECT said FROM case_words")).all())


def test_a_database_that_holds_cases_already_is_filled(database_url: str):
    engine = open_engine(database_url)
    stage_town(engine, village(), MORNING)
    write(engine, *(row(no, text=f"{no}栋停水") for no in (1, 2, 20_001, 45_000)))
    (built,) = (MIGRATIONS / "versions").glob("*_words_of_cases.py")
    before = import_module(f"migrations.versions.{built.stem}").down_revision
    command.downgrade(alembic_config(database_url), before)
    migrate(database_url)

    assert held(engine, "停水") == [1, 2, 20_001, 45_000]
    assert found(engine, "1栋停") == [20_001, 1]
    engine.dispose()


def test_without_an_index_each_case_is_looked_at(sqlite_url: str):
    engine = open_engine(sqlite_url)
    stage_town(engine, village(), MORNING)
    with engine.begin() as connection:
        for trigger in ("come", "change", "go"):
            connection.execute(text(f"DROP TRIGGER case_words_{trigger}"))
        connection.execute(text("DROP TABLE case_words"))
    write(engine, *(row(no, text="停水" if no % 5 else "路灯") for no in range(1, 31)))

    assert found(engine, "路灯") == [30, 25, 20, 15, 10, 5]
    engine.dispose()


def test_every_migration_leaves_the_triggers_standing(sqlite_url: str):
    """SQLite drops them with the table whenever a migration writes ``case_file`` anew."""
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as wire:
        kept = {name for (name,) in wire.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}

    assert kept >= {"case_words_come", "case_words_change", "case_words_go"}


def test_what_is_open_is_spelled_as_the_states_are():
    assert OPEN_ROW.text == f"state IN ({', '.join(repr(str(one)) for one in sorted(OPEN_STATES))})"


class Overheard:
    """What a database was asked about cases, and by which way it would look."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._asked: list[tuple[str, Any]] = []
        event.listen(engine, "before_cursor_execute", self._hear)

    def _hear(self, _wire: Any, _cursor: Any, statement: str, binds: Any, *_: Any) -> None:
        if "FROM case_file" in statement and not statement.startswith("EXPLAIN"):
            self._asked.append((statement, binds))

    def plans(self) -> Counter[str]:
        """How often each index, or a scan, stands in the plans."""
        ways: Counter[str] = Counter()
        with self._engine.connect() as connection:
            for statement, binds in list(self._asked):
                for *_, step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", binds):
                    if "case_file" in step:
                        ways[step.partition(" INDEX ")[2].partition(" ")[0] or step] += 1
        return ways


def test_open_cases_and_the_newest_are_found_without_reading_the_others(sqlite_url: str):
    engine = open_engine(sqlite_url)
    stage_town(engine, village(), MORNING)
    asked = Overheard(engine)
    desk = CaseDesk(engine)
    scope = Scope(frozenset({2, 3}), frozenset({1, 2}))
    for wanted in (CaseFilter(), CaseFilter("overdue"), CaseFilter("all"), CaseFilter("done", frozenset({2})),
                   CaseFilter("all", words=(Sought("停水"),))):  # fmt: skip
        desk.page(scope, wanted, MORNING, before=900)
    desk.counts(scope, MORNING)
    desk.pressing(scope, MORNING)
    desk.day_counts(scope, MORNING, MORNING)
    plans = asked.plans()

    assert plans["ix_case_open"] >= 4
    assert plans["ix_case_closed"] == plans["ix_case_file_created_at"] == 1
    assert {"SCAN case_file", "ix_case_area_category", "ix_case_assignee_state"} & plans.keys() == set()
    engine.dispose()
