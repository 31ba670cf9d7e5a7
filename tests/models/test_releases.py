"""What the release before this one needs of the database stays as it is: its programs work on beside the new schema."""

import re
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Inspector, inspect, select

from models.engine import MIGRATIONS, for_writing, migrate, open_engine, roll_back
from models.releases import digest_upto, oldest_served, previous_release, releases
from models.schema_change import newest_in, serves_from
from tests.house.source import named, python_files
from tests.models import rows

HEAD = newest_in(str(MIGRATIONS))
BEFORE = previous_release(HEAD)


TRIGGERS = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
Contract = tuple[dict[str, dict[str, Any]], dict[str, set[Any]]]


def contract(engine: Engine) -> Contract:
    """Columns of each table, and what must be unique or true in it."""
    look: Inspector = inspect(engine)
    names = [name for name in look.get_table_names() if not name.startswith(rows.NOT_OURS)]
    columns = {name: {column["name"]: column for column in look.get_columns(name)} for name in names}
    rules = {
        name: {("unique", *one["column_names"]) for one in look.get_unique_constraints(name)}
        | {("unique", *one["column_names"]) for one in look.get_indexes(name) if one["unique"]}
        | {("key", *one["constrained_columns"]) for one in look.get_foreign_keys(name)}
        | {("check", one["sqltext"]) for one in look.get_check_constraints(name)}
        for name in names
    }
    if engine.dialect.name == "sqlite":  # they may call what only a newer program brings along
        with engine.connect() as connection:
            for table, name in connection.exec_driver_sql(TRIGGERS):
                rules[table].add(("trigger", name))
    return columns, rules


def broken(old: Contract, new: Contract) -> list[str]:
    """Where the new schema is in the way of a program that was written for the old one."""
    (had, ruled), (has, rules) = old, new
    found = [f"{table}: gone" for table in had if table not in has]
    for table in had.keys() & has.keys():
        before, now = had[table], has[table]
        found += [f"{table}.{name}: gone" for name in before if name not in now]
        found += [
            f"{table}: new demand {rule}"
            for rule in rules[table] - ruled[table]
            if rule[0] == "trigger" or set(rule[1:]) & before.keys()
        ]
        for name, column in now.items():
            if name in before and str(column["type"]) != str(before[name]["type"]):
                found.append(f"{table}.{name}: another type")
            if name in before and not column["nullable"] and before[name]["nullable"]:
                found.append(f"{table}.{name}: may no longer be empty")
            if name not in before and not column["nullable"] and column["default"] is None:
                found.append(f"{table}.{name}: the old program does not fill it")
    return found


def test_what_was_released_changes_no_more():
    """A migration that a place has run is not run again: what is to be changed needs a new one."""
    assert {one.version: digest_upto(one.schema) for one in releases()} == {
        one.version: one.digest for one in releases()
    }


def test_the_release_before_finds_everything_it_needs(sqlite_url: str):
    """New tables, new columns that may be empty or fill themselves; nothing else, until the release after."""
    engine = open_engine(sqlite_url)
    now = contract(engine)
    engine.dispose()
    roll_back(sqlite_url, BEFORE.schema)
    engine = open_engine(sqlite_url)

    assert broken(contract(engine), now) == []
    engine.dispose()


def test_rows_as_the_release_before_writes_them_go_in_and_come_out(database_url: str):
    roll_back(database_url, BEFORE.schema)
    engine = open_engine(database_url)
    with engine.connect() as connection:
        known = rows.tables(connection)
    migrate(database_url)
    rows.fill(database_url, only=known)
    with engine.connect() as connection:
        assert [len(connection.execute(select(table)).all()) for table in known] == [2] * len(known)
    engine.dispose()


def test_what_only_adds_is_told_from_what_does_not(tmp_path: Path):
    old, new = (open_engine(f"sqlite:///{tmp_path / name}.db") for name in ("old", "new"))
    with for_writing(old).begin() as wire:
        wire.exec_driver_sql("CREATE TABLE pump (no INTEGER, place VARCHAR, owner VARCHAR)")
        wire.exec_driver_sql("CREATE TABLE well (no INTEGER)")
    with for_writing(new).begin() as wire:
        wire.exec_driver_sql(
            "CREATE TABLE pump (no VARCHAR, place VARCHAR NOT NULL UNIQUE, depth INTEGER NOT NULL, size INTEGER NOT NULL"
            " DEFAULT 0, note VARCHAR)"
        )
        wire.exec_driver_sql("CREATE TABLE tap (no INTEGER NOT NULL)")
        wire.exec_driver_sql("CREATE TRIGGER pumped AFTER INSERT ON pump BEGIN DELETE FROM tap; END")

    assert sorted(broken(contract(old), contract(new))) == [
        "pump.depth: the old program does not fill it", "pump.no: another type", "pump.owner: gone",
        "pump.place: may no longer be empty", "pump: new demand ('trigger', 'pumped')",
        "pump: new demand ('unique', 'place')", "well: gone",
    ]  # fmt: skip
    old.dispose()
    new.dispose()


def test_beside_the_schema_stands_how_old_a_program_may_be(database_url: str):
    engine = open_engine(database_url)
    with engine.connect() as connection:
        assert serves_from(connection) == oldest_served(HEAD) == BEFORE.schema
    engine.dispose()


def test_nobody_asks_for_every_column_there_is():
    """PostgreSQL refuses to a connection that did so before what came with another process's migration."""
    asked = re.compile(r"(SELECT|RETURNING)\s+\*", re.IGNORECASE)
    product = [
        path
        for path in python_files()
        if named(path).split("/")[0] in {"bot", "handlers", "jobs", "models", "web"}
    ]

    assert len(product) > 300
    assert [named(path) for path in product if asked.search(path.read_text(encoding="utf-8"))] == []
